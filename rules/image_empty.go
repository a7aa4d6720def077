package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageEmpty reports: image is missing, empty or null.
var ImageEmpty = lint.Rule{
	ID: "image-empty", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkImageEmpty,
	Doc: lint.Doc{
		Title: `image is missing, empty or null`,
		Why:   `The API server refuses a pod or pod template whose container has no image. Where the value is rendered, an unset value is the usual cause. A container without the key is reported only where the object is proved to be whole; a patch may leave it out.`,
		Bad:   `image: ""`,
		Good:  `image: nginx:1.27.3`,
		Since: "0.1.0",
	},
}

// emptyReferenceUpTo is the last minor version of Kubernetes that takes an image volume without a reference in a pod template; its pods
// are refused all the same (AllowEmptyImageVolumeReference in pkg/apis/core/validation).
const emptyReferenceUpTo = 36

func checkImageEmpty(p *lint.Pass) {
	for w, img := range p.Images() {
		message := emptiness(img)
		if message == "" {
			continue
		}
		const required = "Required value"
		f := lint.Finding{
			Severity: byConfidence(img), Message: message, Help: "write the image, or find the value that was empty when this was rendered",
			Cluster: refused(w, img, img.Path, required),
		}
		if img.State == manifests.StateMissing {
			f.Help = "write the image"
		}
		if img.Field == manifests.FieldVolume && !isPod(w) && p.Settings.Kubernetes <= emptyReferenceUpTo {
			f.Cluster = podRefused(img, img.Path, required)
		}
		p.ReportImage(w, img, f)
	}
}

// emptiness says in which way an image is empty; "" where it is not.
func emptiness(img *manifests.ImageRef) string {
	field := "image"
	if img.Field == manifests.FieldVolume {
		field = "reference of the image volume"
	}
	switch {
	case img.State == manifests.StateMissing && img.Field == manifests.FieldVolume:
		return "image volume has no reference"
	case img.State == manifests.StateMissing && img.Container == "":
		return "container without a name has no image"
	case img.State == manifests.StateMissing:
		return fmt.Sprintf("container %s has no image", quote(img.Container))
	case img.State == manifests.StateNull:
		return field + " has no value"
	case img.State == manifests.StateString && img.Err != nil && img.Err.Cause == imageref.Empty:
		return field + " is empty"
	}
	return ""
}
