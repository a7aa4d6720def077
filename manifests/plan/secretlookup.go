package plan

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// SecretLookup describes what the input contains about a Secret that is missing elsewhere.
type SecretLookup struct {
	// Secret is the one in the namespace, or nil. Problem is why it, or the one elsewhere, is not usable.
	Secret  *manifests.Secret
	Problem string
	// Others is true if the keys of that Secret, and of all of its name elsewhere, are known, and are for other registries
	// than the image's.
	Others bool
	// Elsewhere is another namespace with a Secret of that name, Unplaced is true if one sets no namespace, and
	// Similar is a similar name of a Secret in the namespace.
	Elsewhere string
	Unplaced  bool
	Similar   string
}

// LookUp returns what the input contains about a Secret. image is the image that it is needed for, or
// "".
func (p *Planner) LookUp(namespace, name, image string) SecretLookup {
	u := p.Resolve(namespace, &manifests.PullSecretName{Name: name}, FromPod, nil)
	if u.Secret != nil {
		h := SecretLookup{Secret: u.Secret, Problem: u.Problem}
		if h.Problem == "" && image != "" && u.Match != nil && u.Secret.Payload != nil && !u.Secret.ContentUnknown && !u.Secret.Placeholder {
			h.Problem = HostSecret{ring: ringOf(SecretID(namespace, name), u.Secret)}.ProblemFor(image)
			ref, err := imageref.Parse(image)
			h.Others = err == nil && otherHosts(&u, ref) != ""
		}
		return h
	}
	h := SecretLookup{Elsewhere: p.otherNamespace(&u)}
	if namespace == "" && len(u.Elsewhere) > 0 {
		h.Elsewhere = p.Namespace(u.Elsewhere[0].SecretNamespace, u.Elsewhere[0].Object)
	}
	if h.Elsewhere == "" && len(u.Elsewhere) > 0 {
		h.Unplaced = true
	}
	if h.Elsewhere != "" {
		h.Problem = p.LookUp(h.Elsewhere, name, image).Problem
		if ref, err := imageref.Parse(image); err == nil {
			_, hosts := p.Namesake(&u, ref)
			h.Others = hosts != ""
		}
	}
	_, h.Similar, _ = p.similar(namespace, name)
	return h
}

// Unusable returns the pull secrets of a set that work for no image, each with its Problem.
func (p *Planner) Unusable(set *manifests.Set) []HostSecret {
	var out []HostSecret
	for _, s := range set.Secrets {
		if status, known := p.secrets.status[s]; known && !status.filled && status.problem != "" && isMeantForPulls(s) {
			out = append(out, HostSecret{Namespace: p.Namespace(s.SecretNamespace, s.Object), Name: s.SecretName, Problem: status.problem})
		}
	}
	return out
}

// Names reports whether a pod or its service account names a Secret, given by its ID.
func (p *Pull) Names(id string) bool {
	if p.late != nil && p.late.Names(id) {
		return true
	}
	return slices.ContainsFunc(p.PullSecrets, func(u PullSecret) bool { return SecretID(u.Namespace, u.Ref.Name) == id })
}

// SecretsByHost finds pull secrets by namespace and registry.
type SecretsByHost struct {
	at map[[2]string][]HostSecret
}

// HostSecret is a pull secret that may be meant for a registry.
type HostSecret struct {
	Namespace, Name string
	// Problem is why it is not usable, or ""; Expired is true if that is because its credentials have expired.
	Problem string
	Expired bool
	ring    func() pullsecret.Keyring
	bare    bool // has keys for the registry, but no credentials
}

// ProblemFor returns why the Secret is not usable for an image, or "".
func (s HostSecret) ProblemFor(image string) string {
	ref, err := imageref.Parse(image)
	if s.Problem != "" || err != nil {
		return s.Problem
	}
	ring := s.ring()
	if creds := ring.Lookup(ref.Name()); len(creds) > 0 {
		if text, c, _ := flawOf(creds); text != "" {
			return fmt.Sprintf("has %s under the key %q", c.Defect, c.Key)
		}
		return ""
	}
	if near := s.NearMiss(ref); near != "" {
		return near
	}
	return "has no key that matches " + ref.Name()
}

// ringOf returns a function that reads the credentials of a Secret.
func ringOf(id string, s *manifests.Secret) func() pullsecret.Keyring {
	return func() pullsecret.Keyring { return KeyringOf(id, s) }
}

// KeyringOf returns the credentials of a Secret alone, which must have a Payload. id is the name to give it in them.
func KeyringOf(id string, s *manifests.Secret) pullsecret.Keyring {
	return pullsecret.NewKeyring([]pullsecret.NamedConfig{{Secret: id, Config: s.Payload.Config}})
}

// ID returns the Secret's ID.
func (s HostSecret) ID() string { return SecretID(s.Namespace, s.Name) }

const (
	maxByHost    = 16  // maximum per namespace and registry
	anyNamespace = "*" // not a valid namespace
	anyHost      = ""  // for Secrets with an unknown registry
)

// NewSecretsByHost indexes the pull secrets of a set.
func NewSecretsByHost(set *manifests.Set, p *Planner) *SecretsByHost {
	x := &SecretsByHost{at: map[[2]string][]HostSecret{}}
	for _, s := range set.Secrets {
		status, known := p.secrets.status[s]
		if !known || status.filled {
			continue
		}
		found := HostSecret{Namespace: p.Namespace(s.SecretNamespace, s.Object), Name: s.SecretName, Problem: status.problem, Expired: !status.expired.IsZero()}
		found.ring = sync.OnceValue(ringOf(found.ID(), s))
		hosts := map[string]bool{}
		if s.Payload != nil {
			for _, k := range s.Payload.Config.Keys() {
				if k.Host != "" {
					hosts[hostOf(k.Host)] = hosts[hostOf(k.Host)] || k.HasCredentials
				}
			}
		}
		if len(hosts) == 0 && status.problem != "" && isMeantForPulls(s) {
			hosts[anyHost] = true
		}
		for host, has := range hosts {
			found.bare = !has
			x.add([2]string{found.Namespace, host}, found)
			x.add([2]string{anyNamespace, host}, found)
		}
	}
	return x
}

func (x *SecretsByHost) add(at [2]string, s HostSecret) {
	if len(x.at[at]) < maxByHost {
		x.at[at] = append(x.at[at], s)
	}
}

// Of returns the pull secrets that pods of a namespace, or of any namespace for "", could use for images of a
// registry. If there are many, it returns only some.
func (x *SecretsByHost) Of(namespace, registry string) []HostSecret {
	namespaces := []string{namespace, ""}
	if namespace == "" {
		namespaces = []string{anyNamespace}
	}
	var out []HostSecret
	for _, host := range []string{hostOf(registry), anyHost} {
		for _, ns := range namespaces {
			out = append(out, x.at[[2]string{ns, host}]...)
		}
	}
	return out
}

// Unnamed yields the pull secrets in a pod's namespace that may be meant for a registry and that the pod does not get, each once: the input may contain a
// Secret several times.
func (x *SecretsByHost) Unnamed(pull *Pull, registry string) iter.Seq[HostSecret] {
	return func(yield func(HostSecret) bool) {
		seen := map[string]bool{}
		for _, s := range x.Of(pull.Namespace, registry) {
			id := s.ID()
			if seen[id] || s.Namespace != pull.Namespace || pull.Names(id) {
				continue
			}
			if seen[id] = true; !yield(s) {
				return
			}
		}
	}
}

// hostOf returns a registry host without port, and one name for all aliases of Docker Hub.
func hostOf(host string) string {
	host, _, _ = strings.Cut(host, ":")
	switch host {
	case "index.docker.io", "registry-1.docker.io":
		return "docker.io"
	}
	return host
}

// Owners returns the possible names of a pod's owner, the longest first: its own name, and the parts before its last
// hyphens. Controllers append up to three parts.
func Owners(pod string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for range 4 {
			if pod == "" || !yield(pod) {
				return
			}
			pod = pod[:max(0, strings.LastIndexByte(pod, '-'))]
		}
	}
}
