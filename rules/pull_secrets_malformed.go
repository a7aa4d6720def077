package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// PullSecretsMalformed reports: imagePullSecrets is no list of names.
var PullSecretsMalformed = lint.Rule{
	ID: "pull-secrets-malformed", Group: "pull-secret", Severity: lint.Error, Levels: "error or warning",
	Check: checkPullSecretsMalformed,
	Doc: lint.Doc{
		Title: `imagePullSecrets is no list of names`,
		Why:   `The field is a list of mappings with the one key name. The API server cannot decode a list of strings, a string or a mapping, and refuses the object. Other keys, such as namespace, are refused by kubectl and dropped by Helm: a warning.`,
		Bad:   `- regcred`,
		Good:  `- name: regcred`,
		Since: "0.1.0",
	},
}

func checkPullSecretsMalformed(p *lint.Pass) {
	for o, l := range lists(p) {
		for _, d := range l.Defects {
			f := lint.Finding{Object: o, Span: d.Span, Path: d.Path, Severity: lint.Error, Help: "write a list of names: - name: regcred"}
			decode := func(what string) lint.Cluster {
				return lint.Cluster{Stage: lint.StageDecode, Reason: "BadRequest", Message: "json: cannot unmarshal " + what}
			}
			switch d.Kind {
			case manifests.DefectNotList:
				f.Message = "imagePullSecrets is no list"
				f.Cluster = decode("string or object into Go struct field .imagePullSecrets of type []v1.LocalObjectReference")
			case manifests.DefectString:
				f.Message = fmt.Sprintf("imagePullSecrets holds the string %s, where a mapping with the key name belongs", quote(d.Text))
				f.Help = fmt.Sprintf("write - name: %s", d.Text)
				f.Cluster = decode("string into Go struct field .imagePullSecrets of type v1.LocalObjectReference")
				if d.Span.Exact {
					f.Fix = &lint.Fix{Title: "write name: " + d.Text, Safe: true, Edits: []lint.Edit{{Span: d.Span, New: "name: " + d.Text}}}
				}
			case manifests.DefectNotName:
				f.Message = "imagePullSecrets holds something that is no name"
				f.Cluster = decode("value into Go struct field LocalObjectReference.name of type string")
			case manifests.DefectExtraKey:
				f.Severity = lint.Warning
				f.Message = fmt.Sprintf("imagePullSecrets has the key %s, which Kubernetes does not know there", quote(d.Text))
				f.Help = "remove it; a pull secret is always looked for in the pod's own namespace"
				f.Cluster = lint.Cluster{Stage: lint.StageDecode, Reason: "BadRequest", Message: fmt.Sprintf("strict decoding error: unknown field %q (kubectl); dropped with a warning (Helm, controllers)", d.Path)}
			default:
				continue
			}
			p.Report(f)
		}
	}
}
