package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// PullPolicyInvalid reports an imagePullPolicy other than Always, IfNotPresent and Never.
var PullPolicyInvalid = lint.Rule{
	ID: "pull-policy-invalid", Group: "pull-policy", Severity: lint.Error, Levels: "error or warning",
	Check:        checkPullPolicyInvalid,
	ChecksValues: true,
	Doc: lint.Doc{
		Title: `imagePullPolicy is not one of Always, IfNotPresent, Never`,
		Why:   `The API server rejects the object. The values are case-sensitive. The same applies to the pullPolicy of an image volume. In the values of a chart that is not rendered, near misses are reported.`,
		Bad:   `imagePullPolicy: always`,
		Good:  `imagePullPolicy: Always`,
		Since: "0.1.0",
	},
}

func checkPullPolicyInvalid(p *lint.Pass) {
	for w, img := range p.Images() {
		checkValuesPolicy(p, w, img)
		policy := img.PullPolicy
		if policy == nil || img.Pod == nil || isPolicy(policy.Value) && policy.State == manifests.StateString || plan.MutationOf(w.Object, policy.Value).Kind == plan.Replaced {
			continue
		}
		field := policyName(policy)
		f := lint.Finding{
			Severity: byConfidence(img), Span: policy.Span, Path: policy.Path,
			Message: fmt.Sprintf("%s %s is not one of Always, IfNotPresent, Never", field, quote(policy.Value)),
			Help:    "write Always, IfNotPresent or Never",
			Cluster: refused(w, img, policy.Path, fmt.Sprintf("Unsupported value: %s: supported values: \"Always\", \"IfNotPresent\", \"Never\"", quote(policy.Value))),
		}
		switch policy.State {
		case manifests.StateNotString:
			f.Message = fmt.Sprintf("%s is a %s, not a string", field, policy.ValueType)
			f.Cluster = undecodable(w, img, policy.Path, policy.ValueType, "v1.PullPolicy")
		default:
			meantPolicy(p, w, policy, &f)
		}
		f.Pulls = p.RejectedPulls(w, img.Pod, &f, f.Path)
		p.ReportImageField(w, img, f)
	}
}

// checkValuesPolicy reports a pull policy in values that is evidently a misspelled one: charts print it as it is, and any other text may be for something else.
func checkValuesPolicy(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef) {
	policy := img.ValuesPolicy()
	if policy == nil || nearPolicy(policy.Value) == "" || plan.MutationOf(w.Object, policy.Value).Kind == plan.Replaced {
		return
	}
	f := lint.Finding{
		Severity: lint.Warning, Span: policy.Span, Path: policy.Path,
		Message: fmt.Sprintf("%s %s is not one of Always, IfNotPresent, Never", policyName(policy), quote(policy.Value)),
	}
	meantPolicy(p, w, policy, &f)
	p.ReportImageField(w, img, f)
}

// meantPolicy adds the policy that was probably meant by an invalid string, if that is clear.
func meantPolicy(p *lint.Pass, w *manifests.Workload, policy *manifests.PullPolicy, f *lint.Finding) {
	if at := strings.IndexAny(policy.Value, "${<"); at >= 0 {
		f.Help = unrenderedHelp(p, w.Doc, policy.Value[at:])
		return
	}
	meant := nearPolicy(policy.Value)
	if meant == "" {
		return
	}
	f.Help = fmt.Sprintf("did you mean %s?", meant)
	f.Fix = replacing(policy.Span, meant, isSpelling(policy.Value, meant))
}

// isSpelling reports whether a text is a policy in another spelling: apart from case, spaces, hyphens, underscores, and the prefix "Pull" of the
// names in Go, they are equal.
func isSpelling(s, policy string) bool {
	return strings.TrimPrefix(near.Fold(s), "pull") == strings.ToLower(policy)
}

// isPolicy reports whether the API server accepts a string as a policy. For an empty one it sets the default.
func isPolicy(s string) bool { return s == "" || s == "Always" || s == "IfNotPresent" || s == "Never" }

// nearPolicy returns the policy that was probably meant, or "".
func nearPolicy(s string) string {
	s = near.Fold(s)
	switch s {
	case "ifnotexists", "ifnotexist", "notpresent":
		return "IfNotPresent"
	}
	s = strings.TrimSuffix(strings.TrimPrefix(s, "pull"), "pull")
	for _, policy := range []string{"Always", "IfNotPresent", "Never"} {
		right := strings.ToLower(policy)
		if kind, _, _ := near.SingleEdit(s, right); s == right || kind != near.NoEdit {
			return policy
		}
	}
	return ""
}
