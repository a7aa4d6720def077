package rules

import (
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageDoubleTag reports a reference with two tags.
var ImageDoubleTag = lint.Rule{
	ID: "image-double-tag", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkCause(imageref.DoubleTag), ChecksValues: true,
	Doc: lint.Doc{
		Title: `reference has two tags`,
		Why:   `A value that already has a tag was joined with another tag.`,
		Bad:   `image: ghcr.io/acme/app:1.4.2:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}
