package rules

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// quote is the user's own text for a message, cut where it is long.
func quote(s string) string {
	const most = 160
	if len(s) > most {
		n := most
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		return strconv.Quote(s[:n] + "...")
	}
	return strconv.Quote(s)
}

// bySureness lowers an error where it is not certain that the text is an image.
func bySureness(img *manifests.ImageRef) lint.Severity {
	switch img.Tier {
	case manifests.Likely:
		return lint.Warning
	case manifests.Guess:
		return lint.Info
	default:
		return lint.Error
	}
}

// checkCause makes the check of a rule for one cause of the grammar.
func checkCause(causes ...imageref.Cause) func(*lint.Pass) {
	return func(p *lint.Pass) {
		for w, img := range p.Images() {
			for _, c := range causes {
				if img.State == manifests.Written && img.Err != nil && img.Err.Cause == c && !isLegalPlaceholder(w, img) {
					reportUnparsable(p, w, img)
				}
			}
		}
	}
}

// reportUnparsable reports a reference that the kubelet cannot parse.
func reportUnparsable(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef) {
	e := img.Err
	p.ReportImage(w, img, lint.Finding{
		Severity: bySureness(img),
		Span:     img.At(e.At.Start, e.At.End),
		Message:  fmt.Sprintf("image %s cannot be parsed: %s", quote(img.Raw), e.Detail),
		Help:     helpFor(e),
		Cluster:  invalidName(img),
		Fix:      mend(img, e.Mended, e.Safe),
	})
}

// invalidName is what the kubelet says of a reference that it cannot parse (pkg/kubelet/images/image_manager.go, EnsureImageExists).
func invalidName(img *manifests.ImageRef) lint.Cluster {
	raw := img.Raw
	return lint.Cluster{Stage: lint.StageKubelet, Reason: "InvalidImageName",
		Message: fmt.Sprintf("Failed to apply default image tag %s: couldn't parse image name %s: %s", quote(raw), quote(raw), img.Err.Kubelet)}
}

func helpFor(e *imageref.Error) string {
	switch e.Cause {
	case imageref.EmptyTag:
		return "write a tag behind the colon, or find the value that was empty when this was rendered"
	case imageref.LeadingSlash:
		if e.Mended == "" {
			return "find the values that were empty when this was rendered"
		}
		return fmt.Sprintf("find the value that was empty when this was rendered; without the slash it is %s", quote(e.Mended))
	case imageref.TagScientific:
		if e.Mended != "" {
			return fmt.Sprintf("quote the number where it is set (tag: %s), or use --set-string", quote(numberIn(e.Mended)))
		}
		return "quote the number where it is set, or use --set-string"
	case imageref.RegistryDuplicated:
		if e.Mended != "" {
			return fmt.Sprintf("write %s, or leave the registry out of one of the two values", quote(e.Mended))
		}
	case imageref.NameTooLong:
		return "shorten the repository name to 255 characters"
	}
	if e.Mended != "" {
		return "write " + quote(e.Mended)
	}
	return "write registry/repository:tag, or repository@digest"
}

// numberIn is what follows the last colon, or else the first part, of a mended reference: the number in full.
func numberIn(mended string) string {
	l := imageref.Locate(mended)
	if l.Tag.End > l.Tag.Start {
		return mended[l.Tag.Start:l.Tag.End]
	}
	first, _, _ := strings.Cut(mended[l.Registry.Start:l.Registry.End], ".")
	return first
}

// mend is the fix that replaces a reference as a whole; nil where there is nothing to replace exactly.
func mend(img *manifests.ImageRef, text string, safe bool) *lint.Fix {
	if text == "" || !img.Span.Exact || img.Field == manifests.FieldSplit || img.Raw == text {
		return nil
	}
	return &lint.Fix{Title: "write " + quote(text), Safe: safe, Edits: []lint.Edit{{Span: img.Span, New: text}}}
}

// apiField is the name by which the API server speaks of an image: the path, and for image volumes the reference.
func apiField(img *manifests.ImageRef) string { return img.Path }

// inPod reports whether the image stands in a Pod itself, not in a template for one.
func inPod(w *manifests.Workload) bool { return w.Kind == "Pod" && w.Group() == "" }

// isLegalPlaceholder reports whether what cannot be parsed is replaced by the cluster itself before anything is pulled:
// Tekton's $(params.x), Argo Workflows' {{inputs.parameters.x}}, an OpenShift Template's ${NAME}; or stands in a file that is a template as a
// whole, which is counted as such.
func isLegalPlaceholder(w *manifests.Workload, img *manifests.ImageRef) bool {
	if w.Doc.Unrendered {
		return true
	}
	return img.Err != nil && img.Err.Cause == imageref.Unrendered && isReplacedLater(w, img.Raw)
}

func isReplacedLater(w *manifests.Workload, raw string) bool {
	switch group := w.Group(); {
	case w.InTemplate:
		return strings.Contains(raw, "${")
	case group == "tekton.dev" || group == "triggers.tekton.dev":
		return strings.Contains(raw, "$(")
	case group == "argoproj.io":
		return strings.Contains(raw, "{{")
	case group == "kro.run" || strings.HasSuffix(group, ".kro.run"):
		return strings.Contains(raw, "${")
	}
	return false
}

// hubName is the name without "library/" of an image of Docker Hub that has no owner.
func hubName(img *manifests.ImageRef) (string, bool) {
	if img.Ref.Registry != "docker.io" {
		return "", false
	}
	name, ok := strings.CutPrefix(img.Ref.Repository, "library/")
	return name, ok && name != ""
}

// isInjected reports whether the image is a word that Istio's webhook replaces: image: auto in a pod that asks for injection.
func isInjected(img *manifests.ImageRef) bool {
	return img.Raw == "auto" && img.Pod != nil
}

// nameSpan is the repository as written, the registry included.
func nameSpan(img *manifests.ImageRef) (from, to int) {
	l := imageref.Locate(img.Raw)
	if l.Registry.End > l.Registry.Start {
		return l.Registry.Start, l.Repository.End
	}
	return l.Repository.Start, l.Repository.End
}

// renamed is the reference with another name and the same tag and digest.
func renamed(img *manifests.ImageRef, name string) string {
	_, to := nameSpan(img)
	return name + img.Raw[to:]
}

// pullFails is what a pull ends in.
func pullFails(message string) lint.Cluster {
	return lint.Cluster{Stage: lint.StageRuntime, Reason: "ErrImagePull", Message: message}
}

const denied = "pull access denied, repository does not exist or may require authorization"
