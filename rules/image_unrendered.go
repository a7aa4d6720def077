package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageUnrendered reports: template or placeholder text is left in the image.
var ImageUnrendered = lint.Rule{
	ID: "image-unrendered", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkImageUnrendered,
	Doc: lint.Doc{
		Title: `template or placeholder text is left in the image`,
		Why:   `What a tool should have replaced reached the manifest: {{ .Values.image }}, ${IMAGE}, <no value>, map[repository:...], PROJECT_ID. Placeholders that are legal where they stand are not reported: $(params.x) in Tekton, {{inputs.parameters.x}} in Argo Workflows, ${NAME} in an OpenShift Template.`,
		Bad:   `image: "${REGISTRY}/app:1.4.2"`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkImageUnrendered(p *lint.Pass) {
	checkCause(imageref.Unrendered)(p)
	for w, img := range p.Images() {
		if img.State != manifests.Template || w.Doc.Unrendered || isReplacedLater(w, img.Raw) {
			continue
		}
		p.ReportImage(w, img, lint.Finding{
			Severity: bySureness(img),
			Message:  fmt.Sprintf("image %s is a template that was not rendered", quote(img.Raw)),
			Help:     "render the manifests first (helm template, kustomize build), and check what comes out",
			Cluster:  lint.Cluster{Stage: lint.StageDecode, Reason: "BadRequest", Message: "json: cannot unmarshal object into Go struct field Container.image of type string"},
		})
	}
}
