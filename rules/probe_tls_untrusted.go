package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ProbeTLSUntrusted reports: a registry whose certificate is not trusted.
var ProbeTLSUntrusted = lint.Rule{
	ID: "probe-tls-untrusted", Group: groupProbe, Severity: lint.Error, Levels: "error; warning in a field that is only likely an image",
	Check: checkProbeTLSUntrusted,
	Doc: lint.Doc{
		Title: `a registry whose certificate is not trusted`,
		Why:   `The certificate is signed by nobody whom this machine trusts, is for another name, or has expired. Nodes may trust more: name the certificate's issuer with probe.ca-files.`,
		Bad:   `image: registry.internal.example/app:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbeTLSUntrusted(p *lint.Pass) {
	for a := range probedWith(p, lint.Untrusted) {
		at := imageref.Locate(a.img.Raw).Registry
		p.ReportImage(a.w, a.img, lint.Finding{
			Severity: byConfidence(a.img), Span: a.img.At(at.Start, at.End),
			Message: fmt.Sprintf("%s: the registry %s cannot be trusted from here: %s", a.imageText(), quote(a.img.Ref.Registry), a.result.Pod.Detail),
			Help:    "install the issuer's certificate on each node; where the nodes have it, name it to imagelint with probe.ca-files",
			Cluster: pullFails(a.img, cannotResolve(a.img)+": tls: failed to verify certificate: x509"),
		})
	}
}
