package rules

import (
	"fmt"
	"time"

	"github.com/imagelint-dev/imagelint/lint"
)

// ProbePlatformMissing reports an image that is not available for the platform of the nodes.
var ProbePlatformMissing = lint.Rule{
	ID: "probe-platform-missing", Group: groupProbe, Severity: lint.Error, Levels: "error; warning if some of the platforms exist, unless asked as anonymous",
	Check: checkProbePlatformMissing,
	Doc: lint.Doc{
		Title: `the image is not built for the platform of the nodes`,
		Why:   `The image has no manifest for a platform of the nodes. The platforms come from --platform or the configuration, and from the pod's node selector and required node affinity; without any of them, platforms are not checked.`,
		Bad:   `image: ghcr.io/acme/app:1.4.2-amd64`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbePlatformMissing(p *lint.Pass) {
	for a := range probedWith(p, lint.Exists) {
		q := lint.Question{Platforms: p.Platforms(a.img)}
		missing := q.Lacking(a.result.Platforms)
		if missing == nil {
			continue
		}
		f := lint.Finding{
			Severity: byConfidence(a.img),
			Message:  fmt.Sprintf("%s is not built for %s, only for %s", a.imageText(), sentence(platformNames(missing)), sentence(a.result.Platforms)),
			Help:     "choose a tag built for the nodes, or select nodes with kubernetes.io/os and kubernetes.io/arch",
			Cluster:  pullFails(a.img, cannotResolve(a.img)+": no match for platform in manifest: not found"),
		}
		if len(missing) < len(q.Platforms) && a.result.As != lint.AsAnonymous { // published manifests are installed on any of these platforms
			f.Severity = min(f.Severity, lint.Warning)
		}
		if at := a.result.Pod.Modified; !at.IsZero() {
			f.Related = append(f.Related, lint.Related{Message: "the registry has it since " + at.Format(time.RFC3339)})
		}
		a.report(p, f)
	}
}
