package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ProbeDigestNotFound reports a digest that the registry does not have.
var ProbeDigestNotFound = lint.Rule{
	ID: "probe-digest-not-found", Group: groupProbe, Severity: lint.Error, Levels: "error; warning in a field that is only likely to be an image",
	Check: checkProbeDigestNotFound,
	Doc: lint.Doc{
		Title: `the registry does not have the digest`,
		Why:   `The image was garbage-collected or rebuilt, or the digest was copied from another registry. Untagged images are removed first.`,
		Bad:   `image: ghcr.io/acme/app@sha256:7267456001feb8dd5e0ec18cf930e228cc506776003c0e6b9d8bba3f38132c89`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbeDigestNotFound(p *lint.Pass) {
	for a := range probedWith(p, lint.DigestMissing) {
		at := imageref.Locate(a.img.Raw).Digest
		a.report(p, lint.Finding{
			Severity: byConfidence(a.img), Span: a.img.At(at.Start, at.End),
			Message: fmt.Sprintf("%s: %s does not have this digest in this repository", a.imageText(), registryName(a.img)),
			Help:    "use the digest that the tag has now, and keep a tag on every image in use",
			Cluster: pullFails(a.img, notFound(a.img)),
		})
	}
}
