package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// FieldUnknown reports a misspelled field of a pod that decides how its images are pulled.
var FieldUnknown = lint.Rule{
	ID: "field-unknown", Group: "input", Severity: lint.Error, Levels: "error",
	Check:    checkFieldUnknown,
	Outranks: []string{"image-tag-missing", "image-unknown-official"},
	Doc: lint.Doc{
		Title: `image, imagePullPolicy or serviceAccountName is misspelled, in parts or in the wrong place`,
		Why:   `Kubernetes has no such field: kubectl rejects the object, while Helm and most controllers let the API server drop the field. Then the container has no image, or another pull policy or service account than the manifest says. Field names are case-sensitive, and a container's image is a single field: registry, repository, tag and digest have their own only in the values of charts. It is reported for built-in kinds, even for a patch, since a patch with an unknown field gives an object with one. Misspellings of imagePullSecrets are reported by pull-secrets-misplaced.`,
		Bad:   `imagepullPolicy: Always`,
		Good:  `imagePullPolicy: Always`,
		Since: "0.1.0",
	},
}

func checkFieldUnknown(p *lint.Pass) {
	for _, w := range p.Plan.Workloads() {
		images := imagesByPath{p: p, w: w}
		for i := range w.Unknown {
			u := &w.Unknown[i]
			if len(u.Parts) > 0 {
				continue
			}
			f := lint.Finding{
				Object: w.Object, Span: u.Span, Path: u.Path, Severity: lint.Error,
				Message: fmt.Sprintf("%s in the %s is not a Kubernetes field", u.Key, u.Level),
				Help:    "write it as " + u.Field,
				Cluster: lint.ClusterError{
					Stage: lint.StageDecode, Reason: "BadRequest",
					Message: fmt.Sprintf("strict decoding error: unknown field %q", u.Path),
				},
			}
			to := ""
			switch isOfContainer := u.Field != "serviceAccountName"; {
			case isOfContainer && u.Level != "container":
				to = "in each container"
			case !isOfContainer && u.Level == "container":
				to = "next to containers"
			}
			switch {
			case u.Key == u.Field:
				f.Message = fmt.Sprintf("%s is in the %s, where Kubernetes has no such field", u.Key, u.Level)
				f.Help = "write it " + to
			case to != "":
				f.Help += ", " + to
			case u.IsAlone && u.Span.Exact():
				f.Fix = &lint.Fix{Title: "write " + u.Field, Safe: isSmallSlip(u.Key, u.Field), Edits: []lint.Edit{{Span: u.Span, New: u.Field}}}
			}
			f.Pulls = images.rejected(u, &f)
			p.Report(f)
		}
		reportSplitImages(p, w, &images)
	}
}

// reportSplitImages reports containers with parts of their image in keys of their own.
func reportSplitImages(p *lint.Pass, w *manifests.Workload, images *imagesByPath) {
	for i := range w.Unknown {
		u := &w.Unknown[i]
		if len(u.Parts) == 0 {
			continue
		}
		container := strings.TrimSuffix(u.Path, u.Key)
		img := images.at(container + "image")
		f := lint.Finding{
			Object: w.Object, Span: u.Span, Path: u.Path, Severity: lint.Error,
			Message: fmt.Sprintf("%s in the container is not a Kubernetes field", u.Key),
			Help:    `write the whole reference into image, as in "image: registry.example.com/team/app:1.2.3"`,
		}
		if len(u.Parts) > 1 {
			f.Message = fmt.Sprintf("%s in the container are not Kubernetes fields", sentence(u.Parts))
		}
		switch {
		case u.Image != "" && img != nil && img.Raw == u.Image:
			f.Help = "remove " + sentence(u.Parts)
		case u.Image != "":
			f.Help = "write " + quote("image: "+u.Image)
		}
		unknown := make([]string, len(u.Parts))
		for k, key := range u.Parts {
			unknown[k] = fmt.Sprintf("unknown field %q", container+key)
		}
		f.Cluster = lint.ClusterError{Stage: lint.StageDecode, Reason: "BadRequest", Message: "strict decoding error: " + strings.Join(unknown, ", ")}
		f.Pulls = images.rejected(u, &f)
		if img == nil {
			p.Report(f)
			continue
		}
		p.ReportImageField(w, img, f)
	}
}

// imagesByPath finds the images of an object.
type imagesByPath struct {
	p  *lint.Pass
	w  *manifests.Workload
	by map[string]*manifests.ImageRef // nil before it is needed
}

func (x *imagesByPath) at(path string) *manifests.ImageRef {
	if x.by == nil {
		x.by = make(map[string]*manifests.ImageRef, len(x.w.Images))
		for _, img := range x.w.Images {
			x.by[img.Path] = img
		}
	}
	return x.by[path]
}

// rejected returns what even an API server that drops unknown fields rejects, since a container then has no image.
func (x *imagesByPath) rejected(u *manifests.UnknownField, f *lint.Finding) []lint.FailedPull {
	if !x.p.WantsPulls() {
		return nil
	}
	img := x.at(strings.TrimSuffix(u.Path, u.Key) + "image")
	if img == nil || img.State != manifests.StateMissing || mayBePatch(x.p, x.w.Object, img) || x.p.Plan.Mutation(x.w, img).Kind != plan.AsWritten {
		return nil
	}
	return x.p.RejectedPulls(x.w, img.Pod, f, u.Path)
}

// isSmallSlip reports whether a key differs from a field in case, or by one typo.
func isSmallSlip(key, field string) bool {
	return strings.EqualFold(key, field) || near.Distance(key, field, 1) == 1
}

// isMisspelled reports whether a container whose image is missing has the image under a misspelled key.
func isMisspelled(w *manifests.Workload, img *manifests.ImageRef) bool {
	for i := range w.Unknown {
		if u := &w.Unknown[i]; u.Field == "image" && strings.TrimSuffix(u.Path, u.Key) == strings.TrimSuffix(img.Path, "image") {
			return true
		}
	}
	return false
}

// misspells reports whether an object has a field under a misspelled key.
func misspells(w *manifests.Workload, field string) bool {
	return slices.ContainsFunc(w.Unknown, func(u manifests.UnknownField) bool { return u.Field == field })
}
