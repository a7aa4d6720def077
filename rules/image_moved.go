package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageMoved reports: image was moved, frozen or removed by its publisher.
var ImageMoved = lint.Rule{
	ID: "image-moved", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning, or error where it is certainly gone",
	Check: checkImageMoved,
	Doc: lint.Doc{
		Title: `image was moved, frozen or removed by its publisher`,
		Why:   `Publishers close registries and delete images. A node that has the image in its cache hides it until the node is replaced. The list is built in, with a date and a source for each entry.`,
		Bad:   `image: k8s.gcr.io/pause:3.9`,
		Good:  `image: registry.k8s.io/pause:3.9`,
		Since: "0.1.0",
	},
}

func checkImageMoved(p *lint.Pass) {
	for w, img := range p.Parsed() {
		m, ok := catalog.LookupMove(img.Ref.Registry, img.Ref.Repository, img.Ref.Tag, img.Ref.Digest != "")
		if !ok {
			continue
		}
		f := lint.Finding{
			Severity: movedSeverity(m, img),
			Message:  fmt.Sprintf("image %s: %s", quote(img.Raw), movedText(m)),
			Cluster:  pullFails("not found, or pull access denied"),
		}
		if !m.Gone {
			f.Cluster = lint.Cluster{}
		}
		from, to := nameSpan(img)
		f.Span = img.At(from, to)
		if name, exact := m.NewReference(img.Ref.Registry, img.Ref.Repository); exact {
			f.Help = "write " + quote(renamed(img, name))
			f.Fix = mend(img, renamed(img, name), m.Confidence == catalog.ConfidenceHigh)
		} else if m.Replacement != "" {
			f.Help = "look for it at " + m.Replacement
		} else {
			f.Help = "push a copy to a registry of your own while it can still be pulled, or choose another image"
		}
		if m.Note != "" {
			f.Help += " (" + m.Note + ")"
		}
		p.ReportImage(w, img, f)
	}
}

func movedSeverity(m catalog.Move, img *manifests.ImageRef) lint.Severity {
	switch {
	case m.Confidence == catalog.ConfidenceLow:
		return lint.Info
	case m.Gone && m.Confidence == catalog.ConfidenceHigh:
		return unlessNever(img, bySureness(img))
	case m.Gone, m.Status == catalog.StatusFrozen, m.Status == catalog.StatusGone:
		return min(lint.Warning, bySureness(img))
	default:
		return lint.Info
	}
}

func movedText(m catalog.Move) string {
	since := ""
	if m.Since != "" {
		since = " since " + m.Since
	}
	switch m.Status {
	case catalog.StatusGone:
		return m.Match + " is gone" + since
	case catalog.StatusPartlyGone:
		if m.Gone {
			return "this tag is removed from " + m.Match + since
		}
		return "part of " + m.Match + " is removed" + since
	case catalog.StatusFrozen:
		return m.Match + " is frozen" + since + ", new tags are not published there"
	case catalog.StatusRetired:
		return m.Match + " is no longer maintained" + since
	default:
		return m.Match + " has moved" + since
	}
}
