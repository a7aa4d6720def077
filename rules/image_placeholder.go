package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImagePlaceholder reports: a part of the reference is a word that means none.
var ImagePlaceholder = lint.Rule{
	ID: "image-placeholder", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning",
	Check: checkImagePlaceholder,
	Doc: lint.Doc{
		Title: `a part of the reference is a word that means none`,
		Why:   `The reference parses, but null, None, REPLACE_ME, __TAG__, your-registry or a host of example.com stands for something that was never filled in.`,
		Bad:   `image: ghcr.io/your-org/app:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkImagePlaceholder(p *lint.Pass) {
	for w, img := range p.Parsed() {
		from, to, ok := placeholderIn(img)
		if !ok || w.Doc.Unrendered {
			continue
		}
		p.ReportImage(w, img, lint.Finding{
			Severity: min(lint.Warning, bySureness(img)), Span: img.At(from, to),
			Message: fmt.Sprintf("image %s has %s in it, which reads as a placeholder that was not filled in", quote(img.Raw), quote(img.Raw[from:to])),
			Help:    "write the real name",
			Cluster: pullFails(denied),
		})
	}
}

// placeholderIn finds a whole component of a reference that is a placeholder.
func placeholderIn(img *manifests.ImageRef) (from, to int, ok bool) {
	l := imageref.Locate(img.Raw)
	if tag := img.Ref.Tag; tag != "" && isPlaceholderTag(tag) {
		return l.Tag.Start, l.Tag.End, true
	}
	if h, known := catalog.LookupHost(img.Ref.Registry); known && h.Anonymous == catalog.AnonymousReserved && l.Registry.End > l.Registry.Start {
		return l.Registry.Start, l.Registry.End, true
	}
	if first, _, _ := strings.Cut(img.Ref.Registry, "."); l.Registry.End > l.Registry.Start && isPlaceholderName(first) {
		return l.Registry.Start, l.Registry.End, true
	}
	at := l.Repository.Start
	for part := range strings.SplitSeq(img.Raw[l.Repository.Start:l.Repository.End], "/") {
		if isPlaceholderName(part) {
			return at, at + len(part), true
		}
		at += len(part) + 1
	}
	return 0, 0, false
}

// isPlaceholderTag reports whether a tag means none.
func isPlaceholderTag(tag string) bool {
	switch strings.ToLower(strings.Trim(tag, "_-.")) {
	case "null", "none", "nil", "undefined", "replace_me", "replaceme", "replace-me", "replace", "changeme", "change_me", "change-me", "todo",
		"tbd", "fixme", "tag", "image_tag", "your-tag", "your_tag", "version_placeholder", "placeholder", "x.y.z", "xxx":
		return true
	}
	return strings.HasPrefix(tag, "__") && strings.HasSuffix(tag, "__")
}

// isPlaceholderName reports whether one component of a name stands for another.
func isPlaceholderName(part string) bool {
	switch part {
	case "null", "none", "nil", "undefined", "replaceme", "replace-me", "replace_me", "changeme", "change-me", "change_me", "todo", "fixme", "placeholder",
		"your-registry", "your-org", "your-project", "your-repo", "your-image", "your-username", "your-name", "your-company", "your-account":
		return true
	}
	return strings.HasPrefix(part, "your-") || strings.HasPrefix(part, "your_") || len(part) > 4 && strings.HasPrefix(part, "__") && strings.HasSuffix(part, "__")
}

// hasPlaceholder reports whether image-placeholder speaks of an image, so that other suspicions need not.
func hasPlaceholder(img *manifests.ImageRef) bool {
	_, _, ok := placeholderIn(img)
	return ok
}
