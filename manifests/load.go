package manifests

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Load reads the inputs concurrently and returns their content, sorted by name. An input that cannot be read does not
// affect the others: the set lacks only that input, and the error joins a ReadError for each.
//
// A document on which the code panics is in Set.Broken with a PanicError, and the others are read. In tests, panics
// are not recovered, so that they fail the test.
func Load(ctx context.Context, inputs []Input, o Options) (*Set, error) {
	return (*Cache)(nil).Load(ctx, inputs, o)
}

// load is Load with a loader, which is copied for each worker.
func load(ctx context.Context, inputs []Input, o Options, with loader) (*Set, error) {
	workers := cmp.Or(o.Workers, runtime.GOMAXPROCS(0))
	// the result must not depend on the order of the inputs
	inputs = slices.Clone(inputs)
	slices.SortStableFunc(inputs, func(a, b Input) int { return strings.Compare(a.Name, b.Name) })
	results := make([]*fileResult, len(inputs))
	with.documentsAtOnce = workers
	with.loadAll(ctx, inputs, results)
	used := with.cache.keys(nil, inputs)
	if ctx.Err() == nil {
		resolveValuesFrom(inputs, results, func(i int) {
			l := with
			defer l.stop()
			results[i] = l.load(ctx, &inputs[i])
		})
		with.fillContext(ctx, inputs, results, o.Needs)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	with.cache.forget(with.cache.keys(used, inputs)) // some inputs were read again as values
	return assemble(results)
}

// each calls do for the numbers up to n concurrently, each call with its own copy of the loader.
func (l *loader) each(ctx context.Context, n int, do func(l *loader, i int)) {
	if n == 1 && ctx.Err() == nil { // the common case for hooks and editors: a goroutine would cost more than it gains
		own := *l
		do(&own, 0)
		own.stop()
		return
	}
	var next atomic.Int64
	var readers errgroup.Group
	for range min(l.documentsAtOnce, n) {
		readers.Go(func() error {
			own := *l
			defer own.stop()
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					break
				}
				do(&own, i)
			}
			return nil
		})
	}
	_ = readers.Wait() // it never fails; each reader has its own scratch memory
}

func assemble(results []*fileResult) (*Set, error) {
	set := &Set{MountedSecrets: map[string]bool{}, FolderNamespaces: map[string]string{}}
	var errs []error
	for _, r := range results {
		if r == nothing || r.isUnseen() {
			continue
		}
		if r.err != nil {
			errs = append(errs, r.err)
		}
		counts := r.Set
		switch {
		case r.source:
			counts = Set{}
			if r.taken != nil {
				counts = *r.taken
			}
			counts.Directives, counts.Duplicates = r.Directives, r.Duplicates
			counts.Values = append(slices.Clip(counts.Values), ofCharts(r.Values)...)
			for _, k := range r.Kustomizations {
				if k.Path == "" {
					counts.BuiltKustomizations = append(counts.BuiltKustomizations, k)
				}
			}
			counts.NumberTags = slices.Clip(counts.NumberTags)
			for _, n := range r.NumberTags {
				if isOfChart(n.Path) {
					counts.NumberTags = append(counts.NumberTags, n)
				}
			}
		case r.context:
			counts = asContext(&r.Set)
		}
		set.Add(&counts)
	}
	for _, w := range set.Workloads {
		set.Stats.Workloads++
		set.Stats.Images += len(w.Images)
	}
	for _, w := range set.Values {
		set.Stats.Images += len(w.Images)
	}
	return set, errors.Join(errs...)
}

// ofCharts returns the values that a kustomization passes to charts, which its build does not contain.
func ofCharts(values []*Workload) []*Workload {
	var out []*Workload
	for _, w := range values {
		given := *w
		given.Images = slices.DeleteFunc(slices.Clone(w.Images), func(i *ImageRef) bool { return !isOfChart(i.Path) })
		if len(given.Images) > 0 {
			out = append(out, &given)
		}
	}
	return out
}

func isOfChart(path string) bool { return strings.HasPrefix(path, "helmCharts[") }

// asContext returns the parts of a set that matter if it is not reported on.
func asContext(s *Set) Set {
	return Set{
		Context: s.Workloads, Secrets: s.Secrets, ServiceAccounts: s.ServiceAccounts, PullSecretInjectors: s.PullSecretInjectors, FolderNamespaces: s.FolderNamespaces, MountedSecrets: s.MountedSecrets,
		ImageStreams: s.ImageStreams, NodeRegistries: s.NodeRegistries, Kustomizations: s.Kustomizations, ConfigMaps: s.ConfigMaps, BuiltImages: s.BuiltImages, OpenShift: s.OpenShift,
	}
}
