package rules

import (
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// audience holds the users of a Secret.
type audience struct {
	pulls []pulled
	// unsure is true if the images of a user are not in the input: a service account without pods, or chart values.
	unsure bool
	// operator is true if an operator creates some of the pods, which may have more images than its resource names.
	operator bool
}

// pulled is an image of a workload that uses a Secret.
type pulled struct {
	w    *manifests.Workload
	img  *manifests.ImageRef
	pull *plan.Pull
	use  *plan.PullSecret
}

// audiences returns the users of each Secret whose keys are known.
func audiences(p *lint.Pass) map[*manifests.Secret]*audience {
	out := map[*manifests.Secret]*audience{}
	listed, hosts := listedNames(p), newSecretHosts()
	of := func(s *manifests.Secret) *audience {
		a := out[s]
		if a == nil {
			a = &audience{unsure: s.AnyNamespace || listed[s.SecretName] || p.Set.MountedSecrets[s.SecretName]}
			out[s] = a
		}
		return a
	}
	used := map[*manifests.Object]bool{} // service accounts used by pods
	for _, list := range [][]*manifests.Workload{p.Plan.Workloads(), p.Plan.Context()} {
		for _, w := range list {
			named := map[*manifests.Secret]bool{}
			for _, img := range w.Images {
				pull := p.Plan.Image(w, img)
				if a := pull.ServiceAccount.Found; a != nil {
					used[a.Object] = true
				}
				written := img.State == manifests.StateString && !img.Remote && img.Confidence != manifests.Guess && (!pull.Unknown || img.Pod == nil) &&
					p.Plan.Mutation(w, img).Kind == plan.AsWritten
				for i := range pull.PullSecrets[:min(len(pull.PullSecrets), maxAudience)] {
					u := &pull.PullSecrets[i]
					if !u.HasKeys() {
						continue
					}
					named[u.Secret] = true
					a := of(u.Secret)
					a.operator = a.operator || img.Pod == nil || img.Pod.OperatorAccount || img.Confidence != manifests.Certain
					switch {
					case written && img.Err == nil:
						a.pulls = append(a.pulls, pulled{w, img, pull, u})
					case !written || !hosts.isForOthers(u.Secret, hostOfText(img.Raw)):
						a.unsure = true
					}
				}
			}
			for _, l := range w.PullSecrets {
				for i := range l.Names {
					if u := p.Plan.Resolve(p.Plan.Namespace(w.Namespace, w.Object), &l.Names[i], plan.FromResource, w.Object); u.HasKeys() && !named[u.Secret] {
						of(u.Secret).unsure = true
					}
				}
			}
		}
	}
	for u := range secretUses(p) {
		if u.HasKeys() && (u.given || u.From == plan.FromServiceAccount && !used[u.object]) {
			of(u.Secret).unsure = true
		}
	}
	return out
}

// secretHosts answers whether a Secret is for other registries. It caches the answers, because thousands of pods may name one Secret.
type secretHosts struct {
	hosts   map[*manifests.Secret][]string
	answers map[secretKey]bool
}

func newSecretHosts() *secretHosts {
	return &secretHosts{map[*manifests.Secret][]string{}, map[secretKey]bool{}}
}

// of returns the hosts of a Secret's keys, or nil if they are not all known, or too many to compare.
func (h *secretHosts) of(s *manifests.Secret) []string {
	hosts, ok := h.hosts[s]
	switch {
	case ok:
		return hosts
	case s.Content() == nil:
		return s.IgnoredHosts
	case s.Content().Err != nil:
		return nil
	}
	for _, k := range s.Content().Config.Keys() {
		if pullsecret.IsPlaceholder(k.Written) || len(hosts) == maxComparedKeys {
			hosts = nil
			break
		}
		hosts = append(hosts, k.Host)
	}
	h.hosts[s] = hosts
	return hosts
}

// isForOthers reports whether none of a Secret's keys serves a registry, or one with a similar name.
func (h *secretHosts) isForOthers(s *manifests.Secret, registry string) bool {
	if s == nil || registry == "" {
		return false
	}
	is, ok := h.answers[secretKey{s, registry}]
	if !ok {
		hosts := h.of(s)
		is = len(hosts) > 0 && !plan.HaveKeyFor(hosts, registry)
		h.answers[secretKey{s, registry}] = is
	}
	return is
}

// isFor reports whether one of a Secret's keys is known to serve a registry, or one with a similar name.
func (h *secretHosts) isFor(s *manifests.Secret, registry string) bool {
	return s != nil && len(h.of(s)) > 0 && !h.isForOthers(s, registry)
}

// hostOfText returns the registry that an invalid reference names, or "" if that is in doubt: the host may be what is wrong.
func hostOfText(text string) string {
	for _, scheme := range []string{"https://", "http://", "docker://"} {
		text = strings.TrimPrefix(text, scheme)
	}
	first, rest, ok := strings.Cut(text, "/")
	inner := rest[:max(0, strings.LastIndexByte(rest, '/'))]
	if !ok || rest == "" || strings.HasPrefix(rest, "/") || strings.ContainsAny(inner, ".:") || // a second host
		strings.Trim(first, "abcdefghijklmnopqrstuvwxyz0123456789.-:") != "" {
		return ""
	}
	ref, err := imageref.Parse(first + "/a/b")
	if err != nil {
		return ""
	}
	return ref.Registry
}

// maxAudience bounds the pull secrets to inspect per pod. Only generated pods have more.
const maxAudience = 64

// isIdle reports whether the users of a Secret are all known, have images, and match none of its keys.
func (a *audience) isIdle(served map[*manifests.Secret]bool, s *manifests.Secret) bool {
	return a != nil && !a.unsure && len(a.pulls) > 0 && !served[s]
}

// wants reports whether an image is pulled without credentials although it is probably not public.
func (m *mismatcher) wants(x *pulled) bool {
	img := x.img
	if m.p.IsLocal(img) || x.pull.Keyless || isPublic(img) || m.openPlaces()[ownerOf(img)] || m.p.Plan.Outcome(img, x.pull) != plan.Anonymous {
		return false
	}
	host, known := catalog.LookupHost(img.Ref.Registry)
	return !known || host.Anonymous != catalog.AnonymousLocal && host.Anonymous != catalog.AnonymousGone
}

// ownerOf returns the registry of an image, with the owner if the registry also has public images: images of one owner are mostly all public or all
// private.
func ownerOf(img *manifests.ImageRef) string {
	host, known := catalog.LookupHost(img.Ref.Registry)
	if known && host.Anonymous == catalog.AnonymousMixed {
		owner, _, _ := strings.Cut(img.Ref.Repository, "/")
		return strings.ToLower(img.Ref.Registry) + "/" + owner
	}
	return strings.ToLower(img.Ref.Registry)
}
