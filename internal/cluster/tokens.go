package cluster

import (
	"cmp"
	"strings"
)

// tokens are parts of messages about a token that was asked for on the way, in lower case.
var tokens = []string{"failed to authorize", anonymousToken, oauthToken, "bearer token"}

// isAtTokenServer reports whether a node could not talk to the server that issues tokens for a registry, where that is another host. By then, the registry
// has answered, and named that server.
func (f *Failure) isAtTokenServer() bool {
	k := f.kind()
	if k != KindDNS && k != KindConnect && k != KindTLS || f.id() == "proxy" || f.Host == "" || f.Registry == "" || withoutPort(f.Host) == withoutPort(f.Registry) {
		return false
	}
	return containsAny(strings.ToLower(f.Message), tokens...)
}

// atTokenServer makes an answer that is about a registry one about the server that issues its tokens: for a self-hosted GitLab, that is GitLab itself.
func (gr *group) atTokenServer(a *Answer, f *Failure) {
	if gr.scope == "node" || !f.isAtTokenServer() {
		return
	}
	server := strings.NewReplacer("the registry", "the token server")
	a.Cause, a.Do, a.Mistaken = server.Replace(a.Cause), server.Replace(a.Do), server.Replace(a.Mistaken)
	m := cmp.Or(f.Inner, f.Entry)
	const configured = "the address in the registry's configuration (realm of its token authentication)"
	switch m.ID {
	case "dns-not-found":
		a.Do = "let nodes resolve this name, or correct " + configured
	case "refused":
		a.Do = "start the token server, or correct " + configured
	case "certificate-name":
		a.Do = "add this name to the certificate (as a SAN), or correct " + configured
	}
	a.Notes = append(a.Notes, "the registry was reached: it sends nodes to "+plain(f.Host, "another host")+" for a token")
}
