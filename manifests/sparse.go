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
	if need.SecretUsers && !need.All {
		l.see(ctx, inputs, results)
	}
	again := left[:0]
	for _, i := range left {
		r := results[i]
		if r.leftOut && (need.All || need.SecretUsers && r.leftUsers || !isOpenShift && r.leftOpenShift || need.Files[slashed(inputs[i].Name)]) {
			again = append(again, i)
		}
	}
	all := *l
	all.sparse = false
	all.each(ctx, len(again), func(l *loader, i int) { results[again[i]] = l.load(ctx, &inputs[again[i]]) })
}

// see looks at the documents of the files that were left out as a whole.
func (l *loader) see(ctx context.Context, inputs []Input, results []*fileResult) {
	var left []int
	for i, r := range results {
		if r == unseen {
			left = append(left, i)
		}
	}
	all := *l
	all.unseen = false
	all.each(ctx, len(left), func(l *loader, i int) { results[left[i]] = l.load(ctx, &inputs[left[i]]) })
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
