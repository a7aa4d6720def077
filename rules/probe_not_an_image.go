package rules

import (
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// ProbeNotAnImage reports: what is there is no container image.
var ProbeNotAnImage = lint.Rule{
	ID: "probe-not-an-image", Group: groupProbe, Severity: lint.Error, Levels: "error; warning in a field that is only likely an image",
	Check: checkProbeNotAnImage,
	Doc: lint.Doc{
		Title: `what stands there is no container image`,
		Why:   `Registries hold Helm charts, signatures and other artifacts beside images. A runtime pulls none of them as a container.`,
		Bad:   `image: ghcr.io/acme/charts/app:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbeNotAnImage(p *lint.Pass) {
	for a := range probedWith(p, lint.Exists) {
		if a.result.NotImage == "" || a.img.Field == manifests.FieldVolume { // a volume may be any artifact
			continue
		}
		p.ReportImage(a.w, a.img, lint.Finding{
			Severity: byConfidence(a.img),
			Message:  a.imageText() + " is no container image: it is " + a.result.NotImage,
			Help:     "write the name of the image itself",
			Cluster:  pullFails(a.img, cannotResolve(a.img)),
		})
	}
}
