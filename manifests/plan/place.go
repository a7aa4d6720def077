package plan

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
)

// Place is something that objects which are applied together share: the file or folder they stand in, or the chart they are rendered from. It
// serves as key of an index; the zero Place is none.
type Place struct{ file, folder, chart string }

// File is the place of all that stands in an object's file; no place where it has none.
func File(o *manifests.Object) Place {
	if o == nil || o.Span.File == nil {
		return Place{}
	}
	return Place{file: o.Span.File.Name}
}

// Places returns the places of an object, from the nearest on: its file, its folder, and its chart or no place.
func Places(o *manifests.Object) [3]Place {
	at := [3]Place{File(o)}
	if at[0] == (Place{}) {
		return at
	}
	at[1].folder = filepath.Dir(at[0].file)
	if o.Doc != nil {
		at[2].chart, _, _ = strings.Cut(o.Doc.Template, "/")
	}
	return at
}

// Near reports whether two objects stand together: in one folder, or in the output of one chart.
func Near(a, b *manifests.Object) bool {
	x, y := Places(a), Places(b)
	for i := range x {
		if x[i] != (Place{}) && x[i] == y[i] {
			return true
		}
	}
	return false
}

// folder is the folder of an object; "" where it has none.
func folder(o *manifests.Object) string { return Places(o)[1].folder }

// inOrder returns things in the order of their files' names and of their places in them, so that nothing depends on the order of the input.
func inOrder[T any](things []T, object func(T) *manifests.Object) []T {
	compare := func(a, b T) int {
		x, y := object(a), object(b)
		return cmp.Or(strings.Compare(File(x).file, File(y).file), cmp.Compare(x.Span.Start.Offset, y.Span.Start.Offset))
	}
	if slices.IsSortedFunc(things, compare) {
		return things
	}
	things = slices.Clone(things)
	slices.SortStableFunc(things, compare)
	return things
}

// key is where one looks something up: a namespace and a name in it, anywhere or at a place.
type key struct {
	namespace, name string
	at              Place
}

// first is the first thing that was filed under each key.
type first[T any] map[key]T

// add files a thing of an object under its name in a namespace, anywhere and at the object's places.
func (f first[T]) add(namespace, name string, o *manifests.Object, thing T) {
	at := Places(o)
	for _, p := range [...]Place{{}, at[0], at[1], at[2]} {
		k := key{namespace, name, p}
		if _, ok := f[k]; !ok {
			f[k] = thing
		}
	}
}

// near is what stands nearest to an object: at one of its places, else anywhere.
func (f first[T]) near(namespace, name string, o *manifests.Object) (thing T, ok bool) {
	at := Places(o)
	for _, p := range at {
		if p != (Place{}) {
			if thing, ok = f[key{namespace, name, p}]; ok {
				return thing, true
			}
		}
	}
	thing, ok = f[key{namespace: namespace, name: name}]
	return thing, ok
}

// beside is near, and nothing that stands elsewhere.
func (f first[T]) beside(namespace, name string, o *manifests.Object) (thing T, ok bool) {
	for _, p := range Places(o) {
		if p != (Place{}) {
			if thing, ok = f[key{namespace, name, p}]; ok {
				return thing, true
			}
		}
	}
	return thing, false
}
