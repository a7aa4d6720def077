package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// ImageNotString reports: image is a number, boolean, list or mapping.
var ImageNotString = lint.Rule{
	ID: "image-not-string", Group: "invalid-reference", Severity: lint.Error, Levels: "error",
	Check: checkImageNotString,
	Doc: lint.Doc{
		Title: `image is a number, boolean, list or mapping`,
		Why:   `YAML reads an unquoted 1.25 as a number and an unquoted mapping as an object; the API server cannot decode either into the string that it wants.`,
		Bad:   `image: 1.25`,
		Good:  `image: app:1.25`,
		Since: "0.1.0",
	},
}

func checkImageNotString(p *lint.Pass) {
	for w, img := range p.Images() {
		if img.State != manifests.NotString || w.Doc.Unrendered {
			continue
		}
		f := lint.Finding{
			Severity: bySureness(img),
			Message:  fmt.Sprintf("image is a %s, not a string", img.Is),
			Help:     "write the whole reference as one string",
			Cluster: lint.Cluster{Stage: lint.StageDecode, Reason: "BadRequest",
				Message: fmt.Sprintf("json: cannot unmarshal %s into Go struct field Container.image of type string", jsonType(img.Is))},
		}
		if img.Is == "number" || img.Is == "boolean" {
			f.Message = fmt.Sprintf("image %s is a %s to YAML, not a string", img.Raw, img.Is)
			f.Help = fmt.Sprintf("put it in quotes (%s), if that is the image's name", quote(img.Raw))
		}
		p.ReportImage(w, img, f)
	}
}

// jsonType is encoding/json's word for a kind of value.
func jsonType(is string) string {
	switch is {
	case "mapping":
		return "object"
	case "list":
		return "array"
	case "boolean":
		return "bool"
	}
	return is
}
