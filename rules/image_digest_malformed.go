package rules

import (
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageDigestMalformed reports a digest that is truncated, misplaced or malformed.
var ImageDigestMalformed = lint.Rule{
	ID: "image-digest-malformed", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkCause(imageref.DigestMalformed), ChecksValues: true,
	Doc: lint.Doc{
		Title: `digest is cut off, misplaced or malformed`,
		Why:   `A digest comes last, after an @: an algorithm, a colon and lower-case hexadecimal digits, 64 of them for sha256.`,
		Bad:   `image: ghcr.io/acme/app@sha256:0123456789abcdef0123456789abcdef`,
		Good:  `image: ghcr.io/acme/app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef`,
		Since: "0.1.0",
	},
}
