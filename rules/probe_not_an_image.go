package rules

import (
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// ProbeNotAnImage reports an artifact that is not a container image.
var ProbeNotAnImage = lint.Rule{
	ID: "probe-not-an-image", Group: groupProbe, Severity: lint.Error, Levels: "error; warning in a field that is only likely to be an image",
	Check: checkProbeNotAnImage,
	Doc: lint.Doc{
		Title: `the reference is not a container image`,
		Why:   `Registries also store Helm charts, signatures and other artifacts. A runtime cannot run any of them as a container.`,
		Bad:   `image: ghcr.io/acme/charts/app:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbeNotAnImage(p *lint.Pass) {
	for a := range probedWith(p, lint.Exists) {
		if a.result.NotImage == "" || a.img.Field == manifests.FieldVolume { // a volume may hold any artifact
			continue
		}
		a.report(p, lint.Finding{
			Severity: byConfidence(a.img),
			Message:  a.imageText() + " is not a container image: it is " + a.result.NotImage,
			Help:     "write the name of the image itself",
			Cluster:  pullFails(a.img, cannotResolve(a.img)),
		})
	}
}
