package rules

import (
	"slices"
	"sync"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// failingPulls finds the pulls that fail because a pull secret is wrong. It is nil in runs that do not ask for them.
type failingPulls struct {
	p        *lint.Pass
	byName   map[*manifests.PullSecretName][]*manifests.ImageRef
	bySecret map[*manifests.Secret][]*manifests.ImageRef
	hosts    *secretHosts
}

func newFailingPulls(p *lint.Pass) *failingPulls {
	if !p.WantsPulls() {
		return nil
	}
	x := &failingPulls{p: p, byName: map[*manifests.PullSecretName][]*manifests.ImageRef{}, bySecret: map[*manifests.Secret][]*manifests.ImageRef{}, hosts: newSecretHosts()}
	for w, img := range parsed(p) {
		if !isSurelyPulled(p, w, img) {
			continue
		}
		pull := p.Plan.Image(w, img)
		if !x.isDenied(img, pull) {
			continue
		}
		for i := range pull.PullSecrets[:min(len(pull.PullSecrets), maxAudience)] {
			u := &pull.PullSecrets[i]
			x.byName[u.Ref] = append(x.byName[u.Ref], img)
			if u.Secret != nil {
				x.bySecret[u.Secret] = append(x.bySecret[u.Secret], img)
			}
		}
	}
	return x
}

// isDenied reports whether no pull secret of a pod works for an image that may need one.
func (x *failingPulls) isDenied(img *manifests.ImageRef, pull *plan.Pull) bool {
	switch x.p.Plan.Outcome(img, pull) {
	case plan.Anonymous:
		return x.p.Plan.Absent(pull) == nil && !isPublic(img)
	case plan.Credentials:
		d := x.p.Plan.Defect(img, pull)
		return d.Text != "" && (d.Sent || !isPublic(img))
	default:
		return false
	}
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
			out = append(out, lint.FailedPull{Of: img, Reason: f.Cluster.Reason, Why: f.Message})
		}
	}
	return out
}

// named returns the pulls that fail because a name does not lead to a Secret. meant is the Secret that is probably meant, or nil, and other is one that works for
// an image of the pods, or nil.
func (x *failingPulls) named(name *manifests.PullSecretName, meant, other *manifests.Secret, why string) []lint.FailedPull {
	if x == nil {
		return nil
	}
	return x.failing(x.byName[name], meant, other, why)
}

// holding returns the pulls that fail because the kubelet cannot use a Secret.
func (x *failingPulls) holding(s *manifests.Secret, why string) []lint.FailedPull {
	if x == nil {
		return nil
	}
	return x.failing(x.bySecret[s], s, nil, why)
}

func (x *failingPulls) failing(denied []*manifests.ImageRef, s, other *manifests.Secret, why string) (out []lint.FailedPull) {
	isMeant := func(img *manifests.ImageRef) bool { return !x.hosts.isForOthers(s, img.Ref.Registry) }
	// A Secret for one of the other images is hardly the one that is needed where nodes can have credentials of their own.
	isForAnother := slices.ContainsFunc(denied, func(img *manifests.ImageRef) bool { return isMeant(img) && !isAmbient(img) })
	for _, img := range denied {
		if mayBePublic(img) && !x.isForPrivate(s, img) && !x.isForPrivate(other, img) {
			continue // without a Secret it is pulled anonymously, which fails only if it is private
		}
		if isMeant(img) && (!isAmbient(img) || !isForAnother || x.hosts.isFor(s, img.Ref.Registry)) {
			out = append(out, deniedPull(img, why))
		}
	}
	return out
}

// isForPrivate reports whether a Secret shows that an image is private: it has credentials for the registry. Those for Docker Hub do not show it, since they
// are also made because of its pull limit.
func (x *failingPulls) isForPrivate(s *manifests.Secret, img *manifests.ImageRef) bool {
	return img.Ref.Registry != "docker.io" && x.hosts.isFor(s, img.Ref.Registry)
}

// mayBePublic reports whether an image is of a registry that also has public images, and does not require credentials for all pulls of the repository. A
// registry that is not known, such as one of a company, counts as private.
func mayBePublic(img *manifests.ImageRef) bool {
	host, known := catalog.LookupHost(img.Ref.Registry)
	return known && hasPublicImages(img.Ref.Registry) && !host.WantsLogin(img.Ref.Repository)
}

// deniedPull returns a pull that fails without credentials, or with wrong ones.
func deniedPull(img *manifests.ImageRef, why string) lint.FailedPull {
	return lint.FailedPull{Of: img, Reason: withoutCredentials().Reason, Why: why}
}

// isPublic reports whether an image needs no credentials: its registry serves all images to everyone, or the catalog has it.
func isPublic(img *manifests.ImageRef) bool {
	if isOpen(img) {
		return true
	}
	im, ok := catalog.Builtin().Lookup(img.Ref.Registry, img.Ref.Repository)
	return ok && !im.Absent
}

// need says whether the images of pods need a pull secret.
type need int

const (
	needed  need = iota // an image may need it
	useless             // none needs it, but one does not exist
	unused              // all are pulled without it
)

// spared knows the pull secrets that no image of their pods needs, so that a defect of theirs fails no pull.
type spared struct {
	names   func() map[*manifests.PullSecretName]need
	secrets func() map[*manifests.Secret]need // by what leads to them
}

func newSpared(p *lint.Pass) *spared {
	names := sync.OnceValue(func() map[*manifests.PullSecretName]need { return neededNames(p) })
	return &spared{names, sync.OnceValue(func() map[*manifests.Secret]need {
		out := map[*manifests.Secret]need{}
		for u := range secretUses(p) {
			atMost(out, u.Secret, names()[u.Ref])
		}
		return out
	})}
}

func neededNames(p *lint.Pass) map[*manifests.PullSecretName]need {
	out := map[*manifests.PullSecretName]need{}
	known := Known(catalog.Builtin())
	for w, img := range everyImage(p) {
		if img.Confidence == manifests.Guess {
			continue
		}
		pull := p.Plan.Image(w, img)
		if len(pull.PullSecrets) == 0 {
			continue
		}
		n := needed
		if isPulledAnyway(p, w, img, pull) {
			n = unused
			if !isNever(img) && !p.IsLocal(img) && known(img) == KnownUnpublished {
				n = useless
			}
		}
		for i := range pull.PullSecrets[:min(len(pull.PullSecrets), maxAudience)] {
			atMost(out, pull.PullSecrets[i].Ref, n)
		}
	}
	return out
}

// atMost lowers the value of a key, or adds it.
func atMost[K comparable](m map[K]need, k K, n need) {
	if before, seen := m[k]; !seen || n < before {
		m[k] = n
	}
}

// isPulledAnyway reports whether an image is known to need no other credentials than its pod has, and the pod is known to have no other images.
func isPulledAnyway(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef, pull *plan.Pull) bool {
	switch {
	case img.State != manifests.StateString || img.Err != nil || img.Confidence != manifests.Certain || img.Pod == nil || img.Pod.OperatorAccount:
		return false
	case p.Plan.Mutation(w, img).Kind != plan.AsWritten:
		return false
	case isNever(img) || p.IsLocal(img) || isPublic(img):
		return true
	}
	return p.Plan.Outcome(img, pull) == plan.Credentials && p.Plan.Defect(img, pull).Text == ""
}

// lower turns an error about a pull secret into a warning if no pull fails for the lack of it.
func (s *spared) lower(f *lint.Finding, name *manifests.PullSecretName) {
	if f.Severity == lint.Error {
		s.names()[name].lower(f)
	}
}

// isNeeded reports whether an image of the pods may need a pull secret.
func (s *spared) isNeeded(name *manifests.PullSecretName) bool { return s.names()[name] == needed }

// lowerSecret does the same for a finding about a Secret, whatever names it.
func (s *spared) lowerSecret(f *lint.Finding, secret *manifests.Secret) {
	if f.Severity == lint.Error {
		s.secrets()[secret].lower(f)
	}
}

func (n need) lower(f *lint.Finding) {
	if n != needed {
		f.Severity = lint.Warning
	}
	if n == unused {
		f.Related = append(f.Related, lint.Related{Message: "the images of its pods are pulled without it"})
	}
}
