package rules

import (
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageWhitespace reports an image with leading or trailing spaces.
var ImageWhitespace = lint.Rule{
	ID: "image-whitespace", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkImageWhitespace, ChecksValues: true,
	Doc: lint.Doc{
		Title: `image begins or ends with a space`,
		Why:   `The API server rejects a Pod with such an image. It accepts a Deployment, but then rejects each of its pods: no pod appears, and only the ReplicaSet's events show why. A field that OpenShift image triggers fill in usually holds a single space, which is not reported.`,
		Bad:   `image: "nginx:1.27.3 "`,
		Good:  `image: nginx:1.27.3`,
		Since: "0.1.0",
	},
}

func checkImageWhitespace(p *lint.Pass) {
	for w, img := range p.Images() {
		if img.State != manifests.StateString || img.Err == nil || img.Err.Cause != imageref.Whitespace {
			continue
		}
		reportUnparsable(p, w, img)
	}
}
