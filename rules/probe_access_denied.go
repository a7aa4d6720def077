package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// ProbeAccessDenied reports: an image that the registry refuses to the pod.
var ProbeAccessDenied = lint.Rule{
	ID: "probe-access-denied", Group: groupProbe, Severity: lint.Error, Levels: "error; warning where nodes may have an identity of their own, or credentials are not in the input",
	Check: checkProbeAccessDenied,
	Doc: lint.Doc{
		Title: `an image that the registry refuses to the pod`,
		Why:   `The registry refuses the pod, with the credentials that its pull secrets hold, or without any. Nodes of a cloud may have an identity of their own at its registry, which no manifest shows: there, it is a warning.`,
		Bad:   `image: ghcr.io/acme/private:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

// isMissingForYou reports whether the user who runs imagelint may look into the repository, and what the pod asks for is not there.
func isMissingForYou(a probed) bool {
	return a.result.User.Outcome == lint.TagMissing || a.result.User.Outcome == lint.DigestMissing
}

func checkProbeAccessDenied(p *lint.Pass) {
	for a := range probedWith(p, lint.Denied) {
		if isAbsentOrPrivate(a) || a.fails(p) {
			continue
		}
		pod, you := a.result.Pod, a.result.User
		f := lint.Finding{Severity: a.unlessUnseen(p), Cluster: pullFails(a.img, unauthorized(a.img, pod))}
		key := quote(pullsecret.RecommendedKey(a.img.Ref.Registry))
		switch {
		case a.result.Public:
			f.Message = fmt.Sprintf("%s is open to everybody, but pull secret %s is refused, and the kubelet makes no attempt without it", a.imageText(), quote(pod.Secret))
			f.Help = "take the secret off this pod, or its key for " + a.img.Ref.Registry + " out of it; or give its account the right to pull this repository"
		case isOtherRefusal(pod):
			f.Severity = byConfidence(a.img)
			f.Message = fmt.Sprintf("%s is refused by %s (%d)", a.imageText(), registryName(a.img), pod.Status)
			f.Help = "no credentials help against this answer: follow what it says"
		case you.Outcome == lint.Exists && pod.Secret != "":
			f.Message = fmt.Sprintf("%s exists for you, but pull secret %s is refused", a.imageText(), quote(pod.Secret))
			f.Help = "give the account of the secret the right to pull this repository"
		case you.Outcome == lint.Exists:
			f.Message = fmt.Sprintf("%s exists for you, but this pod brings no credentials for %s", a.imageText(), registryName(a.img))
			f.Help = "name a pull secret with the key " + key + ", in the pod or its service account"
		case isMissingForYou(a):
			what, rest, mend := "tag "+quote(tagOf(a.img)), "this pod brings no credentials for it", "name a pull secret with the key "+key
			if you.Outcome == lint.DigestMissing {
				what = "such digest"
			}
			if pod.Secret != "" {
				rest, mend = "pull secret "+quote(pod.Secret)+" is refused", "give the account of the secret the right to pull"
			}
			f.Message = fmt.Sprintf("%s: for you, %s has no %s in this repository, and %s", a.imageText(), registryName(a.img), what, rest)
			f.Help = "write what is there, and " + mend
			if near := nearTags(a.result); near != "" {
				f.Help = "there is " + near + "; and " + mend
			}
		case pod.Secret != "":
			f.Message = fmt.Sprintf("%s is refused to pull secret %s: it is absent, or closed to that account", a.imageText(), quote(pod.Secret))
			f.Help = "compare the name letter by letter, and the rights of the secret's account"
		default:
			f.Message = fmt.Sprintf("%s is absent or private: %s does not tell which, and %s", a.imageText(), registryName(a.img), a.bringsNone(p))
			f.Help = "compare the name letter by letter; for a private image, name a pull secret with the key " + key
		}
		if pod.RegistryMessage != "" {
			f.Message += fmt.Sprintf("; %s says %s", registryName(a.img), quote(pod.RegistryMessage))
		}
		if pod.Secret == "" && isAmbient(a.img) && !isOtherRefusal(pod) {
			f.Severity = min(f.Severity, lint.Warning)
			f.Help += "; nodes that have an identity of their own at the registry need none"
		}
		p.ReportImage(a.w, a.img, f)
	}
}

// isOtherRefusal reports whether a registry refuses the request for another reason than who asks, and says which.
func isOtherRefusal(a lint.Answer) bool {
	return a.RegistryMessage != "" && a.Status != 401 && a.Status != 403
}
