package cluster

import (
	"strings"
	"testing"
)

// A node that reaches the registry, but not the host that issues its tokens, as for a self-hosted GitLab, must not be sent to look at the registry.
func TestTokenServer(t *testing.T) {
	t.Parallel()
	const pull, post = `failed to authorize: failed to fetch oauth token: Post "https://gitlab.acme.test/jwt/auth": `, `requesting bearer token: Get "https://gitlab.acme.test:8443/jwt/auth?scope=repository%3Acart%3Apull": `
	for message, want := range map[string]struct{ cause, do, check, note string }{
		pull + "dial tcp: lookup gitlab.acme.test on 10.0.0.10:53: no such host":                                {"the token server's name", "let nodes resolve", "nslookup gitlab.acme.test ", "it sends nodes to gitlab.acme.test for a token"},
		pull + "dial tcp 203.0.113.9:443: connect: connection refused":                                          {"nothing listens at the token server's", "start the token server", "https://gitlab.acme.test/v2/", "to gitlab.acme.test for"},
		post + "tls: failed to verify certificate: x509: certificate signed by unknown authority":               {"who signed the token server's certificate", "install the authority's", "gitlab.acme.test:8443", "to gitlab.acme.test:8443 for"},
		post + "tls: failed to verify certificate: x509: certificate is valid for a.test, not gitlab.acme.test": {"the token server's certificate is for another name", "add this name to the certificate", "gitlab.acme.test:8443", "to gitlab.acme.test:8443 for"},
	} {
		a := diagnoseOne(message)
		if !strings.Contains(a.Cause, want.cause) || !strings.HasPrefix(a.Do, want.do) || !strings.Contains(a.Check, want.check) || !strings.Contains(strings.Join(a.Notes, "\n"), want.note) {
			t.Errorf("%s:\n%s\n%s\n%s\n%q", message, a.Cause, a.Do, a.Check, a.Notes)
		}
	}
	// The registry itself issues the tokens, or was not reached, or the way to both is the proxy.
	for _, message := range []string{
		`failed to authorize: failed to fetch anonymous token: Get "https://registry.acme.test/service/token": dial tcp: lookup registry.acme.test: no such host`,
		`failed to do request: Head "https://gitlab.acme.test/v2/cart/manifests/2": dial tcp: lookup gitlab.acme.test: no such host`,
		pull + "proxyconnect tcp: dial tcp: lookup proxy.acme.test: no such host",
	} {
		if a := diagnoseOne(message); strings.Contains(a.Cause+a.Do+strings.Join(a.Notes, "\n"), "token") {
			t.Errorf("%s:\n%s\n%s\n%q", message, a.Cause, a.Do, a.Notes)
		}
	}
}

// Failures at the registry and at its token server are two causes.
func TestTokenServerApart(t *testing.T) {
	t.Parallel()
	const refused = "dial tcp 203.0.113.9:443: connect: connection refused"
	seen := func(pod, message string) Observation {
		return Observation{Namespace: "shop", Name: pod, Image: "registry.acme.test/cart:2", Reason: "ErrImagePull", Message: message, Count: 1}
	}
	answers := Diagnose([]Observation{
		seen("cart-0", `failed to do request: Head "https://registry.acme.test/v2/cart/manifests/2": `+refused),
		seen("cart-1", `failed to authorize: failed to fetch oauth token: Post "https://gitlab.acme.test/jwt/auth": `+refused),
	}, Options{})
	if len(answers) != 2 {
		t.Errorf("%d answers: %+v", len(answers), answers)
	}
}

func diagnoseOne(message string) Answer {
	return Diagnose([]Observation{{Namespace: "shop", Name: "cart-0", Container: "app", Image: "registry.acme.test/cart:2", Reason: "ErrImagePull", Message: message, Count: 1}}, Options{})[0]
}
