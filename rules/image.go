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

// byConfidence lowers an error where it is not certain that the text is an image.
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

// checkCause makes the check of a rule for one cause of the grammar.
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
	p.ReportImage(w, img, lint.Finding{
		Severity: byConfidence(img),
		Span:     img.At(e.At.Start, e.At.End),
		Message:  fmt.Sprintf("image %s cannot be parsed: %s", quote(img.Raw), e.Detail),
		Help:     helpFor(p, w, img),
		Cluster:  unparsable(w, img, e.Kubelet),
		Fix:      replaceFix(img, e.Corrected, e.Safe || isLowered(e)),
	})
}

// helpFor says what to do about a reference that cannot be parsed.
func helpFor(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef) string {
	e := img.Err
	rendered := img.Confidence == manifests.Certain || img.Container != "" // any other is a value, which the user wrote
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
		return write + ", or leave the registry out of one of the two values"
	case e.Corrected != "":
		return write
	}
	switch e.Cause {
	case imageref.Whitespace:
		return "write the image, or find the value that was empty when this was rendered"
	case imageref.EmptyTag:
		return "write a tag behind the colon, or find the value that was empty when this was rendered"
	case imageref.LeadingSlash, imageref.EmptyPathSegment:
		return "find the values that were empty when this was rendered"
	case imageref.TagInvalid:
		return "write a tag of letters, digits, \"_\", \".\" and \"-\", beginning with none of the last two"
	case imageref.DoubleTag:
		return "leave one of the tags out"
	case imageref.DigestMalformed:
		return "copy the whole digest: an algorithm, a colon and lower-case hexadecimal digits, 64 of them for sha256"
	case imageref.HexName:
		return "write the name under which the image was pushed: registry/repository:tag"
	case imageref.NameTooLong:
		return "shorten the repository name to 255 characters"
	}
	return "write registry/repository:tag, or repository@digest"
}

// unquotedHelp says what to do about a number that went through a float, where it can be told in full.
func unquotedHelp(e *imageref.Error) string {
	const help = "quote the number where it is set, or use --set-string"
	end := len(e.Corrected) - (len(e.Raw) - e.At.End)
	if end < e.At.Start || e.Corrected[:e.At.Start] != e.Raw[:e.At.Start] || e.Corrected[end:] != e.Raw[e.At.End:] {
		return help
	}
	return fmt.Sprintf("quote the number where it is set (%s), or use --set-string", quote(e.Corrected[e.At.Start:end]))
}

// hubName is the name without "library/" of an image of Docker Hub that has no owner.
func hubName(img *manifests.ImageRef) (string, bool) {
	if img.Ref.Registry != "docker.io" {
		return "", false
	}
	name, ok := strings.CutPrefix(img.Ref.Repository, "library/")
	return name, ok && name != ""
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

// hostAndPort cuts the port off a registry; hasPort says whether there is one.
func hostAndPort(registry string) (host, port string, hasPort bool) {
	if i := strings.LastIndexByte(registry, ':'); i > strings.LastIndexByte(registry, ']') {
		return registry[:i], registry[i+1:], true
	}
	return registry, "", false
}
