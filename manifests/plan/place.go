package plan

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
)

// Scope is what objects that are applied together have in common: a file, a folder, or a chart. It is used as
// an index key; the zero Scope means none.
type Scope struct{ file, folder, chart string }

// FileScope is the scope of an object's file, or none.
func FileScope(o *manifests.Object) Scope {
	if o == nil || o.Span.File() == nil {
		return Scope{}
	}
	return Scope{file: o.Span.File().Name}
}

// ScopesOf returns the scopes of an object, the nearest first: its file, its folder, and its chart or none.
func ScopesOf(o *manifests.Object) [3]Scope {
	at := [3]Scope{FileScope(o)}
	if at[0] == (Scope{}) {
		return at
	}
	at[1].folder = dir(at[0].file)
	if o.Doc != nil {
		at[2].chart, _, _ = strings.Cut(o.Doc.Template, "/")
	}
	return at
}

// dir is filepath.Dir, but fast for the clean paths of a walk: it is called for each look-up.
func dir(name string) string {
	i := strings.LastIndexByte(name, '/')
	if i <= 0 || filepath.Separator != '/' || name[0] == '.' || strings.Contains(name[:i+1], "//") || strings.Contains(name[:i+1], "/.") {
		return filepath.Dir(name)
	}
	return name[:i]
}

// InSameScope reports whether two objects are in one folder, or in the output of one chart.
func InSameScope(a, b *manifests.Object) bool {
	x, y := ScopesOf(a), ScopesOf(b)
	for i := range x {
		if x[i] != (Scope{}) && x[i] == y[i] {
			return true
		}
	}
	return false
}

// folder returns the folder of an object, or "".
func folder(o *manifests.Object) string { return ScopesOf(o)[1].folder }

// inOrder returns values sorted by file name and position, independent of the order of the input.
func inOrder[T any](values []T, object func(T) *manifests.Object) []T {
	compare := func(a, b T) int {
		x, y := object(a), object(b)
		return cmp.Or(strings.Compare(FileScope(x).file, FileScope(y).file), cmp.Compare(x.Span.Start().Offset, y.Span.Start().Offset))
	}
	if slices.IsSortedFunc(values, compare) {
		return values
	}
	values = slices.Clone(values)
	slices.SortStableFunc(values, compare)
	return values
}

// lookupKey is a name in a namespace, in a scope or anywhere.
type lookupKey struct {
	namespace, name string
	at              Scope
}

// firstByKey maps each key to its first value.
type firstByKey[T any] map[lookupKey]T

// newFirstByKey returns an index with room for a number of objects, most of which have a name and a folder of their own.
func newFirstByKey[T any](objects int) firstByKey[T] { return make(firstByKey[T], 3*objects) }

// add adds the value of an object under its name in a namespace, for all its scopes and for anywhere.
func (f firstByKey[T]) add(namespace, name string, o *manifests.Object, value T) {
	at := ScopesOf(o)
	for _, p := range [...]Scope{{}, at[0], at[1], at[2]} {
		k := lookupKey{namespace, name, p}
		if _, ok := f[k]; !ok {
			f[k] = value
		}
	}
}

// nearest returns the value nearest to an object: in one of its scopes, else anywhere.
func (f firstByKey[T]) nearest(namespace, name string, o *manifests.Object) (value T, ok bool) {
	at := ScopesOf(o)
	for _, p := range at {
		if p != (Scope{}) {
			if value, ok = f[lookupKey{namespace, name, p}]; ok {
				return value, true
			}
		}
	}
	value, ok = f[lookupKey{namespace: namespace, name: name}]
	return value, ok
}

// inScope is nearest without values elsewhere.
func (f firstByKey[T]) inScope(namespace, name string, o *manifests.Object) (value T, ok bool) {
	for _, p := range ScopesOf(o) {
		if p != (Scope{}) {
			if value, ok = f[lookupKey{namespace, name, p}]; ok {
				return value, true
			}
		}
	}
	return value, false
}
