package rules

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// Pin returns the rule for imagelint pin, which is not in the table. It runs alone, with a prober, to find the images to pin. Each finding is an
// image without a digest, with the fix that adds it. Without a fix, the message says why: an error means that no registry could be asked, a warning
// that there is no digest or no such image, and an info that there is no tag to pin.
//
// The globs select the images; see Chosen. The prober must ask about tags only. With update, digests that are no longer those of their tags are
// renewed.
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

// Chosen returns a function that reports whether to pin a reference: it must have a tag, and its repository, or the reference without a digest, must
// match one of the globs. Names of Docker Hub images match in full or in short form. Without globs, every reference with a tag is chosen.
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

// pinning returns the finding for an image, or false if there is nothing to do.
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
		return left(lint.Error, "the registry's answer is not a digest")
	}
	f := lint.Finding{Message: "image " + quote(img.Raw) + " has the digest " + digest}
	if f.Fix = replaceFix(img, text, true); img.Assembly != nil && img.Assembly.EmptyDigest != nil {
		f.Fix = replacing(*img.Assembly.EmptyDigest, digest, true)
	}
	if f.Fix == nil {
		return left(lint.Warning, "this field cannot hold a digest")
	}
	return f, true
}

// digestOf returns the digest that a registry has for an image's tag, or why it is unknown.
func digestOf(fact *lint.ProbeResult) (digest, why string) {
	for _, a := range []lint.Answer{fact.Pod, fact.User} {
		if a.Outcome == lint.Exists {
			if a.Digest == "" {
				return "", "the registry does not report its digest"
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

// isUndecided reports whether no registry gave an answer about an image.
func isUndecided(fact *lint.ProbeResult) bool {
	switch fact.Pod.Outcome {
	case lint.NotAsked, lint.PlainHTTP, lint.Untrusted, lint.Unreachable, lint.Inconclusive:
		return true
	default:
		return false
	}
}
