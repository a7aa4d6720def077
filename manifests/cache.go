package manifests

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests/internal/extract"
)

// Cache loads inputs, and keeps the content of those with a Version, so that loading them again reads only changes.
// The returned sets share unchanged content, so nobody may modify it. It is safe for concurrent use. The zero value is
// an empty cache.
type Cache struct {
	mu   sync.Mutex
	kept map[cacheKey]*fileResult
}

// cacheKey has all properties of an input that determine its content.
type cacheKey struct {
	name, version                         string
	named, stdin, context, source, values bool
}

func keyOf(in *Input) cacheKey {
	return cacheKey{in.Name, in.Version, in.Named, in.InMemory, in.Context, in.RenderedElsewhere, in.ChartValues}
}

// Load is like the function Load. Options other than Workers must be the same each time. A nil Cache keeps nothing.
func (c *Cache) Load(ctx context.Context, inputs []Input, o Options) (*Set, error) {
	x := extract.NewOptions(o.Guess, o.Kinds)
	x.Said, x.Metadata, x.AllBroken = o.ClusterStatus, o.Metadata, o.AllBroken
	sparse := o.Needs != nil && !o.NoLookAhead
	return load(ctx, inputs, o, loader{noLookAhead: o.NoLookAhead, look: x.Look, lookContext: x.LookContext, read: x.Read, recovers: !testing.Testing(), sparse: sparse, unseen: sparse && c == nil, cache: c})
}

// keys adds the keys of inputs to used.
func (c *Cache) keys(used map[cacheKey]bool, inputs []Input) map[cacheKey]bool {
	if c == nil {
		return nil
	}
	if used == nil {
		used = make(map[cacheKey]bool, len(inputs))
	}
	for i := range inputs {
		used[keyOf(&inputs[i])] = true
	}
	return used
}

// forget drops entries with other keys.
func (c *Cache) forget(used map[cacheKey]bool) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for key := range c.kept {
		if !used[key] {
			delete(c.kept, key)
		}
	}
}

// get returns the content of an input, which is shared, or nil.
func (c *Cache) get(in *Input) *fileResult {
	if c == nil || in.Version == "" {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.kept[keyOf(in)]
}

// put keeps the content of an input, which is shared from then on. Unreadable inputs are read again the next time.
func (c *Cache) put(in *Input, r *fileResult) {
	if c == nil || in.Version == "" || r.err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil {
		c.kept = map[cacheKey]*fileResult{}
	}
	r.shared = true
	c.kept[keyOf(in)] = r
}

// clone returns a copy that can be extended without changing the original.
func (r *fileResult) clone() *fileResult {
	out := *r
	out.shared = false
	out.Set, out.taken = Set{}, nil
	out.Add(&r.Set)
	if r.taken != nil {
		out.taken = &Set{}
		out.taken.Add(r.taken)
	}
	out.refs, out.texts, out.generated = slices.Clip(r.refs), slices.Clip(r.texts), slices.Clip(r.generated)
	return &out
}
