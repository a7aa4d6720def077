package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// takes describes how fields take the names of pull secrets.
var takes = map[manifests.PullSecretShape]string{
	manifests.ShapeNames: "a list of mappings with the key name", manifests.ShapeStrings: "a list of strings", manifests.ShapeString: "a string",
	manifests.ShapeName: "a mapping with the key name", manifests.ShapeNameNamespace: "a mapping with the keys name and namespace",
}

// wrongShape returns the finding for pull secrets in a custom resource whose kind takes them in another form.
func wrongShape(o *manifests.Object, l *manifests.PullSecretList, d *manifests.PullSecretDefect) lint.Finding {
	verb := "is"
	if strings.HasSuffix(d.Path, "]") {
		verb = "holds"
	} else if d.Path != l.Path {
		verb = "has a name that is"
	}
	field := fieldOf(l.Path)
	f := lint.Finding{
		Object: o, Span: d.Span, Path: d.Path, Severity: capByConfidence(lint.Error, l.Confidence), Fix: reshaped(l, d),
		Message: fmt.Sprintf("%s %s a %s, where kind %s takes %s", field, verb, d.ValueType, o.Kind, takes[l.Shape]),
	}
	name := d.Text
	if !isSecretName(name) {
		name = "regcred"
	}
	want := "string"
	switch {
	case d.Kind == manifests.DefectNotName, d.Kind == manifests.DefectNotString && d.Path != l.Path && l.Shape != manifests.ShapeStrings:
		f.Help = fmt.Sprintf("write the name as a string: %q", name)
	case l.Shape == manifests.ShapeStrings:
		f.Help = "write a list of strings: - " + name
	case l.Shape == manifests.ShapeNames:
		f.Help = "write a list of names: - name: " + name
	case l.Shape == manifests.ShapeString:
		f.Help = fmt.Sprintf("write %s: %s", field, name)
	default:
		f.Help = fmt.Sprintf("write %s: {name: %s}", field, name)
	}
	switch d.Kind {
	case manifests.DefectNotList:
		want = "array"
	case manifests.DefectString, manifests.DefectNotMapping:
		want = "object"
	}
	if l.Confidence == manifests.Certain {
		f.Cluster = notOfType(d, want)
	}
	return f
}

// reshaped returns a fix that writes a single name in the form that the field takes, or nil if that needs more than one replacement on
// its line.
func reshaped(l *manifests.PullSecretList, d *manifests.PullSecretDefect) *lint.Fix {
	if !isSecretName(d.Text) || d.Kind == manifests.DefectNotName {
		return nil
	}
	switch {
	case d.Kind == manifests.DefectNotString && (d.Value.Flow || strings.HasSuffix(d.Path, "]")):
		return inPlaceOf(d, nameAlone(d))
	case d.Kind == manifests.DefectNotList && d.ValueType == "string" && l.Shape == manifests.ShapeStrings:
		return inPlaceOf(d, "["+nameAlone(d)+"]")
	case d.Kind == manifests.DefectNotList && d.ValueType == "string":
		return inPlaceOf(d, "[{"+nameField(d)+"}]")
	case d.Kind == manifests.DefectNotList && l.Shape == manifests.ShapeNames:
		return listed(d)
	case d.Kind == manifests.DefectString && !d.Value.Flow:
		return inPlaceOf(d, nameField(d))
	case d.Kind == manifests.DefectString, d.Kind == manifests.DefectNotMapping && d.ValueType == "string":
		return inPlaceOf(d, "{"+nameField(d)+"}")
	}
	return nil
}

// nameAlone returns a name as a string, with its original quotes: JSON requires them.
func nameAlone(d *manifests.PullSecretDefect) string {
	switch {
	case d.Value.Quote != "":
		return d.Value.Quote + d.Text + d.Value.Quote
	case d.Value.Flow && d.ValueType == "mapping", !manifests.IsString(d.Text):
		return `"` + d.Text + `"`
	}
	return d.Text
}
