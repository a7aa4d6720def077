package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
)

// ProbeInconclusive reports an image that could not be checked in its registry.
var ProbeInconclusive = lint.Rule{
	ID: "probe-inconclusive", Group: groupProbe, Severity: lint.Warning, Levels: "warning; error with --probe-strict",
	Check: checkProbeInconclusive,
	Doc: lint.Doc{
		Title: `an image could not be checked with its registry`,
		Why:   `The registry limits requests, fails, or does not answer in time. Nothing is known about the image, so it is not reported as missing. With --probe-strict, the run fails if an image could not be checked.`,
		Bad:   `image: docker.io/acme/app:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbeInconclusive(p *lint.Pass) {
	type trouble struct{ registry, why string }
	var order []trouble
	all := map[trouble][]probed{}
	for a := range probedWith(p, lint.Inconclusive, lint.Unreachable) {
		if a.result.Pod.Outcome == lint.Unreachable && !isWellKnown(a.img) {
			continue
		}
		t := trouble{a.img.Ref.Registry, a.result.Pod.Detail}
		if all[t] == nil {
			order = append(order, t)
		}
		all[t] = append(all[t], a)
	}
	for _, t := range order {
		a := all[t][0]
		f := lint.Finding{
			Severity: unasked(p, min(lint.Warning, byConfidence(a.img))),
			Message:  fmt.Sprintf("%s could not be checked at %s: %s", a.imageText(), registryName(a.img), t.why),
			Help:     "nothing is known about the image; check the address, and the network and proxy settings of this machine",
		}
		if a.result.Pod.Status > 0 { // the registry answered
			f.Help = "nothing is known about the image; try again later"
		}
		if n := len(all[t]) - 1; n > 0 {
			f.Message += fmt.Sprintf(", nor could %d more of its images", n)
		}
		a.report(p, f)
	}
}
