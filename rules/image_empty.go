package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageEmpty reports an image that is missing, empty or null.
var ImageEmpty = lint.Rule{
	ID: "image-empty", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkImageEmpty,
	Doc: lint.Doc{
		Title: `image is missing, empty or null`,
		Why:   `The API server rejects a pod or pod template whose container has no image. In rendered manifests, an unset value is the usual cause. A container without the key may be a patch. It is reported only if the object is complete: in the output of helm or a cluster; in apps, with a selector and labels; a CronJob with a schedule and a restart policy, a Job or Pod with a name and a restart policy, unless a kustomization uses the file. Files whose names contain the word assert are not: the tests of operators only compare them with the cluster.`,
		Bad:   `image: ""`,
		Good:  `image: nginx:1.27.3`,
		Since: "0.1.0",
	},
}

// emptyReferenceUpTo is the last minor version of Kubernetes that accepts an image volume without a reference in a pod template. Even
// there, its pods are rejected (AllowEmptyImageVolumeReference in pkg/apis/core/validation).
const emptyReferenceUpTo = 36

func checkImageEmpty(p *lint.Pass) {
	for w, img := range p.Images() {
		message := emptiness(img)
		if message == "" || mayBePatch(p, w.Object, img) || img.State == manifests.StateMissing && isMisspelled(w, img) {
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

// mayBePatch reports whether an object need not have an image: a kustomization may add it, or the object is only compared with one in the cluster. A pod
// or job has no field that only a complete object can have, so the kustomization decides.
func mayBePatch(p *lint.Pass, o *manifests.Object, img *manifests.ImageRef) bool {
	if img.State != manifests.StateMissing || o.Live || o.Doc != nil && o.Doc.Template != "" {
		return false
	}
	switch o.Kind {
	case "Pod", "Job", "CronJob":
		if p.Plan.IsKustomized(o) {
			return true
		}
	}
	return isAssertion(o)
}

// isAssertion reports whether the name of an object's file says that it holds assertions of kuttl or chainsaw: "00-assert.yaml", "assert-ready.yaml". They
// have the fields that a test compares, which may be those that only a complete object has otherwise.
func isAssertion(o *manifests.Object) bool {
	if o.Doc == nil || o.Doc.File == nil {
		return false
	}
	name := o.Doc.File.Name
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	return slices.Contains(strings.FieldsFunc(name, func(c rune) bool { return c == '-' || c == '.' || c == '_' }), "assert")
}

// emptiness returns how an image is empty, or "".
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
