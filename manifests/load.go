package manifests

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/imagelint-dev/imagelint/manifests/internal/extract"
)

// Load reads the inputs, several at once, and returns what they hold, sorted by their names. An input that cannot be read does not keep the
// others from being read: the set is complete but for it, and the error joins a ReadError for each.
//
// A document on which the code panics is among those of Set.Broken with a PanicError, and the others are read. In tests the panic goes on, so
// that it fails them.
func Load(ctx context.Context, inputs []Input, o Options) (*Set, error) {
	x := extract.NewOptions(o.Guess, o.Kinds)
	x.Said, x.Metadata = o.ClusterStatus, o.Metadata
	return load(ctx, inputs, o, loader{noLookAhead: o.NoLookAhead, look: x.Look, read: x.Read, recovers: !testing.Testing()})
}

// load is Load with a loader, of which each worker has a copy.
func load(ctx context.Context, inputs []Input, o Options, with loader) (*Set, error) {
	workers := cmp.Or(o.Workers, runtime.GOMAXPROCS(0))
	// What is found must not depend on the order in which files are named.
	inputs = slices.Clone(inputs)
	slices.SortStableFunc(inputs, func(a, b Input) int { return strings.Compare(a.Name, b.Name) })
	results := make([]*fileResult, len(inputs))
	with.documentsAtOnce = workers
	if len(inputs) == 1 && ctx.Err() == nil { // most runs of a hook or an editor: a goroutine costs them more than it gains
		l := with
		results[0] = l.load(ctx, &inputs[0])
		l.stop()
	} else {
		var next atomic.Int64
		var readers errgroup.Group
		for range min(workers, len(inputs)) {
			readers.Go(func() error {
				l := with
				defer l.stop()
				for ctx.Err() == nil {
					i := int(next.Add(1)) - 1
					if i >= len(inputs) {
						break
					}
					results[i] = l.load(ctx, &inputs[i])
				}
				return nil
			})
		}
		_ = readers.Wait() // nothing fails; the scratch of a reader is its own
	}
	used := with.cache.keys(nil, inputs)
	if ctx.Err() == nil {
		resolveValuesFrom(inputs, results, func(i int) {
			l := with
			defer l.stop()
			results[i] = l.load(ctx, &inputs[i])
		})
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	with.cache.forget(with.cache.keys(used, inputs)) // some inputs have become values
	return assemble(results)
}

func assemble(results []*fileResult) (*Set, error) {
	set := &Set{MountedSecrets: map[string]bool{}, FolderNamespaces: map[string]string{}}
	var errs []error
	for _, r := range results {
		if r.err != nil {
			errs = append(errs, r.err)
		}
		switch {
		case r.source:
			r.taken.Directives, r.taken.Duplicates = r.Directives, r.Duplicates
			r.taken.Values = append(r.taken.Values, ofCharts(r.Values)...)
			r.taken.NumberTags = append(r.taken.NumberTags, slices.DeleteFunc(r.NumberTags, func(n *NumberTag) bool { return !isOfChart(n.Path) })...)
			r.Set = r.taken
		case r.context:
			r.Set = asContext(&r.Set)
		}
		set.Add(&r.Set)
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

// ofCharts are the values that a kustomization gives to charts: no build of it holds what they make.
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

// asContext is what counts of a set that is read for what exists, and not reported on.
func asContext(s *Set) Set {
	return Set{
		Context: s.Workloads, Secrets: s.Secrets, ServiceAccounts: s.ServiceAccounts, PullSecretInjectors: s.PullSecretInjectors, FolderNamespaces: s.FolderNamespaces, MountedSecrets: s.MountedSecrets,
		Kustomizations: s.Kustomizations, ConfigMaps: s.ConfigMaps, BuiltImages: s.BuiltImages, OpenShift: s.OpenShift,
	}
}
