package rules

import (
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageTagScientific reports a number in a reference that was converted to a float.
var ImageTagScientific = lint.Rule{
	ID: "image-tag-scientific", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkImageTagScientific, ChecksValues: true,
	Doc: lint.Doc{
		Title: `a number in the reference was rewritten in scientific notation`,
		Why:   `Helm reads an unquoted 2417603 or 20190612073634 in values as a number and prints it as 2.417603e+06. Quote the value, or set it with --set-string.`,
		Bad:   `image: ghcr.io/acme/app:2.417603e+06`,
		Good:  `image: ghcr.io/acme/app:2417603`,
		Since: "0.1.0",
	},
}

func checkImageTagScientific(p *lint.Pass) {
	checkCause(imageref.TagScientific)(p)
	reportNumbers(p, true)
}
