package rules

import (
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageLeadingSlash reports a reference that starts with a slash.
var ImageLeadingSlash = lint.Rule{
	ID: "image-leading-slash", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkCause(imageref.LeadingSlash), ChecksValues: true,
	Doc: lint.Doc{
		Title: `reference begins with a slash`,
		Why:   `A value that should hold the registry was empty when the manifest was rendered.`,
		Bad:   `image: /team/app:1.4.2`,
		Good:  `image: registry.example.com/team/app:1.4.2`,
		Since: "0.1.0",
	},
}
