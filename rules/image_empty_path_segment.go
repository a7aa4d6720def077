package rules

import (
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageEmptyPathSegment reports a reference with nothing between two separators.
var ImageEmptyPathSegment = lint.Rule{
	ID: "image-empty-path-segment", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkCause(imageref.EmptyPathSegment), ChecksValues: true,
	Doc: lint.Doc{
		Title: `reference has an empty part between two separators`,
		Why:   `A value in the middle was empty, or a value ends in a slash that the template adds as well.`,
		Bad:   `image: ghcr.io//app:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}
