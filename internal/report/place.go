package report

import (
	"strconv"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// unnamed stands for the name of an object without one, such as a Job with a generateName.
const unnamed = "<unnamed>"

// place returns the start of a span as "file:line:col", which editors and CI matchers recognize. Unknown
// parts are omitted.
func place(s source.Span) string {
	if s.File() == nil {
		return ""
	}
	out := visiblePath(s.File().Name)
	if s.Start().Line > 0 {
		out += ":" + strconv.Itoa(s.Start().Line)
		if s.Start().Col > 0 {
			out += ":" + strconv.Itoa(s.Start().Col)
		}
	}
	return out
}

// objectName returns an object as "Kind namespace/name".
func objectName(o *manifests.Object) string {
	name := o.Name
	if name == "" {
		name = unnamed
	}
	if o.Namespace != "" {
		name = o.Namespace + "/" + name
	}
	if o.Kind != "" {
		name = o.Kind + " " + name
	}
	return visible(name)
}

// template returns the file from which a finding's document was rendered, or "" if unknown.
func template(f *lint.Finding) string {
	switch {
	case f.Document != nil:
		return f.Document.Template
	case f.Object != nil && f.Object.Doc != nil:
		return f.Object.Doc.Template
	}
	return ""
}
