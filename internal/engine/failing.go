package engine

import (
	"context"
	"slices"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// FailingPulls returns the images of all layers whose pulls certainly fail, as the errors of this run prove.
func (l *Loaded) FailingPulls(ctx context.Context) (map[*manifests.ImageRef]lint.FailedPull, error) {
	out := map[*manifests.ImageRef]lint.FailedPull{}
	linter := l.linter
	linter.Planner, linter.Planned, linter.Prober = nil, nil, nil
	linter.MaxFindings = 1 // the findings themselves are not needed
	linter.Rules = slices.DeleteFunc(slices.Clone(linter.Rules), func(r lint.Rule) bool {
		return r.Own || l.linter.Prober != nil && r.SettledByProbe != nil // a registry's answer may have replaced its findings
	})
	linter.Failing = func(pull lint.FailedPull) {
		if before, ok := out[pull.Image]; !ok || pull.Why < before.Why { // rules run in no fixed order
			out[pull.Image] = pull
		}
	}
	for _, set := range l.sets {
		if _, err := linter.Run(ctx, set); err != nil {
			return nil, err
		}
	}
	return out, nil
}
