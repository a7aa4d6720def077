package rules

import (
	"errors"
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// reportNumbers reports tags in values that YAML reads as numbers. With invalid, it reports those that Helm prints with a "+", which is invalid in a
// tag; otherwise the others.
func reportNumbers(p *lint.Pass, invalid bool) {
	for _, n := range p.Set.NumberTags {
		if strings.Contains(n.Printed, "+") != invalid || plan.MutationOf(n.Object, n.Text).Kind == plan.Replaced {
			continue
		}
		f := lint.Finding{
			Severity: lint.Warning, Span: n.Span, Object: n.Object, Document: n.Object.Doc, Path: n.Path, Image: n.Name,
			Message: numberMessage(n), Help: fmt.Sprintf("quote it: %q", n.Text), Cluster: numberFails(n),
		}
		if n.Object.ValuesFile {
			f.Object = nil
		}
		if isRejected(n) {
			f.Severity = lint.Error
		}
		if n.Span.Exact() {
			f.Fix = &lint.Fix{Title: fmt.Sprintf("write %q in quotes", n.Text), Safe: true, Edits: []lint.Edit{{Span: n.Span, New: `"` + n.Text + `"`}}}
		}
		p.Report(f)
	}
}

func numberMessage(n *manifests.NumberTag) string {
	of := ""
	if n.Name != "" {
		of = " of image " + quote(n.Name)
	}
	switch what := fmt.Sprintf("tag %s%s is a number without quotes", n.Text, of); {
	case n.Printed != "":
		return what + ", which Helm prints as " + quote(n.Printed)
	case isRejected(n):
		return what + ", and kustomize rejects the file"
	default:
		return what + ", and the API server expects a string"
	}
}

// isRejected reports whether kustomize rejects a kustomization because of a number. In values for charts, it accepts numbers.
func isRejected(n *manifests.NumberTag) bool {
	return n.Printed == "" && n.Object.Group() == "kustomize.config.k8s.io"
}

// numberFails returns the error for an image with the tag that Helm prints, if that is invalid. It returns the zero value if another value names the
// image, or if the tag may exist.
func numberFails(n *manifests.NumberTag) lint.ClusterError {
	var e *imageref.Error
	raw := n.Name + ":" + n.Printed
	if _, err := imageref.Parse(raw); n.Name == "" || n.Printed == "" || !errors.As(err, &e) || e.Cause != imageref.TagScientific {
		return lint.ClusterError{}
	}
	return unparsable(&manifests.Workload{Object: n.Object}, &manifests.ImageRef{Raw: raw}, e.Kubelet())
}
