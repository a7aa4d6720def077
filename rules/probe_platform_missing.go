package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
)

// ProbePlatformMissing reports: an image that is not there for the platform of the nodes.
var ProbePlatformMissing = lint.Rule{
	ID: "probe-platform-missing", Group: groupProbe, Severity: lint.Error, Levels: "error; warning where some of the platforms are there",
	Check: checkProbePlatformMissing,
	Doc: lint.Doc{
		Title: `an image that is not there for the platform of the nodes`,
		Why:   `The image has no manifest for a platform that the nodes have. The platforms come from --platform or the configuration, and from the node selector and the required node affinity of the pod; without any, none is asked for.`,
		Bad:   `image: ghcr.io/acme/app:1.4.2-amd64`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbePlatformMissing(p *lint.Pass) {
	for a := range probedWith(p, lint.Exists) {
		if len(a.result.Platforms) == 0 {
			continue
		}
		var missing []string
		wanted := p.Platforms(a.img)
		for _, want := range wanted {
			if !runs(want, a.result.Platforms) {
				missing = append(missing, strings.TrimSuffix(want, "/*"))
			}
		}
		if missing == nil {
			continue
		}
		f := lint.Finding{
			Severity: byConfidence(a.img),
			Message:  fmt.Sprintf("%s is not there for %s, only for %s", a.imageText(), sentence(missing), sentence(a.result.Platforms)),
			Help:     "choose a tag that is built for the nodes, or select nodes with kubernetes.io/os and kubernetes.io/arch",
			Cluster:  pullFails(a.img, cannotResolve(a.img)+": no match for platform in manifest: not found"),
		}
		if len(missing) < len(wanted) {
			f.Severity = min(f.Severity, lint.Warning)
		}
		p.ReportImage(a.w, a.img, f)
	}
}

// runs reports whether nodes of a platform run an image that is there for some. As in containerd, 64-bit nodes run what is built for the
// 32-bit ones of their kind, and a variant runs the ones before it.
func runs(want string, have []string) bool {
	w := strings.SplitN(want+"//", "/", 4)
	for _, h := range have {
		p := strings.SplitN(h+"//", "/", 4)
		if w[0] == p[0] && (w[1] == "*" || w[1] == p[1] && isVariant(w[1], w[2], p[2]) || w[1] == "amd64" && p[1] == "386" || w[1] == "arm64" && p[1] == "arm") {
			return true
		}
	}
	return false
}

// isVariant reports whether a variant that is wanted runs one that is there.
func isVariant(arch, want, have string) bool {
	return want == "" || have == "" || want == have || arch == "arm" && have <= want || arch == "amd64" && have <= want
}
