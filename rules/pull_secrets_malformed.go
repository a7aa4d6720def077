package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// PullSecretsMalformed reports imagePullSecrets that is not a list of names.
var PullSecretsMalformed = lint.Rule{
	ID: "pull-secrets-malformed", Group: "pull-secret", Severity: lint.Error, Levels: "error or warning",
	Check: checkPullSecretsMalformed,
	Doc: lint.Doc{
		Title: `imagePullSecrets is not a list of names`,
		Why:   `The field is a list of mappings with the single key name. The API server cannot decode a list of strings, a string or a mapping, and rejects the object. Other keys, such as namespace, are rejected by kubectl and dropped by Helm, which is a warning. Custom resources differ: a SparkApplication takes a list of strings, a MinIO Tenant one mapping, a KubeVirt disk one string. For kinds in the built-in table, the expected form comes from the kind's schema; if the schema is not known, it is a warning.`,
		Bad:   `- regcred`,
		Good:  `- name: regcred`,
		Since: "0.1.0",
	},
}

func checkPullSecretsMalformed(p *lint.Pass) {
	for l := range lists(p) {
		for _, d := range l.Defects {
			f := lint.Finding{Object: l.object, Span: d.Span, Path: d.Path, Severity: lint.Error, Help: "write a list of names: - name: regcred"}
			switch d.Kind {
			case manifests.DefectNotList:
				f.Message = fmt.Sprintf("imagePullSecrets is a %s, not a list", d.ValueType)
				f.Cluster = l.undecodable(&d, "", "[]v1.LocalObjectReference")
				if d.ValueType == "string" && isSecretName(d.Text) {
					f.Help = "write a list of names: - name: " + d.Text
					f.Fix = inPlaceOf(&d, "[{"+nameField(&d)+"}]")
				} else if d.ValueType == "mapping" {
					f.Fix = listed(&d)
				}
			case manifests.DefectString:
				f.Message = fmt.Sprintf("imagePullSecrets contains the string %s instead of a mapping with the key name", quote(d.Text))
				f.Help = "write - name: " + d.Text
				f.Cluster = l.undecodable(&d, "", "v1.LocalObjectReference")
				if text := nameField(&d); isSecretName(d.Text) {
					if d.Value.Flow {
						text = "{" + text + "}"
					}
					f.Fix = inPlaceOf(&d, text)
				}
			case manifests.DefectNotName:
				what, goType := "an entry that is a "+d.ValueType, "v1.LocalObjectReference"
				if strings.HasSuffix(d.Path, ".name") {
					what, goType = "a name that is a "+d.ValueType, "string"
				}
				f.Message = "imagePullSecrets has " + what
				f.Cluster = l.undecodable(&d, "LocalObjectReference", goType)
				if d.ValueType == "number" || d.ValueType == "boolean" {
					f.Help = fmt.Sprintf("put the name in quotes: - name: %q", d.Text)
				}
			case manifests.DefectExtraKey:
				f.Severity = lint.Warning
				f.Message = fmt.Sprintf("imagePullSecrets has the unknown key %s", quote(d.Text))
				f.Help = "remove it; pull secrets are always looked up in the pod's own namespace"
				f.Cluster = lint.ClusterError{
					Stage: lint.StageDecode, Reason: "BadRequest",
					Message: fmt.Sprintf("strict decoding error: unknown field %q", d.Path),
				}
			default:
				continue
			}
			p.Report(f)
		}
	}
	for _, w := range p.Plan.Workloads() {
		for _, l := range w.PullSecrets {
			for i := range l.Defects {
				if l.Defects[i].IsRefused() {
					p.Report(wrongShape(w.Object, l, &l.Defects[i]))
				}
			}
		}
	}
}

// nameField returns the name field for a name, quoted like the name: JSON also requires quotes around the key.
func nameField(d *manifests.PullSecretDefect) string {
	name := d.Value.Quote + d.Text + d.Value.Quote
	if d.Value.Quote == `"` && (d.Value.Flow || d.Kind == manifests.DefectNotList || d.Kind == manifests.DefectNotMapping) {
		return `"name": ` + name
	}
	if d.Value.Quote == "" && !manifests.IsString(d.Text) {
		name = `"` + name + `"`
	}
	return "name: " + name
}

// inPlaceOf returns a fix that replaces a value including its quotes.
func inPlaceOf(d *manifests.PullSecretDefect, text string) *lint.Fix {
	if d.Value.Span.IsZero() {
		return nil
	}
	return &lint.Fix{Title: "write " + text, Safe: true, Edits: []lint.Edit{{Span: d.Value.Span, New: text}}}
}

// listed returns a fix that turns a mapping with a name into a list with one item.
func listed(d *manifests.PullSecretDefect) *lint.Fix {
	at := d.Value.Span
	if at.IsZero() {
		return nil
	}
	before := source.NewSpan(at.File(), at.Start(), at.Start(), at.Excerpt())
	after := source.NewSpan(at.File(), at.End(), at.End(), at.Excerpt())
	if !d.Value.Flow {
		return &lint.Fix{Title: "make it an item of a list", Safe: true, Edits: []lint.Edit{{Span: before, New: "- "}}}
	}
	return &lint.Fix{Title: "make it an item of a list", Safe: true, Edits: []lint.Edit{{Span: before, New: "["}, {Span: after, New: "]"}}}
}

// undecodable returns the API server's error for a value of the wrong type in a list of pull secrets.
func (l list) undecodable(d *manifests.PullSecretDefect, holder, goType string) lint.ClusterError {
	o, path := l.object, withoutIndexes(d.Path)
	if l.pod != nil && !l.isChecked() {
		want := "object"
		switch {
		case strings.HasPrefix(goType, "[]"):
			want = "array"
		case goType == "string":
			want = goType
		}
		return notOfType(d, want)
	}
	if holder == "" || goType != "string" {
		if holder = "PodSpec"; l.pod == nil {
			holder = "ServiceAccount"
		}
	}
	return lint.ClusterError{
		Stage: lint.StageDecode, Reason: "BadRequest",
		Message: fmt.Sprintf("%s in version %q cannot be handled as a %[1]s: json: cannot unmarshal %[3]s into Go struct field %s.%s of type %s",
			o.Kind, o.APIVersion[strings.LastIndexByte(o.APIVersion, '/')+1:], manifests.JSONType(d.ValueType), holder, path, goType),
	}
}

// notOfType returns the API server's error for a value whose type does not match the schema of a custom resource.
func notOfType(d *manifests.PullSecretDefect, want string) lint.ClusterError {
	return lint.ClusterError{
		Stage: lint.StageValidation, Reason: "Invalid",
		Message: fmt.Sprintf("%s: Invalid value: %q: %[1]s in body must be of type %[3]s: %[2]q", d.Path, schemaType(d.ValueType), want),
	}
}
