package plan

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
)

// Scope is something that objects which are applied together share: the file or folder they are in, or the chart they are rendered from. It
// serves as key of an index; the zero Scope is none.
type Scope struct{ file, folder, chart string }

// FileScope is the place of all that is in an object's file; no place where it has none.
func FileScope(o *manifests.Object) Scope {
	if o == nil || o.Span.File == nil {
		return Scope{}
	}
	return Scope{file: o.Span.File.Name}
}

// ScopesOf returns the places of an object, from the nearest on: its file, its folder, and its chart or no place.
func ScopesOf(o *manifests.Object) [3]Scope {
	at := [3]Scope{FileScope(o)}
	if at[0] == (Scope{}) {
		return at
	}
	at[1].folder = filepath.Dir(at[0].file)
	if o.Doc != nil {
		at[2].chart, _, _ = strings.Cut(o.Doc.Template, "/")
	}
	return at
}

// InSameScope reports whether two objects stand together: in one folder, or in the output of one chart.
func InSameScope(a, b *manifests.Object) bool {
	x, y := ScopesOf(a), ScopesOf(b)
	for i := range x {
		if x[i] != (Scope{}) && x[i] == y[i] {
			return true
		}
	}
	return false
}

// folder is the folder of an object; "" where it has none.
func folder(o *manifests.Object) string { return ScopesOf(o)[1].folder }

// inOrder returns things in the order of their files' names and of their places in them, so that nothing depends on the order of the input.
func inOrder[T any](things []T, object func(T) *manifests.Object) []T {
	compare := func(a, b T) int {
		x, y := object(a), object(b)
		return cmp.Or(strings.Compare(FileScope(x).file, FileScope(y).file), cmp.Compare(x.Span.Start.Offset, y.Span.Start.Offset))
	}
	if slices.IsSortedFunc(things, compare) {
		return things
	}
	things = slices.Clone(things)
	slices.SortStableFunc(things, compare)
	return things
}

// lookupKey is where one looks something up: a namespace and a name in it, anywhere or at a place.
type lookupKey struct {
	namespace, name string
	at              Scope
}

// firstByKey is the first thing that was filed under each key.
type firstByKey[T any] map[lookupKey]T

// add files a thing of an object under its name in a namespace, anywhere and at the object's places.
func (f firstByKey[T]) add(namespace, name string, o *manifests.Object, thing T) {
	at := ScopesOf(o)
	for _, p := range [...]Scope{{}, at[0], at[1], at[2]} {
		k := lookupKey{namespace, name, p}
		if _, ok := f[k]; !ok {
			f[k] = thing
		}
	}
}

// nearest is what stands nearest to an object: at one of its places, else anywhere.
func (f firstByKey[T]) nearest(namespace, name string, o *manifests.Object) (thing T, ok bool) {
	at := ScopesOf(o)
	for _, p := range at {
		if p != (Scope{}) {
			if thing, ok = f[lookupKey{namespace, name, p}]; ok {
				return thing, true
			}
		}
	}
	thing, ok = f[lookupKey{namespace: namespace, name: name}]
	return thing, ok
}

// inScope is near, and nothing that is elsewhere.
func (f firstByKey[T]) inScope(namespace, name string, o *manifests.Object) (thing T, ok bool) {
	for _, p := range ScopesOf(o) {
		if p != (Scope{}) {
			if thing, ok = f[lookupKey{namespace, name, p}]; ok {
				return thing, true
			}
		}
	}
	return thing, false
}
