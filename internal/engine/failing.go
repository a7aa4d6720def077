package engine

import (
	"context"
	"slices"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// FailingPulls are pulls that certainly fail, by the image, or by the pod or the object that is rejected.
type FailingPulls map[any]lint.FailedPull

// Of returns why the pull of an image fails. rejected is true if its pod or object is rejected.
func (f FailingPulls) Of(w *manifests.Workload, img *manifests.ImageRef) (why lint.FailedPull, rejected, ok bool) {
	if why, ok = f[w.Object]; ok {
		return why, true, true
	}
	if img.Pod != nil {
		if why, ok = f[img.Pod]; ok {
			return why, true, true
		}
	}
	why, ok = f[img]
	return why, false, ok
}

// FailingPulls returns the pulls of all layers that certainly fail, as the errors of this run prove.
func (l *Loaded) FailingPulls(ctx context.Context) (FailingPulls, error) {
	out := FailingPulls{}
	linter := l.linter
	linter.Planner, linter.Planned, linter.Prober = nil, nil, nil
	linter.MaxFindings = 1 // the findings themselves are not needed
	linter.Rules = slices.DeleteFunc(slices.Clone(linter.Rules), func(r lint.Rule) bool {
		return r.Own || l.linter.Prober != nil && r.SettledByProbe != nil // a registry's answer may have replaced its findings
	})
	linter.Failing = func(pull lint.FailedPull) {
		if before, ok := out[pull.Of]; !ok || pull.Why < before.Why { // rules run in no fixed order
			out[pull.Of] = pull
		}
	}
	for _, set := range l.sets {
		if _, err := linter.Run(ctx, set); err != nil {
			return nil, err
		}
	}
	return out, nil
}
