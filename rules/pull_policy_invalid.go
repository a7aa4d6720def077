package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// PullPolicyInvalid reports: imagePullPolicy is none of Always, IfNotPresent, Never.
var PullPolicyInvalid = lint.Rule{
	ID: "pull-policy-invalid", Group: "pull-policy", Severity: lint.Error, Levels: "error",
	Check: checkPullPolicyInvalid,
	Doc: lint.Doc{
		Title: `imagePullPolicy is none of Always, IfNotPresent, Never`,
		Why:   `The API server refuses the object. The values are case-sensitive.`,
		Bad:   `imagePullPolicy: always`,
		Good:  `imagePullPolicy: Always`,
		Since: "0.1.0",
	},
}

func checkPullPolicyInvalid(p *lint.Pass) {
	for w, img := range p.Images() {
		policy := img.Policy
		if policy == nil || w.Doc.Unrendered || img.Pod == nil || isPolicy(policy.Value) && policy.State == manifests.Written || isReplacedLater(w, policy.Value) {
			continue
		}
		f := lint.Finding{
			Severity: bySureness(img), Span: policy.Span, Path: policy.Path,
			Message: fmt.Sprintf("imagePullPolicy %s is none of Always, IfNotPresent, Never", quote(policy.Value)),
			Help:    "write Always, IfNotPresent or Never",
			Cluster: lint.Cluster{Stage: lint.StageValidation, Reason: "Invalid",
				Message: fmt.Sprintf("%s: Unsupported value: %s: supported values: \"Always\", \"IfNotPresent\", \"Never\"", policy.Path, quote(policy.Value))},
		}
		if policy.State == manifests.NotString {
			f.Message = fmt.Sprintf("imagePullPolicy is a %s, not a string", policy.Is)
			f.Cluster = lint.Cluster{Stage: lint.StageDecode, Reason: "BadRequest",
				Message: fmt.Sprintf("json: cannot unmarshal %s into Go struct field Container.imagePullPolicy of type v1.PullPolicy", jsonType(policy.Is))}
		}
		if near := nearPolicy(policy.Value); near != "" && policy.State == manifests.Written {
			f.Help = fmt.Sprintf("did you mean %s?", near)
			if policy.Span.Exact {
				f.Fix = &lint.Fix{Title: "write " + near, Safe: true, Edits: []lint.Edit{{Span: policy.Span, New: near}}}
			}
		}
		p.ReportImage(w, img, f)
	}
}

func isPolicy(s string) bool { return s == "Always" || s == "IfNotPresent" || s == "Never" }

// nearPolicy is the policy that was meant, "" where that is not plain.
func nearPolicy(s string) string {
	switch strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(s)) {
	case "always", "alway", "pullalways", "alwayspull":
		return "Always"
	case "ifnotpresent", "ifnotpresents", "pullifnotpresent", "ifnotexists", "ifnotexist", "ifnotpresnt", "ifnotpreset", "notpresent":
		return "IfNotPresent"
	case "never", "pullnever", "neverpull":
		return "Never"
	}
	return ""
}
