package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageMoved reports an image that its publisher has moved, frozen or removed.
var ImageMoved = lint.Rule{
	ID: "image-moved", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning; error if it is certainly gone, info if it can still be pulled",
	Check: knowing(catalog.Builtin, checkImageMoved), ChecksValues: true,
	Doc: lint.Doc{
		Title: `image was moved, frozen or removed by its publisher`,
		Why:   `Publishers close registries and delete images. Nodes that have the image cached hide the problem until they are replaced, and so do the mirrors and caches that probe.mirrors of the configuration names: for an image there, it is a warning at most. The list is built in, with a date and a source for each entry.`,
		Bad:   `image: k8s.gcr.io/pause:3.9`,
		Good:  `image: registry.k8s.io/pause:3.9`,
		Since: "0.1.0",
	},
}

func checkImageMoved(p *lint.Pass, k *catalogKnowledge) {
	for w, img := range p.Parsed() {
		m, of, ok := k.move(img.Ref)
		if !ok {
			continue
		}
		from, to := nameSpan(img)
		f := lint.Finding{
			Severity: movedSeverity(m, img), Span: img.At(from, to),
			Message: fmt.Sprintf("image %s: %s", quote(img.Raw), movedText(m, movedPlace(img, of))),
		}
		if of != nil { // a cache keeps for a while what its registry has removed
			f.Severity = min(lint.Warning, f.Severity)
		}
		if m.Since == "" {
			f.Message += " (known on " + m.Date + ")"
		}
		if m.Gone || m.Status == catalog.StatusGone || m.Status == catalog.StatusPaid {
			f.Cluster = pullFails(img, movedAnswer(m, img, of))
		}
		name, exact := replacementFor(m, img, of)
		here, copied := name, of == nil
		if !copied {
			here, copied = of.Here(name)
		}
		switch {
		case m.TooNew && (exact || m.Replacement == "" || m.Status == catalog.StatusGone):
			f.Help = fmt.Sprintf("use another tag; the newest is %s", quote(m.Newest))
			if m.Replacement != "" {
				f.Help += ", at " + strings.TrimSuffix(m.Replacement, "/")
			}
		case exact && copied:
			right := here + img.Raw[to:]
			f.Help = "write " + quote(right)
			f.Fix = replaceFix(img, right, of == nil && m.Confidence == catalog.ConfidenceHigh && k.publishes(right))
		case name != "":
			f.Help = "look for it at " + strings.TrimSuffix(name, "/")
		case m.Status == catalog.StatusPaid:
			f.Help = "write the tag \"latest\" with a digest, or the repository of your subscription"
		case m.Status == catalog.StatusGone, m.Gone:
			f.Help = "choose another image"
		default:
			f.Help = "copy it to your own registry while it can still be pulled, or choose another image"
		}
		if m.Note != "" {
			f.Help += " (" + m.Note + ")"
		}
		p.ReportImage(w, img, f)
	}
}

// movedPlace returns the reference that a fact about an image is about: the image, or its original.
func movedPlace(img *manifests.ImageRef, of *catalog.Original) imageref.Ref {
	at := img.Ref
	if of != nil {
		at.Registry, at.Repository = of.Registry, of.Repository
	}
	return at
}

// publishes reports whether the tag of a reference is known to be published.
func (k *catalogKnowledge) publishes(raw string) bool {
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
		return capIfNeverPulled(img, byConfidence(img))
	case m.Status == catalog.StatusFrozen && !m.Gone && m.Replacement == "":
		return lint.Info // an archive that still pulls, and there is nothing better
	case m.Gone, m.Status == catalog.StatusFrozen, m.Status == catalog.StatusGone, m.Status == catalog.StatusPaid:
		return min(lint.Warning, byConfidence(img))
	default:
		return lint.Info
	}
}

// movedText returns a clause about what happened to a place.
func movedText(m catalog.Move, at imageref.Ref) string {
	place := strings.TrimSuffix(m.Match, "/")
	switch m.Kind { // the whole place, not a part that moved elsewhere
	case catalog.KindMirror, catalog.KindRegistry:
		place = at.Registry
	case catalog.KindProject:
		project, _, _ := strings.Cut(at.Repository, "/")
		place = at.Registry + "/" + project
	}
	on, since := "", ""
	if m.Since != "" {
		since = " since " + m.Since
		if on = " in " + m.Since; len(m.Since) == len("2006-01-02") {
			on = " on " + m.Since
		}
	}
	switch m.Status {
	case catalog.StatusGone:
		return closedRegistryText(m, place, on, since)
	case catalog.StatusPaid:
		return place + " offers this tag to subscribers only" + since
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
		if m.Gone {
			return place + " has not been maintained" + since + ", and this tag is newer"
		}
		return place + " has not been maintained" + since
	default:
		return place + " has moved" + on
	}
}

// closedRegistryText returns a clause about a place that is gone. It says what the place was, because a closed mirror or a deleted project is not a
// matter of credentials.
func closedRegistryText(m catalog.Move, place, on, since string) string {
	switch {
	case m.Kind == catalog.KindMirror:
		return "the mirror " + place + " was closed" + on
	case m.Kind == catalog.KindRegistry && m.Gone:
		return "the registry " + place + " was closed" + on
	case m.Kind == catalog.KindRegistry:
		return "the registry " + place + " is reported to be closed" + since
	case m.Kind == catalog.KindProject:
		return "the project " + place + " was deleted" + on
	case !m.Gone:
		return place + " is reported to be gone" + since
	}
	return place + " was removed" + on
}

// movedAnswer returns the message of a failed pull from a place that is gone: the recorded one, or that of its registry for a missing image.
func movedAnswer(m catalog.Move, img *manifests.ImageRef, of *catalog.Original) string {
	switch {
	case of != nil:
		return notFound(img)
	case m.Answer != "":
		return m.Answer
	case m.Status == catalog.StatusPaid, m.Status == catalog.StatusGone && !m.TooNew && img.Ref.Registry == "docker.io":
		return denied
	}
	return notFound(img)
}

// replacementFor returns the current name of the same image if exact is true, else where to look for one, or "". It follows replacements that have moved
// themselves, so that the next run does not complain about the fix.
func replacementFor(m catalog.Move, img *manifests.ImageRef, of *catalog.Original) (name string, exact bool) {
	const maxMoves = 3
	at := movedPlace(img, of)
	registry, repository := at.Registry, at.Repository
	for range maxMoves {
		if name, exact = m.NewReference(registry, repository); !exact {
			return m.Replacement, false
		}
		registry, repository, _ = strings.Cut(name, "/")
		next, moved := catalog.LookupMove(registry, repository, img.Ref.Tag, img.Ref.Digest != "")
		if !moved || movedSeverity(next, img) <= lint.Info {
			return name, true
		}
		m = next
	}
	return name, false
}
