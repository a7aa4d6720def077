package rules

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// Pin is not a rule of the table: imagelint pin runs it alone, with registries that can be asked, to find the images to pin. Each of its findings is
// an image that lacks a digest, with the fix that writes it; without a fix, the message says why there is none. It is an error where nobody could
// say, a warning where the registry has no digest for the image or it cannot be there, and an info where there is no tag to pin.
//
// Images are those that are Chosen by the globs. The facts are about their tags alone. Update renews digests that are no longer those of their tags.
func Pin(globs []string, update bool) lint.Rule {
	chosen := Chosen(globs)
	return lint.Rule{ID: "pin", Severity: lint.Warning, Check: func(p *lint.Pass) {
		for w, img := range p.Parsed() {
			untagged := img.Ref.Tag == "" && img.Ref.Digest == "" && len(globs) == 0
			if img.Confidence == manifests.Guess || !untagged && !chosen(img.Ref) || img.Ref.Digest != "" && !update {
				continue
			}
			if f, ok := pinning(p, img); ok {
				p.ReportImageField(w, img, f)
			}
		}
	}}
}

// Chosen reports whether an image is to be pinned: it has a tag, and one of the globs matches its reference without a digest or its repository, in
// full or without what Docker Hub's names leave out.
func Chosen(globs []string) func(ref imageref.Ref) bool {
	list := glob.NewList(globs)
	return func(ref imageref.Ref) bool {
		if ref.Tag == "" || len(globs) == 0 {
			return ref.Tag != ""
		}
		full := ref.Name()
		short := strings.TrimPrefix(strings.TrimPrefix(full, "docker.io/"), "library/")
		return slices.ContainsFunc([]string{full, short, full + ":" + ref.Tag, short + ":" + ref.Tag}, list.Match)
	}
}

// pinning is the finding about one image; false where there is nothing to do.
func pinning(p *lint.Pass, img *manifests.ImageRef) (lint.Finding, bool) {
	left := func(s lint.Severity, why string) (lint.Finding, bool) {
		return lint.Finding{Severity: s, Message: "image " + quote(img.Raw) + " is not pinned: " + why}, true
	}
	if img.Ref.Tag == "" {
		return left(lint.Info, "it has no tag")
	}
	fact, ok := p.ProbeResult(img)
	if !ok {
		return left(lint.Info, "it is not pulled from a registry under this name")
	}
	digest, why := digestOf(fact)
	switch {
	case why != "" && isUndecided(fact):
		return left(lint.Error, why)
	case why != "":
		return left(lint.Warning, why)
	case digest == img.Ref.Digest:
		return lint.Finding{}, false
	}
	at := imageref.Locate(img.Raw)
	text := img.Raw[:at.Tag.End] + "@" + digest
	if _, err := imageref.Parse(text); err != nil {
		return left(lint.Error, "the registry's answer is no digest")
	}
	f := lint.Finding{Message: "image " + quote(img.Raw) + " has the digest " + digest}
	if f.Fix = replaceFix(img, text, true); !img.EmptyDigest.IsZero() {
		f.Fix = replacing(img.EmptyDigest, digest, true)
	}
	if f.Fix == nil {
		return left(lint.Warning, "there is no place for a digest where it stands")
	}
	return f, true
}

// digestOf is the digest that a registry has for an image's tag, or why none is known.
func digestOf(fact *lint.ProbeResult) (digest, why string) {
	for _, a := range []lint.Answer{fact.Pod, fact.User} {
		if a.Outcome == lint.Exists {
			if a.Digest == "" {
				return "", "the registry does not tell its digest"
			}
			return a.Digest, ""
		}
	}
	return "", fact.Pod.Outcome.String() + because(fact)
}

func because(fact *lint.ProbeResult) string {
	if fact.Pod.Detail == "" {
		return ""
	}
	return ": " + fact.Pod.Detail
}

// isUndecided reports whether no registry has said anything about an image.
func isUndecided(fact *lint.ProbeResult) bool {
	switch fact.Pod.Outcome {
	case lint.NotAsked, lint.PlainHTTP, lint.Untrusted, lint.Unreachable, lint.Inconclusive:
		return true
	default:
		return false
	}
}
