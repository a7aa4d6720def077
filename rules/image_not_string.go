package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// ImageNotString reports an image that is a number, boolean, list or mapping.
var ImageNotString = lint.Rule{
	ID: "image-not-string", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkImageNotString,
	Doc: lint.Doc{
		Title: `image is a number, boolean, list or mapping`,
		Why:   `YAML reads an unquoted 1.25 as a number and unquoted braces as a mapping; the API server expects a string and rejects both.`,
		Bad:   `image: 1.25`,
		Good:  `image: app:1.25`,
		Since: "0.1.0",
	},
}

func checkImageNotString(p *lint.Pass) {
	for w, img := range p.Images() {
		if img.State != manifests.StateNotString {
			continue
		}
		f := lint.Finding{
			Severity: byConfidence(img),
			Message:  fmt.Sprintf("image is a %s, not a string", img.ValueType),
			Help:     "write the whole reference as one string: registry/repository:tag",
			Cluster:  undecodable(w, img, img.Path, img.ValueType, "string"),
		}
		switch img.ValueType {
		case "number":
			f.Message = fmt.Sprintf("image %s is a number in YAML, not a string", quote(img.Raw))
			f.Help = fmt.Sprintf("write the whole reference, such as %s", quote("app:"+img.Raw))
		case "boolean":
			f.Message = fmt.Sprintf("image %s is a boolean in YAML, not a string", quote(img.Raw))
			f.Help = fmt.Sprintf("write the whole reference, and quote a name that YAML reads as a boolean: %s", quote(img.Raw))
		}
		p.ReportImage(w, img, f)
	}
}
