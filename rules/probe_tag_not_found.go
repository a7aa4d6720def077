package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ProbeTagNotFound reports a tag that the registry does not have.
var ProbeTagNotFound = lint.Rule{
	ID: "probe-tag-not-found", Group: groupProbe, Severity: lint.Error, Levels: "error; warning in a field that is only likely to be an image",
	Check: checkProbeTagNotFound,
	Doc: lint.Doc{
		Title: `the registry does not have the tag`,
		Why:   `The repository exists, but the tag does not: it was never pushed, is misspelled, or was deleted. Nodes that have the image cached hide the problem until they are replaced. Similar tags come from the registry's list of tags.`,
		Bad:   `image: ghcr.io/acme/app:v1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbeTagNotFound(p *lint.Pass) {
	for a := range probedWith(p, lint.TagMissing) {
		at := imageref.Locate(a.img.Raw).Tag
		f := lint.Finding{
			Severity: byConfidence(a.img), Span: a.img.At(at.Start, at.End),
			Message: fmt.Sprintf("%s: %s has no tag %s in this repository", a.imageText(), registryName(a.img), quote(tagOf(a.img))),
			Cluster: pullFails(a.img, notFound(a.img)),
		}
		if a.img.Ref.Tag == "" {
			f.Span = a.img.Span
			f.Message = fmt.Sprintf("%s has no tag, and %s has no tag \"latest\" in this repository", a.imageText(), registryName(a.img))
		}
		if a.result.TagListed {
			f.Message = fmt.Sprintf("%s: %s lists the tag %s, but its manifest is gone", a.imageText(), registryName(a.img), quote(tagOf(a.img)))
		}
		near := nearTags(a.result)
		switch {
		case near == "":
			f.Help = "push the tag, or write one that exists"
		case tagOf(a.img) == "latest":
			f.Help = "write a tag that exists, such as " + near
		default:
			f.Help = "the registry has " + near
			f.Fix = retagged(a.img, a.result.SimilarTags[0])
		}
		if m, ok := catalog.LookupMove(a.img.Ref.Registry, a.img.Ref.Repository, "", false); ok && m.Confidence != catalog.ConfidenceLow {
			f.Help += "; " + movedText(m, a.img.Ref)
		}
		a.report(p, f)
	}
}

// retagged returns a fix that writes another tag. It is never safe: only the author knows which one was meant.
func retagged(img *manifests.ImageRef, tag string) *lint.Fix {
	at := imageref.Locate(img.Raw).Tag
	if at.End <= at.Start {
		return nil
	}
	return replaceFix(img, img.Raw[:at.Start]+tag+img.Raw[at.End:], false)
}
