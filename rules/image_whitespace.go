package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageWhitespace reports: image begins or ends with a blank.
var ImageWhitespace = lint.Rule{
	ID: "image-whitespace", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkImageWhitespace,
	Doc: lint.Doc{
		Title: `image begins or ends with a blank`,
		Why:   `The API server refuses a Pod with such an image. It accepts a Deployment, and then refuses each pod that the Deployment makes: no pod appears, and only the ReplicaSet's events tell why.`,
		Bad:   `image: "nginx:1.27.3 "`,
		Good:  `image: nginx:1.27.3`,
		Since: "0.1.0",
	},
}

func checkImageWhitespace(p *lint.Pass) {
	for w, img := range p.Images() {
		if img.State != manifests.Written || img.Err == nil || img.Err.Cause != imageref.Whitespace || w.Doc.Unrendered ||
			w.Annotations["image.openshift.io/triggers"] != "" {
			continue
		}
		e := img.Err
		text := fmt.Sprintf("Invalid value: %s: must not have leading or trailing whitespace", quote(img.Raw))
		f := lint.Finding{
			Severity: bySureness(img), Span: img.At(e.At.Start, e.At.End), Help: helpFor(e), Fix: mend(img, e.Mended, e.Safe),
			Message: fmt.Sprintf("image %s cannot be parsed: %s", quote(img.Raw), e.Detail),
			Cluster: lint.Cluster{Stage: lint.StageController, Reason: "FailedCreate", Message: "Error creating: Pod is invalid: spec.containers[].image: " + text},
		}
		if e.Mended == "" {
			f.Help = "write the image, or find the value that was empty when this was rendered"
		}
		if inPod(w) {
			f.Cluster = lint.Cluster{Stage: lint.StageValidation, Reason: "Invalid", Message: apiField(img) + ": " + text}
		}
		if img.Field == manifests.FieldVolume || img.Pod == nil {
			f.Cluster = invalidName(img)
		}
		p.ReportImage(w, img, f)
	}
}
