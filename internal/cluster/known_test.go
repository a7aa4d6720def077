package cluster

import (
	"strings"
	"testing"
)

// Flaws of a reference are told where they can explain the failure.
func TestFlaws(t *testing.T) {
	t.Parallel()
	known := func(image string) Known {
		switch {
		case strings.HasPrefix(image, "ghrc.io/"):
			return Known{Flaws: []Flaw{{Text: `image "` + image + `": registry "ghrc.io" is mistyped`, Help: "ghcr.io?", Of: PartRegistry}}}
		case strings.HasPrefix(image, "quay.oi/"):
			return Known{Flaws: []Flaw{{Text: `image "` + image + `": registry "quay.oi" is mistyped`, Help: "quay.io?", Of: PartRegistry}}}
		case image == "cart:0":
			return Known{Flaws: []Flaw{{Text: `image "cart:0" has no such tag`, Help: "cart:1?", Error: true, Of: PartImage}}}
		case image == "cart:path":
			return Known{Flaws: []Flaw{{Text: `image "cart:path" looks strange`, Of: PartImage}}}
		}
		return Known{}
	}
	seen := func(image, message string) Observation {
		return Observation{From: "status", Namespace: "shop", Name: "pod-of-" + image, Container: "app", Node: "worker-1", Image: image, Reason: "ImagePullBackOff", Message: message}
	}
	lookup := func(host string) string {
		return `Head "https://` + host + `/v2/": dial tcp: lookup ` + host + `: no such host`
	}
	tests := []struct {
		name         string
		observations []Observation
		cause, do    string // of the first answer
		confidence   Confidence
		who          Who
		note         string
	}{
		{"the tag of a back-off", []Observation{seen("cart:0", "")}, "the message does not say why, but the image has no such tag", "cart:1?", Likely, Author, ""},
		{"a doubt about a back-off", []Observation{seen("cart:path", "")}, "but the image looks strange", "look at the message", Possible, Author, ""},
		{"a right image", []Observation{seen("cart:1", "")}, "the message with the cause is not here", "look at the message", Unknown, "", ""},
		{"the registry of a back-off", []Observation{seen("ghrc.io/cart:1", "")}, `but registry "ghrc.io" is mistyped`, "ghcr.io?", Likely, Author, ""},
		{"no such host", []Observation{seen("ghrc.io/cart:1", lookup("ghrc.io"))}, `DNS: registry "ghrc.io" is mistyped`, "ghcr.io?", Certain, Author, ""},
		{"no such host, without an image", []Observation{{From: "message", Message: lookup("ghrc.io")}}, `DNS: registry "ghrc.io" is mistyped`, "ghcr.io?", Certain, Author, ""},
		{"another host answers", []Observation{seen("ghrc.io/cart:1", `Head "https://ghrc.io/v2/": tls: failed to verify certificate: x509: certificate is valid for parked.test, not ghrc.io`)}, `another name: registry "ghrc.io" is mistyped`, "ghcr.io?", Likely, Author, ""},
		{"another host denies", []Observation{seen("ghrc.io/cart:1", `Head "https://ghrc.io/v2/cart/manifests/1": unexpected status: 403 Forbidden`)}, "forbids the request", "ghcr.io?", Likely, Author, `registry "ghrc.io" is mistyped`},
		{"no such mirror", []Observation{seen("ghrc.io/cart:1", lookup("mirror.acme.test"))}, "does not exist for the node's DNS", "correct the name", Certain, Network, ""},
		{"no such proxy", []Observation{seen("ghrc.io/cart:1", "proxyconnect tcp: dial tcp: lookup proxy.acme.test: no such host")}, "cannot reach its proxy", "correct HTTPS_PROXY", Certain, Network, ""},
		{"a tag of a registry that is not reached", []Observation{seen("cart:0", lookup("registry-1.docker.io"))}, "does not exist for the node's DNS", "correct the name", Certain, Network, ""},
		{"two mistyped registries of a node", []Observation{seen("ghrc.io/cart:1", lookup("ghrc.io")), seen("quay.oi/cart:1", lookup("quay.oi"))}, `DNS: registry "ghrc.io" is mistyped`, "ghcr.io?", Certain, Author, ""},
		{"a missing Secret besides", []Observation{
			{From: "event", Namespace: "shop", Name: "pod-of-cart:0", Reason: "FailedToRetrieveImagePullSecret", Message: "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed."},
			seen("cart:0", ""),
		}, "but the image has no such tag", "cart:1?", Likely, Author, `the pull secret "regcred" is missing as well`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := Diagnose(tt.observations, Options{Known: known})[0]
			if !strings.Contains(a.Cause, tt.cause) || !strings.HasPrefix(a.Do, tt.do) || a.Confidence != tt.confidence || a.Who != tt.who {
				t.Errorf("%q, %q, %s, %s; want %q, %q, %s, %s", a.Cause, a.Do, a.Confidence, a.Who, tt.cause, tt.do, tt.confidence, tt.who)
			}
			notes := strings.Join(a.Notes, "\n")
			if !strings.Contains(notes, tt.note) || tt.note == "" && strings.Contains(notes+a.Do, "mistyped") {
				t.Errorf("want the note %q in:\n%s", tt.note, notes)
			}
		})
	}
}
