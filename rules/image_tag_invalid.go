package rules

import (
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageTagInvalid reports a tag that has an invalid character or is too long.
var ImageTagInvalid = lint.Rule{
	ID: "image-tag-invalid", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkCause(imageref.TagInvalid), ChecksValues: true,
	Doc: lint.Doc{
		Title: `tag contains a character that is not allowed, or is too long`,
		Why:   `A tag has up to 128 letters, digits, underscores, dots and hyphens, and cannot begin with a dot or a hyphen. Build metadata of semantic versions (1.4.2+build.7) and branch names (feature/login) are the usual sources.`,
		Bad:   `image: ghcr.io/acme/app:1.4.2+build.7`,
		Good:  `image: ghcr.io/acme/app:1.4.2_build.7`,
		Since: "0.1.0",
	},
}
