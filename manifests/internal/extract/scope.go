package extract

import (
	"bytes"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/redact"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// reader reads one text: a document, or the content of a field.
type reader struct {
	*internTable
	text   *source.Text
	doc    *model.Document
	opts   *Options
	found  *Found
	trace  bool // whether ranges are needed
	ranges []lineRange
	secret lazyBool     // whether the text may contain secret data among other things
	shares lazyBool     // whether aliases may share nodes
	at     *source.Span // the position used for all of the text; nil if exact positions are known
}

// lazyBool caches the answer to a question.
type lazyBool uint8

const (
	unasked lazyBool = iota
	no
	yes
)

// scope is the current position in a text and its context. It is passed by value: a function that reads something
// nested changes its copy, and the caller's scope stays the same.
type scope struct {
	*reader
	obj    *model.Object
	w      *model.Workload
	taken  map[*yaml.Node]bool            // visited values: recorded, or known not to be images
	listed map[*yaml.Node]*model.ImageRef // values at the paths of a kind, with their images; nil for what is not one
	outer  *model.Object                  // the object that contains the current one
	depth  int                            // nesting depth of objects
	values bool                           // reading chart values, in which passwords may be under any key
	home   podSpecField                   // the current pod spec; without a key if there is none
	// release is where the chart of the current values is installed, or nil if unknown.
	release *release
	// applied are the values of parameters that replace other values of the same chart, with which they are read.
	applied map[*yaml.Node]bool
}

// podSpecField is a pod spec and its key.
type podSpecField struct{ key, spec *yaml.Node }

// scope returns the scope at the beginning of a text.
func (r *reader) scope() scope { return scope{reader: r} }

// within returns the scope of an object.
func (x scope) within(obj *model.Object) scope {
	x.obj, x.listed = obj, nil
	x.w, x.taken = &model.Workload{Object: obj}, x.found.visited()
	return x
}

func (x scope) mark(n *yaml.Node) bool {
	if x.taken[n] {
		return false
	}
	x.taken[n] = true
	return true
}

// span returns the position of a node's value. It is exact if the file contains the value byte for byte on one line. In
// a Secret, and on a line that may contain one, the excerpt shows only the value, because the rest of the line may be
// secret.
func (x scope) span(n *yaml.Node) source.Span {
	return x.redacted(x.lineSpan(n))
}

// lineSpan is like span, but its excerpt is the whole line.
func (r *reader) lineSpan(n *yaml.Node) source.Span {
	if r.at != nil {
		return *r.at
	}
	return tree.Place(r.text, n)
}

// redacted removes secrets from the excerpt of a span.
func (x scope) redacted(s source.Span) source.Span {
	if x.obj != nil && x.obj.Kind == "Secret" && x.obj.Group() == "" || tree.InFlow(s) && (x.values || x.secretive()) {
		return s.ShowOnly()
	}
	return s
}

// secretive reports whether a document may contain secret data among other things.
func (r *reader) secretive() bool {
	if r.secret == unasked {
		r.secret = no
		if tree.MayHoldSecret(r.text.Data) {
			r.secret = yes
		}
	}
	return r.secret == yes
}

// mayShare reports whether the text may have aliases. Without any, a walk meets each node once, and does not have to remember it.
func (r *reader) mayShare() bool {
	if r.shares == unasked {
		r.shares = no
		if mayBegin(r.text.Data, '*') && mayBegin(r.text.Data, '&') {
			r.shares = yes
		}
	}
	return r.shares == yes
}

// mayBegin reports whether the character for aliases or anchors may begin one: no word and no quote ends before it, and no space follows.
func mayBegin(data []byte, c byte) bool {
	for at := 0; ; at++ {
		i := bytes.IndexByte(data[at:], c)
		if i < 0 {
			return false
		}
		at += i
		if at+1 == len(data) || source.IsSpace(data[at+1]) {
			continue
		}
		if at == 0 {
			return true
		}
		if b := data[at-1]; !isLetter(b) && (b < '0' || b > '9') && b != '"' && b != '\'' && b != c {
			return true
		}
	}
}

// restOfLine returns the text from a node to the end of its line, without secrets, truncated if it
// is long.
func (r *reader) restOfLine(n *yaml.Node) string {
	const limit, before = 200, 2 << 10
	off := tree.Offset(r.text, n)
	line := r.text.LineAt(off)
	start, end := max(r.text.LineStart(line), off-before), max(off, min(r.text.LineEnd(line), off+before))
	text := strings.TrimRight(redact.Line(string(r.text.Data[start:end]))[off-start:], " \t")
	if len(text) > limit {
		text = text[:limit]
	}
	return imageref.Redact(text)
}

// maxImageText is the maximum length in bytes of a text in values that is read as an image.
const maxImageText = 1024
