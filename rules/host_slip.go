package rules

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// maxComparedKeys bounds the keys of a Secret that a host is compared with.
const maxComparedKeys = 100

// comparedKeys yields the first keys of the pull secrets of a pod that have a host, which is in lower case.
func comparedKeys(pull *plan.Pull) iter.Seq2[*plan.PullSecret, pullsecret.Key] {
	return func(yield func(*plan.PullSecret, pullsecret.Key) bool) {
		for i := range pull.PullSecrets {
			use := &pull.PullSecrets[i]
			if use.Secret == nil || use.Secret.Content() == nil {
				continue
			}
			keys := use.Secret.Content().Config.Keys()
			for _, k := range keys[:min(len(keys), maxComparedKeys)] {
				if k.Host = strings.ToLower(k.Host); k.Host != "" && !yield(use, k) {
					return
				}
			}
		}
	}
}

// mistyped says which of two hosts that differ by a typing error is the wrong one.
type mistyped int

const (
	neither mistyped = iota // they are different hosts
	either                  // nothing tells which
	wrongImage
	wrongKey
)

// slip compares the host of an image with that of a key of its pod. A known registry is right, and so is a host that other images use.
func (m *mismatcher) slip(host, key string) mistyped {
	if !isNear(host, key) {
		return neither
	}
	isUsed, others := len(m.repositories()[key]) > 0, len(m.repositories()[host]) > 1
	keyIsRight, hostIsRight := isUsed || isRegistry(key), others || isRegistry(host)
	switch {
	case keyIsRight && hostIsRight:
		return neither
	case keyIsRight:
		return wrongImage
	case hostIsRight:
		return wrongKey
	}
	return either
}

// isRegistry reports whether a host is a known registry.
func isRegistry(host string) bool {
	r, known := registries.Lookup(host)
	return known && r.Anonymous != registries.AnonymousReserved
}

// isNear reports whether two hosts are one, with a typing error in either. For a key and an image of one pod, a letter that is missing at the end or too
// many counts, although "registry.example.co" and "registry.example.com" may both exist.
func isNear(host, key string) bool {
	if registries.IsNear(host, key) {
		return true
	}
	host, key = strings.ToLower(host), strings.ToLower(key)
	if len(host) > len(key) {
		host, key = key, host
	}
	name, port, _ := strings.Cut(host, ":")
	longer, otherPort, _ := strings.Cut(key, ":")
	return port == otherPort && len(longer) == len(name)+1 && strings.HasPrefix(longer, name) && strings.Count(name, ".") > 1
}

// explainSlip completes a mismatch of an image for which the pod has no key, if a key of the pull secrets nearly matches, which is right for other images,
// if its registry is misspelled or a key differs from it by a typing error, or the pod's service account has a key for it. If the image is wrong, the finding
// moves there.
func (m *mismatcher) explainSlip(f *lint.Finding, w *manifests.Workload, img *manifests.ImageRef, pull *plan.Pull) {
	if miss, ok := pull.Mismatch(img.Ref.Name()); ok {
		if !miss.Loose && !miss.SameRegistry {
			f.Help = "correct the image, or " + f.Help
		}
		f.Help = fmt.Sprintf("the key %s of %s does not match: %s; %s", quote(miss.Key), quote(useOf(pull, miss.Secret).Ref.Name), miss.Why, f.Help)
	}
	if u := m.p.Plan.Replaced(pull, img.Ref.Name()); u != nil {
		f.Help = replacedHelp(u)
	}
	if typo, ok := m.typos.of(img); ok && typo.Right != "" {
		f.Help = fmt.Sprintf("correct the registry of the image, and add credentials for %s", quote(pullsecret.RecommendedKey(typo.Right)))
	}
	host := strings.ToLower(img.Ref.Registry)
	for use, key := range comparedKeys(pull) {
		switch m.slip(host, key.Host) {
		case wrongImage:
			at := imageref.Locate(img.Raw).Registry
			f.Help = fmt.Sprintf("did you mean %s? pull secret %s has a key for it", quote(key.Host), quote(use.Ref.Name))
			f.Object, f.Container, f.Path, f.Span = w.Object, img.Container, img.Path, img.At(at.Start, at.End)
			f.Related = []lint.Related{{Span: use.Ref.Span, Message: "the reference to the Secret"}, related(use.Secret, "the Secret")}
		case wrongKey:
			f.Help = fmt.Sprintf("did you mean the key %s instead of %s?", quote(host), quote(key.Host))
		case either:
			f.Help = fmt.Sprintf("the image has %s, the key %s: correct the one that is mistyped", quote(host), quote(key.Host))
		case neither:
			continue
		}
		return
	}
}

// mistypedKey returns the mismatch for a key that is the host of an image with a typing error, or nil.
func (m *mismatcher) mistypedKey(w *manifests.Workload, img *manifests.ImageRef, pull *plan.Pull) *mismatch {
	host := strings.ToLower(img.Ref.Registry)
	for use, k := range comparedKeys(pull) {
		if m.slip(host, k.Host) != wrongKey || m.working()[secretKey{use.Secret, k.Written}] {
			continue
		}
		out := newMismatch(w, img, pull, use)
		out.key = k.Written
		f := out.finding
		f.Severity = lint.Warning // the image may be public
		if r, known := registries.Lookup(host); known && r.Anonymous == registries.AnonymousNever {
			f.Severity = lint.Error
		}
		f.Severity = capByConfidence(f.Severity, img.Confidence)
		f.Message = fmt.Sprintf("pull secret %s has the key %s, which does not match image %s: it is one typing error away from %s", quote(use.Ref.Name), quote(k.Written), quote(img.Raw), quote(host))
		f.Help = fmt.Sprintf("did you mean %s?", quote(host))
		atSecret(f, use, k.Written)
		return out
	}
	return nil
}

// repositoriesByHost returns some of the repositories of the images of each host.
func repositoriesByHost(p *lint.Pass) map[string][]string {
	const enough = 2
	out := map[string][]string{}
	for _, img := range parsed(p) {
		host := strings.ToLower(img.Ref.Registry)
		if of := out[host]; len(of) < enough && !slices.Contains(of, img.Ref.Repository) {
			out[host] = append(of, img.Ref.Repository)
		}
	}
	return out
}

// often is how many times the input uses a host that another one may be a typing error of.
const often = 5

// oddHosts returns the hosts that the manifests and the chart values use once, and of each the host that they use often and that it is a typing error of.
func oddHosts(p *lint.Pass) map[string]string {
	uses := map[string]int{}
	count := func(list []*manifests.Workload) {
		for _, w := range list {
			for _, img := range w.Images {
				if img.State == manifests.StateString && img.Err == nil && img.Ref.Registry != "" {
					uses[strings.ToLower(img.Ref.Registry)]++
				}
			}
		}
	}
	count(p.Set.Workloads)
	if len(p.Set.Values) > 0 { // rendered charts have the images of their values a second time
		rendered := uses
		uses = map[string]int{}
		count(p.Set.Values)
		for host, n := range rendered {
			uses[host] = max(uses[host], n)
		}
	}
	if len(uses) < 2 {
		return nil
	}
	var frequent []string
	for host, n := range uses {
		if n >= often {
			frequent = append(frequent, host)
		}
	}
	slices.SortFunc(frequent, func(a, b string) int { return cmp.Or(cmp.Compare(uses[b], uses[a]), strings.Compare(a, b)) })
	frequent = frequent[:min(len(frequent), maxComparedHosts)]
	out := map[string]string{}
	for host, n := range uses {
		if n > 1 {
			continue
		}
		for _, right := range frequent {
			if registries.IsEvidentSlip(host, right) {
				out[host] = right
				break
			}
		}
	}
	return out
}

// hostTypos finds registries that are misspelled. Its functions inspect the whole input, so they run on first use only.
type hostTypos struct {
	p    *lint.Pass
	odd  func() map[string]string
	keys func() map[string]bool
}

func newHostTypos(p *lint.Pass) *hostTypos {
	return &hostTypos{p, sync.OnceValue(func() map[string]string { return oddHosts(p) }), sync.OnceValue(func() map[string]bool { return hostsOfKeys(p) })}
}

// of returns what image-registry-typo reports about the registry of an image.
func (h *hostTypos) of(img *manifests.ImageRef) (registries.Typo, bool) {
	if h.p.IsLocal(img) || h.p.Plan.HasAnswered(img.Ref.Registry) {
		return registries.Typo{}, false
	}
	host := strings.ToLower(img.Ref.Registry)
	if typo, ok := registries.HostTypo(img.Ref.Registry); ok {
		return typo, !isException(typo, img) && !(typo.Private && h.isKnown(img, host))
	}
	right := h.odd()[host]
	if right == "" || h.isKnown(img, host) {
		return registries.Typo{}, false
	}
	return registries.Typo{Right: right, Why: fmt.Sprintf("is used only here, and %s often", quote(right))}, true
}

// isException reports whether a host that is otherwise a mistake is right for an image.
func isException(typo registries.Typo, img *manifests.ImageRef) bool {
	return slices.ContainsFunc(typo.Except, func(part string) bool { return strings.Contains("/"+img.Ref.Repository, part) })
}

// isKnown reports whether something besides its image shows that a host exists, or another rule compares it with the right one: a Secret, or allowed
// registries.
func (h *hostTypos) isKnown(img *manifests.ImageRef, host string) bool {
	return len(h.p.AllowedIn(img.Span.File())) > 0 || h.keys()[host]
}

// isTypo reports whether the registry of an image is misspelled, and nothing is wrong with the pull secrets of its pod as soon as that is corrected: they have
// credentials for the right image, perhaps such that are filled in later, or it needs none.
func (m *mismatcher) isTypo(img *manifests.ImageRef, pull *plan.Pull, needsNone func(right *manifests.ImageRef) bool) bool {
	typo, ok := m.typos.of(img)
	if !ok || typo.Right == "" {
		return false
	}
	ref, err := imageref.Parse(typo.Right + "/" + img.Ref.Repository)
	if err != nil {
		return false
	}
	right := *img
	right.Ref = ref
	return len(pull.Keyring().Lookup(ref.Name())) > 0 || len(pull.Drafts().Lookup(ref.Name())) > 0 || needsNone(&right)
}

// hostsOfKeys returns the hosts of the keys of all Secrets.
func hostsOfKeys(p *lint.Pass) map[string]bool {
	out := map[string]bool{}
	for _, s := range p.Plan.Secrets() {
		if s.Content() == nil {
			continue
		}
		for _, key := range s.Content().Config.Keys() {
			out[strings.ToLower(key.Host)] = true
		}
	}
	return out
}
