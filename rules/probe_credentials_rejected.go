package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
)

// ProbeCredentialsRejected reports credentials in a pull secret that the registry rejects.
var ProbeCredentialsRejected = lint.Rule{
	ID: "probe-credentials-rejected", Group: groupProbe, Severity: lint.Error, Levels: "error; warning in a field that is only likely to be an image",
	Check: checkProbeCredentialsRejected,
	Doc: lint.Doc{
		Title: `the registry rejects the credentials of a pull secret`,
		Why:   `The registry rejects the user name and password: they are wrong, revoked, or expired. The kubelet does not fall back to an anonymous pull, so even a public image is not pulled.`,
		Bad:   `image: ghcr.io/acme/private:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbeCredentialsRejected(p *lint.Pass) {
	for a := range probedWith(p, lint.Rejected) {
		f := lint.Finding{
			Severity: byConfidence(a.img),
			Message:  fmt.Sprintf("%s: %s rejects the credentials of pull secret %s", a.imageText(), registryName(a.img), quote(a.result.Pod.Secret)),
			Help:     "renew the secret; tokens of cloud registries expire within hours",
			Cluster:  pullFails(a.img, containerdRefusal(a.img, a.result.Pod)),
		}
		switch {
		case a.result.As == lint.AsMe:
			f.Message = fmt.Sprintf("%s: %s does not take your own credentials", a.imageText(), registryName(a.img))
			f.Help = "log in to " + a.img.Ref.Registry + " again"
		case a.result.Public:
			f.Message = fmt.Sprintf("%s is public, but %s rejects the credentials of pull secret %s", a.imageText(), registryName(a.img), quote(a.result.Pod.Secret))
			f.Help = "renew the secret, or remove it from this pod: the kubelet does not retry without it"
		case a.result.User.Outcome == lint.Exists:
			f.Message = fmt.Sprintf("%s exists, but %s rejects the credentials of pull secret %s", a.imageText(), registryName(a.img), quote(a.result.Pod.Secret))
		}
		a.report(p, f)
	}
}
