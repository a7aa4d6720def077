package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// has is what the manifests say about the credentials of a pod for an image.
type has string

const (
	hasUnknown has = ""
	hasTried   has = "tried"  // a pull secret matches
	hasNone    has = "none"   // certainly none
	hasAbsent  has = "absent" // the pod names a Secret that is not in the input
)

func (f *Failure) has() has {
	switch p := f.Planned; {
	case p == nil:
		return hasUnknown
	case len(p.Credentials) > 0:
		return hasTried
	case p.Anonymous:
		return hasNone
	case p.Absent != nil:
		return hasAbsent
	}
	return hasUnknown
}

// anonymous lists entries that mean no credentials were sent. refused lists those that mean
// credentials were rejected.
var (
	anonymous = []string{"ghcr-anonymous", "gcp-anonymous", "gcp-unauthenticated", "acr-anonymous", "anonymous-token", "no-basic-auth", "ecr-anonymous", "hub-limit-anonymous"}
	refused   = []string{
		"ghcr-token", "gcp-key", "gcp-token", "acr-token", "quay-token", "gitlab-password", "nvcr-token", "icr-token", "oauth-forbidden", "oauth-token", "account-token", "hub-password", "ecr-expired", "ecr-forbidden",
		"ecr-permission", "ecr-public",
	}
)

// isRejected reports whether a registry answered credentials that the manifests have with a bare 401 to the request for the manifest. containerd only gives up
// on that answer after it sent them: without any it says "no basic auth credentials", and a token that is of no use is a message of its own.
func (f *Failure) isRejected() bool {
	const status = ": 401 Unauthorized" // Quay, which answers so for a repository that it hides, writes capitals
	m := cmp.Or(f.Inner, f.Entry)
	return f.has() == hasTried && m != nil && m.ID == "authentication-required" && strings.HasSuffix(strings.TrimRight(f.Message, " \n"), status) &&
		(f.Host == "" || f.Host == f.Registry) && containsAny(f.Message, "/manifests/", "[manifests ")
}

// permissions lists entries about an identity that lacks a permission, which the registry's own service shows, and a pull does not.
var permissions = []string{"ecr-permission", "gcp-permission", "gcp-forbidden", "gcp-forbidden-crio", "openshift-registry"}

// isAnonymous reports whether a message means that no credentials were sent.
func (f *Failure) isAnonymous() bool {
	return slices.Contains(anonymous, f.id()) || f.kind() == KindAccess && containsAny(strings.ToLower(f.Message), anonymousToken, "no basic auth credentials")
}

// isRefused reports whether a message means that credentials were sent and rejected, so that a pull secret that is missing
// or of no use is not the only cause.
func (f *Failure) isRefused() bool {
	return slices.Contains(refused, f.id()) || f.kind() == KindAccess && containsAny(strings.ToLower(f.Message), oauthToken, "http basic: access denied")
}

// adapt makes the advice about a denial agree with the credentials that the manifests give the pod, and with what the message shows of them. All pods of a
// group have credentials, or none has.
func (gr *group) adapt(a *Answer, f *Failure) {
	if a.Kind != KindAccess || f.Entry == nil || gr.fault.kind != "" || gr.scope != "image" && gr.scope != scopeDenied || f.isAnonymous() || f.isRelayed() {
		return
	}
	m := cmp.Or(f.Inner, f.Entry)
	// The entry does not say so, but the message does.
	refusedAnyway := f.isRefused() && !slices.Contains(refused, m.ID) && !slices.Contains(permissions, m.ID)
	switch f.has() {
	case hasTried, hasAbsent:
		gr.adaptToUser(a, f, m)
	case hasNone:
		gr.adaptToNone(a, f, m, refusedAnyway)
	case hasUnknown:
		if refusedAnyway && m.Tried != "" {
			a.Cause = strings.Replace(a.Cause, orNone, "", 1)
			a.Do = strings.ReplaceAll(f.advice(m.Tried), "{user}", "the user of the pull secret")
			a.Who, a.Check = Credentials, gr.check(checkLogin, f)
		}
	}
}

// adaptToNone writes the advice for a pod without credentials.
func (gr *group) adaptToNone(a *Answer, f *Failure, m *Message, refusedAnyway bool) {
	if refusedAnyway || f.isRefused() && m.Bare == "" && !slices.Contains(permissions, m.ID) {
		a.Cause = strings.Replace(strings.Replace(a.Cause, orNone, "", 1), ofSecret, "", 1)
		a.Do = "find out whose credentials were sent: the node's, or those of a pull secret that the pod has in the cluster; renew or remove them"
		a.Who, a.Check = Credentials, gr.check(checkPulls, f)
		return
	}
	a.Do = f.advice(cmp.Or(m.Bare, m.Do))
	if a.Who == Credentials { // the node's, which no pull secret has
		a.Who = Platform
	}
	if help := f.Planned.Help; help != "" && !f.Planned.Nameless {
		a.Do = strings.Replace(strings.Replace(a.Do, giveSecret+" for this registry", giveSecret, 1), giveSecret, help, 1)
	}
}

// Phrases of advice that name the pull secret, where it is known.
const (
	ofSecret   = " of the pull secret"
	giveSecret = "give the pod a pull secret"
)

// adaptToUser writes the advice for a pod that has credentials, or names a pull secret that may have some.
func (gr *group) adaptToUser(a *Answer, f *Failure, m *Message) {
	if isOfficial(f.Image) && !f.isRefused() && strings.Contains(m.Do, ownerless) {
		a.Do = "check the name" + ownerless
		return
	}
	user, secrets := gr.user(f), gr.secrets(f)
	do := cmp.Or(f.advice(m.Tried), strings.Replace(a.Do, ofSecret, " of {user}", 1))
	a.Do = strings.NewReplacer("{user}", user, "the pull secret", secrets).Replace(do)
	if f.has() == hasTried {
		a.Cause = strings.Replace(strings.Replace(a.Cause, orNone, "", 1), ofSecret, " of "+secrets, 1)
		switch {
		case strings.HasPrefix(a.Mistaken, "missing credentials"):
			a.Mistaken = "missing credentials: some were tried"
		case strings.HasSuffix(m.Cause, orNone):
			a.Mistaken = "a missing image"
		}
	}
	if f.isRejected() {
		a.Cause = strings.Replace(a.Cause, m.Cause, "the registry rejects the credentials of "+secrets, 1)
		a.Do = "check that " + user + " has a valid password or token; then the name, and the permission to read the repository"
		a.Confidence = Likely
	}
	if !slices.Contains(permissions, m.ID) {
		a.Who, a.Check = Author, gr.checkUser(f)
		if rejects := f.has() == hasTried && strings.HasSuffix(m.Cause, orNone); rejects || f.isRejected() || f.isRefused() && m.ID != "ecr-public" { // which needs none
			a.Who = Credentials
		}
		if m.ID == layerDenied { // a probe only asks for the manifest
			a.Who, a.Check = Platform, gr.check(m.Check, f)
		}
	}
	if gr.scope == scopeDenied {
		gr.adaptToDenied(a, f, m)
	}
}

// secrets names the pull secrets of a group with credentials for its image, or the one that may have some.
func (gr *group) secrets(f *Failure) string {
	if f.has() == hasAbsent {
		return idsOf([]SecretName{*f.Planned.Absent})
	}
	return strings.Join(gr.credentials(), ", ")
}

// user names the users of these credentials: `user "acme" of shop/hub`.
func (gr *group) user(f *Failure) string {
	secrets := gr.secrets(f)
	switch users := f.Planned.Users; {
	case strings.Contains(secrets, ", "):
		return "the users of " + secrets
	case len(users) == 0 || users[0] == "" || users[0] == "***" || len(users[0]) > maxUser:
		return "the user of " + secrets
	default:
		return fmt.Sprintf("user %q of %s", users[0], secrets)
	}
}

// maxUser limits the length of a user name in advice.
const maxUser = 128

// checkUser returns a command that asks the registry with the credentials of a pod, without showing a password.
func (gr *group) checkUser(f *Failure) string {
	if f.Kind != "" || f.Name == "" {
		return gr.check(checkLogin, f)
	}
	var secrets strings.Builder
	for _, id := range f.Planned.Credentials {
		_, name, ok := strings.Cut(id, "/")
		if !ok {
			name = id
		}
		secrets.WriteString(" secret/" + plain(name, "NAME"))
	}
	if absent := f.Planned.Absent; absent != nil {
		secrets.WriteString(" secret/" + plain(absent.Name, "NAME"))
	}
	return gr.check(fmt.Sprintf(checkPodLogin, secrets.String()), f)
}
