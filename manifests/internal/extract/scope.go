package extract

import (
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/redact"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// reader reads one text: a document, or what is in a field of one.
type reader struct {
	text   *source.Text
	doc    *model.Document
	opts   *Options
	found  *Found
	trace  bool // whether ranges are wanted
	ranges []lineRange
	secret lazyBool     // whether the text may hold what a Secret holds, beside other things
	at     *source.Span // where all of the text is said to stand; nil where its places are known
}

// lazyBool is the answer to a question that is asked at most once.
type lazyBool uint8

const (
	unasked lazyBool = iota
	no
	yes
)

// scope is where in a text the reading stands. It is passed by value: who reads something inside of something narrows a copy of it, and
// whoever called goes on with what it had.
type scope struct {
	*reader
	obj    *model.Object
	w      *model.Workload
	taken  map[*yaml.Node]bool // visited values: recorded, or known not to be images
	outer  *model.Object       // the object that the one at hand is in
	depth  int                 // of objects inside objects
	values bool                // whether values are read, among which passwords are under any key
	home   *podSpecField       // the pod spec that is being read
	// release is where the values that are read are installed; nil where that is not known.
	release *release
}

// podSpecField is a pod spec and its key.
type podSpecField struct{ key, spec *yaml.Node }

// scope is where the reading of a text begins.
func (r *reader) scope() scope { return scope{reader: r} }

// within is the scope of an object.
func (x scope) within(obj *model.Object) scope {
	x.obj, x.w, x.taken = obj, &model.Workload{Object: obj}, map[*yaml.Node]bool{}
	return x
}

func (x scope) mark(n *yaml.Node) bool {
	if x.taken[n] {
		return false
	}
	x.taken[n] = true
	return true
}

// span is the place of a node's value: exact where the file holds the value byte for byte on one line. In a Secret, and on a line that
// may hold one, the excerpt shows the value alone: what is next to it must not be shown.
func (x scope) span(n *yaml.Node) source.Span {
	return x.redacted(x.lineSpan(n))
}

// lineSpan is span with the whole line for its excerpt.
func (r *reader) lineSpan(n *yaml.Node) source.Span {
	if r.at != nil {
		return *r.at
	}
	return tree.Place(r.text, n)
}

// redacted keeps from the excerpt of a span what must not be shown.
func (x scope) redacted(s source.Span) source.Span {
	if x.obj != nil && x.obj.Kind == "Secret" && x.obj.Group() == "" || tree.InFlow(s) && (x.values || x.secretive()) {
		return s.ShowOnly()
	}
	return s
}

// secretive reports whether a document may hold what a Secret holds, beside other things.
func (r *reader) secretive() bool {
	if r.secret == unasked {
		r.secret = no
		if tree.MayHoldSecret(r.text.Data) {
			r.secret = yes
		}
	}
	return r.secret == yes
}

// restOfLine is the text of a node to the end of its line, cut where it is long, without the secrets on it.
func (r *reader) restOfLine(n *yaml.Node) string {
	const most, before = 200, 2 << 10
	off := tree.Offset(r.text, n)
	line := r.text.LineAt(off)
	start, end := max(r.text.LineStart(line), off-before), max(off, min(r.text.LineEnd(line), off+before))
	text := strings.TrimRight(redact.Line(string(r.text.Data[start:end]))[off-start:], " \t")
	if len(text) > most {
		text = text[:most]
	}
	return imageref.Redact(text)
}

// maxImageText is how long a text may be that is read as an image in values, in bytes.
const maxImageText = 1024
