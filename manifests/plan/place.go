package plan

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
)

// Scope is what objects that are applied together have in common: a file, a folder, or a chart. It is used as
// an index key, so it is small; the zero Scope means none.
type Scope struct {
	kind scopeKind
	name string
}

type scopeKind uint8

const (
	inFile scopeKind = iota + 1
	inFolder
	inChart
)

// FileScope is the scope of an object's file, or none.
func FileScope(o *manifests.Object) Scope {
	if o == nil || o.Span.File() == nil || o.Span.File().Name == "" {
		return Scope{}
	}
	return Scope{inFile, o.Span.File().Name}
}

// ScopesOf returns the scopes of an object, the nearest first: its file, its folder, and its chart or none.
func ScopesOf(o *manifests.Object) [3]Scope {
	at := [3]Scope{FileScope(o)}
	if at[0] == (Scope{}) {
		return at
	}
	at[1] = Scope{inFolder, dir(at[0].name)}
	if o.Doc != nil {
		if chart, _, _ := strings.Cut(o.Doc.Template, "/"); chart != "" {
			at[2] = Scope{inChart, chart}
		}
	}
	return at
}

// dir is filepath.Dir, but fast for the clean paths of a walk: it is called for each look-up.
func dir(name string) string {
	end := -1
	for rest := name; ; {
		i := strings.IndexByte(rest, '/')
		if i < 0 {
			break
		}
		if rest = rest[i+1:]; rest != "" && (rest[0] == '/' || rest[0] == '.') {
			return filepath.Dir(name)
		}
		end = len(name) - len(rest) - 1
	}
	if end <= 0 || filepath.Separator != '/' || name[0] == '.' {
		return filepath.Dir(name)
	}
	return name[:end]
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
func folder(o *manifests.Object) string { return ScopesOf(o)[1].name }

// inOrder returns values sorted by file name and position, independent of the order of the input.
func inOrder[T any](values []T, object func(T) *manifests.Object) []T {
	compare := func(a, b T) int {
		x, y := object(a), object(b)
		return cmp.Or(strings.Compare(FileScope(x).name, FileScope(y).name), cmp.Compare(x.Span.Start().Offset, y.Span.Start().Offset))
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

// firstByKey maps each key to its first value. A value that has a key in some scope has that key without a scope, too.
type firstByKey[T any] map[lookupKey]T

// newFirstByKey returns an index with room for a number of objects, most of which have a name and a folder of their own.
func newFirstByKey[T any](objects int) firstByKey[T] { return make(firstByKey[T], 3*objects) }

// add adds the value of an object under its name in a namespace, for all its scopes and for anywhere.
func (f firstByKey[T]) add(namespace, name string, o *manifests.Object, value T) {
	f.addAt(lookupKey{namespace: namespace, name: name}, value)
	for _, at := range ScopesOf(o) {
		if at != (Scope{}) {
			f.addAt(lookupKey{namespace, name, at}, value)
		}
	}
}

func (f firstByKey[T]) addAt(k lookupKey, value T) {
	if _, ok := f[k]; !ok {
		f[k] = value
	}
}

// nearest returns the value nearest to an object: in one of its scopes, else anywhere.
func (f firstByKey[T]) nearest(namespace, name string, o *manifests.Object) (value T, ok bool) {
	anywhere, ok := f[lookupKey{namespace: namespace, name: name}]
	if !ok {
		return value, false
	}
	if value, ok = f.among(namespace, name, ScopesOf(o)); ok {
		return value, true
	}
	return anywhere, true
}

// inScope is nearest without values elsewhere.
func (f firstByKey[T]) inScope(namespace, name string, o *manifests.Object) (value T, ok bool) {
	if _, ok = f[lookupKey{namespace: namespace, name: name}]; !ok {
		return value, false
	}
	return f.among(namespace, name, ScopesOf(o))
}

func (f firstByKey[T]) among(namespace, name string, scopes [3]Scope) (value T, ok bool) {
	for _, at := range scopes {
		if at != (Scope{}) {
			if value, ok = f[lookupKey{namespace, name, at}]; ok {
				return value, true
			}
		}
	}
	return value, false
}
