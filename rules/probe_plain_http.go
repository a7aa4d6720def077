package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ProbePlainHTTP reports a registry that answers HTTPS requests with plain HTTP.
var ProbePlainHTTP = lint.Rule{
	ID: "probe-plain-http", Group: groupProbe, Severity: lint.Error, Levels: "error; warning in a field that is only likely to be an image, unless --probe-strict",
	Check: checkProbePlainHTTP,
	Doc: lint.Doc{
		Title: `the registry uses plain HTTP, not HTTPS`,
		Why:   `Container runtimes use HTTPS unless each node is configured for this registry. A manifest cannot change that.`,
		Bad:   `image: registry.internal.example:5000/app:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbePlainHTTP(p *lint.Pass) {
	for a := range probedWith(p, lint.PlainHTTP) {
		at := imageref.Locate(a.img.Raw).Registry
		a.report(p, lint.Finding{
			Severity: unasked(p, byConfidence(a.img)), Span: a.img.At(at.Start, at.End),
			Message: fmt.Sprintf("%s: %s uses plain HTTP, not HTTPS", a.imageText(), quote(a.img.Ref.Registry)),
			Help:    "give the registry a certificate, or configure plain HTTP for it on each node; set probe.insecure to let imagelint use plain HTTP, too",
			Cluster: pullFails(a.img, cannotResolve(a.img)+": http: server gave HTTP response to HTTPS client"),
		})
	}
}
