package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageEmpty reports: image is missing, empty or null.
var ImageEmpty = lint.Rule{
	ID: "image-empty", Group: "invalid-reference", Severity: lint.Error, Levels: "error",
	Check: checkImageEmpty,
	Doc: lint.Doc{
		Title: `image is missing, empty or null`,
		Why:   `The API server refuses a pod or pod template whose container has no image. Where the value is rendered, an unset value is the usual cause. A container without the key is reported only where the object is proved to be whole; a patch may leave it out.`,
		Bad:   `image: ""`,
		Good:  `image: nginx:1.27.3`,
		Since: "0.1.0",
	},
}

func checkImageEmpty(p *lint.Pass) {
	for w, img := range p.Images() {
		empty := img.State == manifests.Written && img.Err != nil && img.Err.Cause == imageref.Empty
		if img.State != manifests.Missing && img.State != manifests.Null && !empty || w.Doc.Unrendered || w.Annotations["image.openshift.io/triggers"] != "" {
			continue
		}
		f := lint.Finding{
			Severity: bySureness(img), Message: "image is empty", Help: "write the image, or find the value that was empty when this was rendered",
			Cluster: lint.Cluster{Stage: lint.StageValidation, Reason: "Invalid", Message: apiField(img) + ": Required value"},
		}
		switch {
		case img.State == manifests.Missing:
			f.Message = fmt.Sprintf("container %s has no image", quote(img.Container))
		case img.State == manifests.Null:
			f.Message = "image has no value"
		}
		if img.Field == manifests.FieldVolume && !inPod(w) && p.Settings.Kubernetes <= 36 {
			f.Cluster.Stage, f.Cluster.Reason = lint.StageController, "FailedCreate"
		}
		p.ReportImage(w, img, f)
	}
}
