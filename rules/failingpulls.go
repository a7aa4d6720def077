package rules

import (
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// failingPulls finds the pulls that fail because a pull secret is wrong. It is nil in runs that do not ask for them.
type failingPulls struct {
	p        *lint.Pass
	byName   map[*manifests.PullSecretName][]pulled
	bySecret map[*manifests.Secret][]pulled
}

func newFailingPulls(p *lint.Pass) *failingPulls {
	if !p.WantsPulls() {
		return nil
	}
	x := &failingPulls{p: p, byName: map[*manifests.PullSecretName][]pulled{}, bySecret: map[*manifests.Secret][]pulled{}}
	for w, img := range parsed(p) {
		if img.Confidence != manifests.Certain || img.Remote || p.IsLocal(img) || p.Plan.Mutation(w, img).Kind != plan.AsWritten {
			continue
		}
		pull := p.Plan.Image(w, img)
		for i := range pull.PullSecrets[:min(len(pull.PullSecrets), maxAudience)] {
			u := &pull.PullSecrets[i]
			if u.Usable && u.Expired.IsZero() && u.Flaw(img.Ref) == "" {
				continue
			}
			x.byName[u.Ref] = append(x.byName[u.Ref], pulled{w, img, pull, u})
			if u.Secret != nil {
				x.bySecret[u.Secret] = append(x.bySecret[u.Secret], pulled{w, img, pull, u})
			}
		}
	}
	return x
}

// named returns the pulls that fail because a name does not lead to a Secret. meant is the Secret that is probably meant, or nil.
func (x *failingPulls) named(name *manifests.PullSecretName, meant *manifests.Secret, why string) []lint.FailedPull {
	if x == nil {
		return nil
	}
	return x.failing(x.byName[name], meant, why)
}

// holding returns the pulls that fail because the kubelet cannot use a Secret.
func (x *failingPulls) holding(s *manifests.Secret, why string) []lint.FailedPull {
	if x == nil {
		return nil
	}
	return x.failing(x.bySecret[s], s, why)
}

func (x *failingPulls) failing(users []pulled, s *manifests.Secret, why string) (out []lint.FailedPull) {
	for i := range users {
		u := &users[i]
		if d := x.p.Plan.Defect(u.img, u.pull); d.Text == "" || d.Kind == plan.DefectRegistry || !d.Sent && isPublic(u.img) || isForOthers(s, u.img) {
			continue
		}
		out = append(out, deniedPull(u.img, why))
	}
	return out
}

// deniedPull returns a pull that fails without credentials, or with wrong ones.
func deniedPull(img *manifests.ImageRef, why string) lint.FailedPull {
	return lint.FailedPull{Image: img, Reason: withoutCredentials().Reason, Why: why}
}

// isPublic reports whether an image needs no credentials: its registry serves all images to everyone, or the catalog has it.
func isPublic(img *manifests.ImageRef) bool {
	if isOpen(img) {
		return true
	}
	im, ok := catalog.Builtin().Lookup(img.Ref.Registry, img.Ref.Repository)
	return ok && !im.Absent
}

// isForOthers reports whether all keys of a Secret are known, and none is meant for an image's registry.
func isForOthers(s *manifests.Secret, img *manifests.ImageRef) bool {
	if s == nil || s.Content() == nil || s.Content().Err != nil {
		return false
	}
	keys := s.Content().Config.Keys()
	for _, k := range keys {
		if pullsecret.IsPlaceholder(k.Written) || mayServe(k.Host, img.Ref.Registry) {
			return false
		}
	}
	return len(keys) > 0
}
