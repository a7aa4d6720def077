package rules

import (
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageIllegalChar reports a reference with an invalid character.
var ImageIllegalChar = lint.Rule{
	ID: "image-illegal-char", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkImageIllegalChar, ChecksValues: true,
	Doc: lint.Doc{
		Title: `reference contains a character that is not allowed`,
		Why:   `Everything that the reference grammar forbids and no other rule covers: spaces and quotes inside, invisible characters, a port that is not a number, a name over 255 characters.`,
		Bad:   `image: 'ghcr.io/acme/my app:1.4.2'`,
		Good:  `image: ghcr.io/acme/my-app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkImageIllegalChar(p *lint.Pass) {
	checkCause(imageref.IllegalChar, imageref.NameTooLong)(p)
	if p.Settings.Kubernetes > 31 {
		return
	}
	for w, img := range p.Parsed() {
		if !imageref.ValidUpTo131(img.Raw) {
			p.ReportImage(w, img, lint.Finding{
				Severity: byConfidence(img),
				Message:  "image " + quote(img.Raw) + " is not a valid reference: registry and repository together exceed 255 characters, which kubelets up to 1.31 reject",
				Help:     "shorten the repository name",
				Cluster:  unparsable(w, img, "repository name must not be more than 255 characters"),
			})
		}
	}
}
