package manifests

import (
	"context"
	"slices"
)

// fillContext reads the inputs again whose workloads were left out and matter.
func (l *loader) fillContext(ctx context.Context, inputs []Input, results []*fileResult, needs func(*Set) ContextNeeds) {
	var left []int
	for i, r := range results {
		if r != nil && r.leftOut {
			left = append(left, i)
		}
	}
	if len(left) == 0 || ctx.Err() != nil {
		return
	}
	need := needs(withoutContext(results))
	isOpenShift := slices.ContainsFunc(results, func(r *fileResult) bool { return r.OpenShift })
	again := left[:0]
	for _, i := range left {
		if need.All || need.SecretUsers && results[i].leftUsers || !isOpenShift && results[i].leftOpenShift || need.Files[slashed(inputs[i].Name)] {
			again = append(again, i)
		}
	}
	all := *l
	all.sparse = false
	all.each(ctx, len(again), func(l *loader, i int) { results[again[i]] = l.load(ctx, &inputs[again[i]]) })
}

// withoutContext is what decides about the workloads of the context.
func withoutContext(results []*fileResult) *Set {
	set := &Set{}
	for _, r := range results {
		if !r.context {
			set.Workloads, set.Values = append(set.Workloads, r.Workloads...), append(set.Values, r.Values...)
		}
		set.Secrets, set.ServiceAccounts = append(set.Secrets, r.Secrets...), append(set.ServiceAccounts, r.ServiceAccounts...)
		set.Kustomizations = append(set.Kustomizations, r.Kustomizations...)
	}
	return set
}
