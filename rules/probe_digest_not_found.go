package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ProbeDigestNotFound reports: a digest that the registry does not hold.
var ProbeDigestNotFound = lint.Rule{
	ID: "probe-digest-not-found", Group: groupProbe, Severity: lint.Error, Levels: "error; warning in a field that is only likely an image",
	Check: checkProbeDigestNotFound,
	Doc: lint.Doc{
		Title: `a digest that the registry does not hold`,
		Why:   `The digest was collected as garbage, rebuilt, or copied from another registry. Digests of images that no tag names any more go first.`,
		Bad:   `image: ghcr.io/acme/app@sha256:7267456001feb8dd5e0ec18cf930e228cc506776003c0e6b9d8bba3f38132c89`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbeDigestNotFound(p *lint.Pass) {
	for a := range probedWith(p, lint.DigestMissing) {
		at := imageref.Locate(a.img.Raw).Digest
		p.ReportImage(a.w, a.img, lint.Finding{
			Severity: byConfidence(a.img), Span: a.img.At(at.Start, at.End),
			Message: fmt.Sprintf("%s: %s does not hold this digest in this repository", a.imageText(), registryName(a.img)),
			Help:    "write the digest that the tag has now, and keep a tag on every image that is in use",
			Cluster: pullFails(a.img, notFound(a.img)),
		})
	}
}
