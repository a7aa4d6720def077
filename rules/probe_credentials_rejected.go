package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
)

// ProbeCredentialsRejected reports: credentials of a pull secret that the registry refuses.
var ProbeCredentialsRejected = lint.Rule{
	ID: "probe-credentials-rejected", Group: groupProbe, Severity: lint.Error, Levels: "error; warning in a field that is only likely an image",
	Check: checkProbeCredentialsRejected,
	Doc: lint.Doc{
		Title: `credentials of a pull secret that the registry refuses`,
		Why:   `The registry does not take the user and password themselves: they are wrong, revoked, or expired. The kubelet makes no anonymous attempt behind them, so that even a public image is not pulled.`,
		Bad:   `image: ghcr.io/acme/private:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbeCredentialsRejected(p *lint.Pass) {
	for a := range probedWith(p, lint.Rejected) {
		f := lint.Finding{
			Severity: byConfidence(a.img),
			Message:  fmt.Sprintf("%s: %s does not take the credentials of pull secret %s", a.imageText(), registryName(a.img), quote(a.result.Pod.Secret)),
			Help:     "renew the secret; tokens of cloud registries last for hours",
			Cluster:  pullFails(a.img, containerdRefusal(a.img, a.result.Pod)),
		}
		switch {
		case a.result.Public:
			f.Message = fmt.Sprintf("%s is open to everybody, but %s does not take the credentials of pull secret %s", a.imageText(), registryName(a.img), quote(a.result.Pod.Secret))
			f.Help = "renew the secret, or take it off this pod: the kubelet makes no attempt without it"
		case a.result.User.Outcome == lint.Exists:
			f.Message = fmt.Sprintf("%s exists, but %s does not take the credentials of pull secret %s", a.imageText(), registryName(a.img), quote(a.result.Pod.Secret))
		}
		p.ReportImage(a.w, a.img, f)
	}
}
