package rules

import (
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageScheme reports a reference that starts with a URL scheme.
var ImageScheme = lint.Rule{
	ID: "image-scheme", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkCause(imageref.Scheme), ChecksValues: true,
	Doc: lint.Doc{
		Title: `reference begins with a URL scheme`,
		Why:   `An image reference is not a URL: https:// and docker:// are for browsers and other tools.`,
		Bad:   `image: https://ghcr.io/acme/app:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}
