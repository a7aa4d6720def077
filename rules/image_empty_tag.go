package rules

import (
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageEmptyTag reports a reference that ends in a colon.
var ImageEmptyTag = lint.Rule{
	ID: "image-empty-tag", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkCause(imageref.EmptyTag),
	Doc: lint.Doc{
		Title: `reference ends in a colon with no tag after it`,
		Why:   `A value that should hold the tag was empty when the manifest was rendered. The kubelet cannot parse the reference and never tries to pull it.`,
		Bad:   `image: "nginx:"`,
		Good:  `image: nginx:1.27.3`,
		Since: "0.1.0",
	},
}
