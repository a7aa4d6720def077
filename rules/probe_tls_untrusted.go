package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ProbeTLSUntrusted reports a registry with an untrusted certificate.
var ProbeTLSUntrusted = lint.Rule{
	ID: "probe-tls-untrusted", Group: groupProbe, Severity: lint.Error, Levels: "error; warning in a field that is only likely to be an image, unless --probe-strict",
	Check: checkProbeTLSUntrusted,
	Doc: lint.Doc{
		Title: `the registry's certificate is not trusted`,
		Why:   `The certificate is signed by an authority that this machine does not trust, is for another name, or has expired. If the nodes trust the authority, add its certificate to probe.ca-files.`,
		Bad:   `image: registry.internal.example/app:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbeTLSUntrusted(p *lint.Pass) {
	for a := range probedWith(p, lint.Untrusted) {
		at := imageref.Locate(a.img.Raw).Registry
		a.report(p, lint.Finding{
			Severity: unasked(p, byConfidence(a.img)), Span: a.img.At(at.Start, at.End),
			Message: fmt.Sprintf("%s: this machine does not trust the registry %s: %s", a.imageText(), quote(a.img.Ref.Registry), a.result.Pod.Detail),
			Help:    "install the issuer's certificate on each node; if the nodes have it, add it to probe.ca-files",
			Cluster: pullFails(a.img, cannotResolve(a.img)+": tls: failed to verify certificate: x509"),
		})
	}
}
