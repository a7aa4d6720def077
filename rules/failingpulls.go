package rules

import (
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
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
		if !isSurelyPulled(p, w, img) {
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

// isSurelyPulled reports whether a node certainly pulls a valid image as it is written.
func isSurelyPulled(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef) bool {
	return img.Confidence == manifests.Certain && !img.Remote && !p.IsLocal(img) && p.Plan.Mutation(w, img).Kind == plan.AsWritten
}

// bare returns the pulls of an object that fail because its pods get no pull secrets.
func (x *failingPulls) bare(w *manifests.Workload, f *lint.Finding) (out []lint.FailedPull) {
	if x == nil {
		return nil
	}
	for _, img := range w.Images {
		if img.State != manifests.StateString || img.Err != nil || !isSurelyPulled(x.p, w, img) || isPublic(img) {
			continue
		}
		if pull := x.p.Plan.Image(w, img); len(pull.PullSecrets) == 0 && x.p.Plan.Outcome(img, pull) == plan.Anonymous {
			out = append(out, lint.FailedPull{Image: img, Reason: f.Cluster.Reason, Why: f.Message})
		}
	}
	return out
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
	return len(s.Content().Config.Keys()) > 0 && hasNoKeyFor(s, img.Ref.Registry)
}
