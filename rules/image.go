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

// quote quotes and truncates user text for a message.
func quote(s string) string {
	const limit = 160
	if len(s) > limit {
		n := limit
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n] + "..."
	}
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return strconv.Quote(s)
		}
	}
	return `"` + s + `"` // as most texts are, and Quote takes ten times as long
}

// byConfidence returns the severity of an error, lowered if the text may not be an image.
func byConfidence(img *manifests.ImageRef) lint.Severity {
	switch img.Confidence {
	case manifests.Likely:
		return lint.Warning
	case manifests.Guess:
		return lint.Info
	default:
		return lint.Error
	}
}

// selects reports whether the name of an image is that of an entry of a kustomization, which selects images of that name. They are judged themselves.
func selects(w *manifests.Workload, img *manifests.ImageRef) bool {
	return lint.IsKustomization(w) && img.Rename() != nil
}

// checkCause returns the check of a rule for some causes of parse errors.
func checkCause(causes ...imageref.Cause) func(*lint.Pass) {
	return func(p *lint.Pass) {
		for w, img := range p.Images() {
			for _, c := range causes {
				if img.State == manifests.StateString && img.Err != nil && img.Err.Cause == c {
					reportUnparsable(p, w, img)
				}
			}
		}
	}
}

// reportUnparsable reports a reference that the kubelet cannot parse.
func reportUnparsable(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef) {
	e := img.Err
	text := " " + quote(img.Raw)
	if e.Cause == imageref.Unrendered {
		text = "" // images that lack the same value are one finding to the reader
	}
	f := lint.Finding{
		Severity: byConfidence(img),
		Span:     img.At(e.At.Start, e.At.End),
		Message:  fmt.Sprintf("image%s is not a valid reference: %s", text, e.Detail),
		Help:     helpFor(p, w, img),
		Cluster:  unparsable(w, img, e.Kubelet()),
		Fix:      replaceFix(img, e.Corrected, e.Safe || isLowerCaseFix(e)),
	}
	if e.Cause == imageref.Unrendered && img.Processed() != manifests.ProcessedUnknown {
		f.Help, f.Fix = parameterHelp(img)
	}
	p.ReportImage(w, img, f)
}

// helpFor returns the help for an invalid reference.
func helpFor(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef) string {
	e := img.Err
	rendered := img.Confidence == manifests.Certain || img.Container != "" // anything else is a value that the user wrote
	write := "write " + quote(e.Corrected)
	switch {
	case e.Cause == imageref.Unrendered:
		return unrenderedHelp(p, w.Doc, e.Raw[e.At.Start:e.At.End])
	case e.Cause == imageref.TagScientific:
		return unquotedHelp(e)
	case e.Cause == imageref.LeadingSlash && e.Corrected != "" && rendered:
		return "find the value that was empty when this was rendered; without the slash it is " + quote(e.Corrected)
	case e.Cause == imageref.EmptyPathSegment && e.Corrected != "" && rendered:
		return "find the value that was empty when this was rendered; without it the reference is " + quote(e.Corrected)
	case e.Cause == imageref.RegistryDuplicated && e.Corrected != "":
		return write + ", or remove the registry from one of the two values"
	case e.Corrected != "":
		return write
	}
	switch e.Cause {
	case imageref.Whitespace:
		return "write the image, or find the value that was empty when this was rendered"
	case imageref.EmptyTag:
		return "write a tag after the colon, or find the value that was empty when this was rendered"
	case imageref.LeadingSlash, imageref.EmptyPathSegment:
		return "find the values that were empty when this was rendered"
	case imageref.TagInvalid:
		return "use letters, digits, \"_\", \".\" and \"-\", and do not begin with \".\" or \"-\""
	case imageref.DoubleTag:
		return "remove one of the tags"
	case imageref.DigestMalformed:
		return "copy the whole digest: an algorithm, a colon and lower-case hexadecimal digits, 64 of them for sha256"
	case imageref.HexName:
		return "write the name that the image was pushed under: registry/repository:tag"
	case imageref.NameTooLong:
		return "shorten the repository name to 255 characters"
	}
	return "write registry/repository:tag, or repository@digest"
}

// unquotedHelp returns the help for a number that was converted to a float, if the original is known.
func unquotedHelp(e *imageref.Error) string {
	const help = "quote the number where it is set, or use --set-string"
	end := len(e.Corrected) - (len(e.Raw) - e.At.End)
	if end < e.At.Start || e.Corrected[:e.At.Start] != e.Raw[:e.At.Start] || e.Corrected[end:] != e.Raw[e.At.End:] {
		return help
	}
	return fmt.Sprintf("quote the number where it is set (%s), or use --set-string", quote(e.Corrected[e.At.Start:end]))
}

// hubName returns the name, without "library/", of a Docker Hub image without an owner.
func hubName(img *manifests.ImageRef) (string, bool) {
	if img.Ref.Registry != "docker.io" {
		return "", false
	}
	name, ok := strings.CutPrefix(img.Ref.Repository, "library/")
	return name, ok && name != ""
}

// nameSpan returns the range of the repository in the reference, including the registry.
func nameSpan(img *manifests.ImageRef) (from, to int) {
	l := imageref.Locate(img.Raw)
	if l.Registry.End > l.Registry.Start {
		return l.Registry.Start, l.Repository.End
	}
	return l.Repository.Start, l.Repository.End
}

// renamed returns the reference with another name, and the same tag and digest.
func renamed(img *manifests.ImageRef, name string) string {
	_, to := nameSpan(img)
	return name + img.Raw[to:]
}

// hostAndPort splits a registry. hasPort reports whether it has a port.
func hostAndPort(registry string) (host, port string, hasPort bool) {
	if strings.IndexByte(registry, ':') < 0 { // as nearly all
		return registry, "", false
	}
	if i := strings.LastIndexByte(registry, ':'); i > strings.LastIndexByte(registry, ']') {
		return registry[:i], registry[i+1:], true
	}
	return registry, "", false
}
