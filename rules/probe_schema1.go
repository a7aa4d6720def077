package rules

import (
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
)

// ProbeSchema1 reports an image with a Docker schema 1 manifest.
var ProbeSchema1 = lint.Rule{
	ID: "probe-schema1", Group: groupProbe, Severity: lint.Error, Levels: "error; warning in a field that is only likely to be an image",
	Check: checkProbeSchema1,
	Doc: lint.Doc{
		Title: `an image with a manifest of Docker's schema 1`,
		Why:   `Registries still serve images that were pushed in the first format of Docker. containerd 2 does not pull them any more.`,
		Bad:   `image: quay.io/acme/old:1.0`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbeSchema1(p *lint.Pass) {
	for a := range probedWith(p, lint.Exists) {
		if !strings.HasPrefix(a.result.Pod.MediaType, "application/vnd.docker.distribution.manifest.v1+") {
			continue
		}
		a.report(p, lint.Finding{
			Severity: byConfidence(a.img),
			Message:  a.imageText() + " has a manifest of Docker's schema 1 only, which containerd 2 does not pull",
			Help:     "pull it with an old docker and push it again, or choose a newer image",
			Cluster:  pullFails(a.img, cannotResolve(a.img)+": media type \"application/vnd.docker.distribution.manifest.v1+prettyjws\" is no longer supported since containerd v2.1"),
		})
	}
}
