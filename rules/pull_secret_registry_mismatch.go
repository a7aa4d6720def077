package rules

import (
	"fmt"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
	"github.com/imagelint-dev/imagelint/manifests/source"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// PullSecretRegistryMismatch reports: no pull secret of the pod matches the image's registry.
var PullSecretRegistryMismatch = lint.Rule{
	ID: "pull-secret-registry-mismatch", Group: "pull-secret", Severity: lint.Error, Levels: "error or warning",
	Check: checkPullSecretRegistryMismatch,
	Doc: lint.Doc{
		Title: `no pull secret of the pod matches the image's registry`,
		Why:   `The kubelet compares the keys under auths with registry and repository as text: host and port must be equal, a path must be a prefix, a * stands for one label. A key that does not match is not an error to it; the image is pulled without credentials. It is an error where a key is evidently meant for the image, a warning where the image is public, and where the registry is private and other keys are all there is.`,
		Bad:   `"https://index.docker.io/v1": {"username": "robot", "password": "not-a-real-password"}`,
		Good:  `"https://index.docker.io/v1/": {"username": "robot", "password": "not-a-real-password"}`,
		Since: "0.1.0",
	},
}

func checkPullSecretRegistryMismatch(p *lint.Pass) {
	for _, m := range mismatches(p) {
		p.Report(*m.finding)
	}
}

// mismatch is a pull secret that does not serve an image; key is the one that was meant to, "" where none was.
type mismatch struct {
	finding *lint.Finding
	use     *plan.Use
	key     string
	images  int
}

// mismatchKey is what one mistake is about: a place that names a Secret, and the key in it, or the registry that none is for.
type mismatchKey struct {
	file     *source.File
	offset   int
	key      string
	registry string
}

// mismatches finds the images that their pull secrets do not serve, once for each mistake.
func mismatches(p *lint.Pass) []*mismatch {
	var out []*mismatch
	at := map[mismatchKey]*mismatch{}
	working := sync.OnceValue(func() map[secretKey]bool { return workingKeys(p) })
	open := sync.OnceValue(func() map[string]bool { return openRegistries(p) })
	for _, w := range p.Plan.Workloads() {
		for _, img := range w.Images {
			if img.State != manifests.Written || img.Err != nil || img.Remote || img.Tier == manifests.Guess {
				continue
			}
			pull := p.Plan.Image(w, img)
			if len(pull.Secrets) == 0 {
				continue
			}
			outcome := p.Plan.Outcome(img, pull)
			if outcome != plan.Anonymous && outcome != plan.Unknown {
				continue
			}
			m := mismatchOf(w, img, pull, working)
			if m == nil && outcome == plan.Anonymous && isPrivate(img, pull, open) {
				m = unserved(w, img, pull)
			}
			if m == nil {
				continue
			}
			k := mismatchKey{m.finding.Span.File, m.finding.Span.Start.Offset, m.key, ""}
			if m.key == "" {
				k.registry = img.Ref.Registry
			}
			if first := at[k]; first != nil {
				first.also(img, m)
				continue
			}
			at[k] = m
			out = append(out, m)
		}
	}
	return out
}

// mostImages is how many images one finding names.
const mostImages = 5

// also adds an image to a mismatch that has one already.
func (m *mismatch) also(img *manifests.ImageRef, other *mismatch) {
	m.finding.Severity = max(m.finding.Severity, other.finding.Severity)
	if m.images++; m.images < mostImages {
		m.finding.Related = append(m.finding.Related, lint.Related{Span: img.Span, Message: "this image needs them too"})
	} else if m.images == mostImages {
		m.finding.Related = append(m.finding.Related, lint.Related{Message: "so do others"})
	}
}

// mismatchOf finds a key that was meant for an image and does not match it; nil where there is none.
func mismatchOf(w *manifests.Workload, img *manifests.ImageRef, pull *plan.Pull, working func() map[secretKey]bool) *mismatch {
	for _, miss := range pull.Keyring().NearMiss(img.Ref.Name()) {
		use := useOf(pull, miss.Secret)
		if miss.Loose || working()[secretKey{use.Secret, miss.Key}] {
			continue // it is for other images
		}
		m := newMismatch(w, img, pull, use)
		m.key = miss.Key
		f := m.finding
		f.Severity = lint.Error
		if isOpen(img) {
			f.Severity = lint.Warning
			f.Cluster = lint.Cluster{}
		}
		f.Severity = atMost(f.Severity, img.Tier)
		f.Message = fmt.Sprintf("pull secret %s has the key %s, which does not match image %s: %s", quote(use.Ref.Name), quote(miss.Key), quote(img.Raw), miss.Why)
		if f.Help = "correct the key"; miss.Want != "" {
			f.Help = fmt.Sprintf("write the key %s (the docker-server of kubectl create secret docker-registry)", quote(miss.Want))
			f.Fix = rekeyed(use.Secret, miss.Key, miss.Want)
		}
		return m
	}
	return nil
}

// unserved says that nothing is there for an image of a private registry.
func unserved(w *manifests.Workload, img *manifests.ImageRef, pull *plan.Pull) *mismatch {
	m := newMismatch(w, img, pull, &pull.Secrets[0])
	m.finding.Severity = lint.Warning
	m.finding.Message = fmt.Sprintf("no pull secret of the pod has a key that matches image %s", quote(img.Raw))
	m.finding.Help = fmt.Sprintf("add credentials for %s", quote(pullsecret.RecommendedKey(img.Ref.Registry)))
	return m
}

func newMismatch(w *manifests.Workload, img *manifests.ImageRef, pull *plan.Pull, use *plan.Use) *mismatch {
	f := &lint.Finding{
		Object: w.Object, Path: use.Ref.Path, Span: use.Ref.Span, Container: img.Container, Image: img.Raw, Cluster: withoutCredentials(),
		Subject: use.Ref.Name + " " + img.Ref.Registry,
		Related: []lint.Related{{Span: img.Span, Message: "the image that needs them"}},
	}
	if use.Secret != nil {
		f.Related = append(f.Related, related(use.Secret, "the Secret"))
	}
	if use.From == plan.FromAccount && pull.Account.Found != nil {
		f.Object, f.Container = pull.Account.Found.Object, ""
		if f.Object.Context {
			f.Object, f.Container, f.Span, f.Path = w.Object, img.Container, img.Span, img.Path
			f.Related = f.Related[1:]
		}
	}
	return &mismatch{finding: f, use: use, images: 1}
}

// isOpen reports whether an image is pulled by everybody: its registry serves nothing else, or it is a Docker Official Image.
func isOpen(img *manifests.ImageRef) bool {
	if _, ok := hubName(img); ok {
		return true
	}
	host, known := catalog.LookupHost(img.Ref.Registry)
	return known && host.Anonymous == catalog.AnonymousYes
}

// isPrivate reports whether an image wants credentials that the pod does not bring: all that it brings is known, and the registry is one that
// serves nobody else, or that is not known and that no other pod of the input uses without.
func isPrivate(img *manifests.ImageRef, pull *plan.Pull, open func() map[string]bool) bool {
	if pull.Unusable {
		return false // what is not there may be the one; another rule speaks of it
	}
	host, known := catalog.LookupHost(img.Ref.Registry)
	switch {
	case known:
		return host.Anonymous == catalog.AnonymousNever && !host.Ambient
	case img.Ref.Registry == "docker.io":
		return false
	}
	return !open()[strings.ToLower(img.Ref.Registry)]
}

// openRegistries are the registries that pods of the input use without any pull secret, so that they may well be public.
func openRegistries(p *lint.Pass) map[string]bool {
	out := map[string]bool{}
	for w, img := range parsed(p) {
		if img.Pod != nil && len(p.Plan.Pod(w, img.Pod).Secrets) == 0 {
			out[strings.ToLower(img.Ref.Registry)] = true
		}
	}
	return out
}

// useOf finds the pull secret that a keyring calls by its name.
func useOf(pull *plan.Pull, id string) *plan.Use {
	for i := range pull.Secrets {
		if u := &pull.Secrets[i]; u.Secret != nil && plan.SecretID(u.Namespace, u.Secret.Name) == id {
			return u
		}
	}
	return &pull.Secrets[0]
}
