package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageMoved reports: image was moved, frozen or removed by its publisher.
var ImageMoved = lint.Rule{
	ID: "image-moved", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning; error where it is certainly gone, info where it still pulls",
	Check: knowing(catalog.Builtin, checkImageMoved), Values: true,
	Doc: lint.Doc{
		Title: `image was moved, frozen or removed by its publisher`,
		Why:   `Publishers close registries and delete images. A node that has the image in its cache hides it until the node is replaced. The list is built in, with a date and a source for each entry.`,
		Bad:   `image: k8s.gcr.io/pause:3.9`,
		Good:  `image: registry.k8s.io/pause:3.9`,
		Since: "0.1.0",
	},
}

func checkImageMoved(p *lint.Pass, k *knowledge) {
	for w, img := range p.Parsed() {
		m, ok := catalog.LookupMove(img.Ref.Registry, img.Ref.Repository, img.Ref.Tag, img.Ref.Digest != "")
		if !ok {
			continue
		}
		from, to := nameSpan(img)
		f := lint.Finding{
			Severity: movedSeverity(m, img), Span: img.At(from, to),
			Message: fmt.Sprintf("image %s: %s", quote(img.Raw), movedText(m)),
		}
		if m.Since == "" {
			f.Message += " (known on " + m.Date + ")"
		}
		if m.Gone {
			f.Cluster = pullFails(img, notFound(img))
		}
		name, exact := m.NewReference(img.Ref.Registry, img.Ref.Repository)
		switch {
		case exact:
			f.Help = "write " + quote(renamed(img, name))
			f.Fix = mend(img, renamed(img, name), m.Confidence == catalog.ConfidenceHigh && k.publishes(renamed(img, name)))
		case m.Replacement != "":
			f.Help = "look for it at " + strings.TrimSuffix(m.Replacement, "/")
		case m.Status == catalog.StatusGone, m.Gone:
			f.Help = "choose another image"
		default:
			f.Help = "push a copy to a registry of your own while it can still be pulled, or choose another image"
		}
		if m.Note != "" {
			f.Help += " (" + m.Note + ")"
		}
		p.ReportImage(w, img, f)
	}
}

// publishes reports whether an image is known to be published under the tag that a reference names.
func (k *knowledge) publishes(raw string) bool {
	ref, err := imageref.Parse(raw)
	if err != nil || ref.Tag == "" {
		return false
	}
	im, ok := k.open().Lookup(ref.Registry, ref.Repository)
	if !ok {
		return false
	}
	tag := k.tag(&im, ref.Tag)
	return tag != nil && (ref.Digest == "" || ref.Digest == tag.Digest)
}

func movedSeverity(m catalog.Move, img *manifests.ImageRef) lint.Severity {
	switch {
	case m.Confidence == catalog.ConfidenceLow:
		return lint.Info
	case m.Gone && m.Confidence == catalog.ConfidenceHigh:
		return unlessNever(img, bySureness(img))
	case m.Status == catalog.StatusFrozen && !m.Gone && m.Replacement == "":
		return lint.Info // an archive of what there was: it still pulls, and nothing better is known
	case m.Gone, m.Status == catalog.StatusFrozen, m.Status == catalog.StatusGone:
		return min(lint.Warning, bySureness(img))
	default:
		return lint.Info
	}
}

// movedText says what became of a place, in a clause.
func movedText(m catalog.Move) string {
	place := strings.TrimSuffix(m.Match, "/")
	on, since := "", ""
	if m.Since != "" {
		since = " since " + m.Since
		if on = " in " + m.Since; len(m.Since) == len("2006-01-02") {
			on = " on " + m.Since
		}
	}
	switch m.Status {
	case catalog.StatusGone:
		if !m.Gone {
			return place + " is reported to be gone" + since
		}
		return place + " was removed" + on
	case catalog.StatusPartlyGone:
		if m.Gone {
			return "this tag was removed from " + place + on
		}
		return "part of " + place + " was removed" + on
	case catalog.StatusFrozen:
		if m.Gone {
			return place + " has been frozen" + since + ", and this tag is newer"
		}
		return place + " has been frozen" + since + ", and gets no new tags"
	case catalog.StatusRetired:
		return place + " has not been maintained" + since
	default:
		return place + " has moved" + on
	}
}
