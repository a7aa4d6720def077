package report

import (
	"strconv"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// unnamed stands for the name of an object that has none, such as a Job with a generateName.
const unnamed = "<unnamed>"

// place is a span's beginning as "file:line:col", which editors and CI matchers know; what it lacks is left out.
func place(s source.Span) string {
	if s.File == nil {
		return ""
	}
	out := visiblePath(s.File.Name)
	if s.Start.Line > 0 {
		out += ":" + strconv.Itoa(s.Start.Line)
		if s.Start.Col > 0 {
			out += ":" + strconv.Itoa(s.Start.Col)
		}
	}
	return out
}

// objectName is an object as "Kind namespace/name".
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

// template is the file that the document of a finding was rendered from, "" where that is not known.
func template(f *lint.Finding) string {
	switch {
	case f.Document != nil:
		return f.Document.Template
	case f.Object != nil && f.Object.Doc != nil:
		return f.Object.Doc.Template
	}
	return ""
}
