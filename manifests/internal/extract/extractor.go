package extract

import (
	"strings"
	"unique"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// extractor takes from one document's nodes what the run keeps. The nodes are let go afterwards.
type extractor struct {
	c    *stream.Doc
	doc  *model.Document
	opts *Options
	out  *Found

	obj     *model.Object
	w       *model.Workload
	taken   map[*yaml.Node]bool // values that are recorded, or known to be none
	ranges  []lineRange
	trace   bool          // whether ranges are wanted
	depth   int           // of objects inside objects
	outer   *model.Object // the object that the one at hand stands in
	secrecy int           // of secretive: 0 not asked yet
	at      *source.Span  // where all of a text in a field is said to stand; nil where its places are known
	veiled  bool          // whether values are read, among which passwords stand under any key
	home    *home         // the pod spec that is being read
}

// span is the place of a node's value: exact where the file holds the value byte for byte on one line. In a Secret, and on a line that
// may hold one, the excerpt shows the value alone: what stands beside it is nobody's to read.
func (x *extractor) span(n *yaml.Node) source.Span {
	return x.guarded(x.place(n))
}

// place is span with the whole line for its excerpt.
func (x *extractor) place(n *yaml.Node) source.Span {
	if x.at != nil {
		return *x.at
	}
	return tree.Place(&x.c.Text, n)
}

// guarded keeps from the excerpt of a span what nobody is to read.
func (x *extractor) guarded(s source.Span) source.Span {
	if x.obj != nil && x.obj.Kind == "Secret" && x.obj.Group() == "" || tree.InFlow(s) && (x.veiled || x.secretive()) {
		return s.Only()
	}
	return s
}

// secretive reports whether a document may hold what a Secret holds, beside other things.
func (x *extractor) secretive() bool {
	if x.secrecy == 0 {
		x.secrecy = -1
		if tree.MayHoldSecret(x.c.Data) {
			x.secrecy = 1
		}
	}
	return x.secrecy > 0
}

// keep returns a copy of a string that is kept beyond its document; equal ones share their memory. It is for what manifests say over and
// over: kinds, namespaces, paths, names of containers, images.
func keep(s string) string {
	const long = 512
	if len(s) > long {
		return strings.Clone(s)
	}
	return unique.Make(s).Value()
}

// mark adds a name to a set of names, which may be nil.
func mark(set *map[string]bool, name string) {
	if *set == nil {
		*set = map[string]bool{}
	}
	(*set)[name] = true
}
