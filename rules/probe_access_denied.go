package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// ProbeAccessDenied reports an image to which the registry denies the pod access.
var ProbeAccessDenied = lint.Rule{
	ID: "probe-access-denied", Group: groupProbe, Severity: lint.Error, Levels: "error; warning if nodes may have their own credentials, or credentials are not in the input",
	Check: checkProbeAccessDenied,
	Doc: lint.Doc{
		Title: `the registry denies the image to the pod`,
		Why:   `The registry denies the pull, with the credentials in the pod's pull secrets, or without any. Cloud nodes may have their own credentials for the cloud's registry, which no manifest shows; then it is a warning.`,
		Bad:   `image: ghcr.io/acme/private:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

// isMissingForYou reports whether imagelint's user has access to the repository, and the image is not there.
func isMissingForYou(a probed) bool {
	return a.result.User.Outcome == lint.TagMissing || a.result.User.Outcome == lint.DigestMissing
}

// deniedOther returns the message and help for a denial of a request that was not made as the pod: anonymous, or with the user's
// logins.
func (a probed) deniedOther(p *lint.Pass, key string) (message, help string) {
	registry, you := registryName(a.img), a.result.User
	help = "make the repository public; where it is to stay private, tell those who install this to bring a pull secret with the key " + key
	switch {
	case a.result.As == lint.AsMe:
		return fmt.Sprintf("%s does not exist or is private: %s does not say which, and %s", a.imageText(), registry, a.bringsNone(p)),
			"compare the name letter by letter; for a private image, log in to " + a.img.Ref.Registry + " with an account that may pull it"
	case you.Outcome == lint.Exists:
		return fmt.Sprintf("%s exists for you, but %s refuses anonymous pulls", a.imageText(), registry), help
	case isMissingForYou(a):
		what := "tag " + quote(tagOf(a.img))
		if you.Outcome == lint.DigestMissing {
			what = "such digest"
		}
		push := "push it, and "
		if near := nearTags(a.result); near != "" {
			push = "there is " + near + ": write that or push what is missing, and "
		}
		help = push + help
		return fmt.Sprintf("%s: for you, %s has no %s in this repository, and it refuses anonymous pulls", a.imageText(), registry, what), help
	}
	return fmt.Sprintf("%s does not exist or is private: %s does not say which, and %s", a.imageText(), registry, a.bringsNone(p)), "push it; " + help
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
			f.Message = fmt.Sprintf("%s is public, but pull secret %s is denied, and the kubelet does not retry without it", a.imageText(), quote(pod.Secret))
			f.Help = "remove the secret from this pod, or its key for " + a.img.Ref.Registry + " from the secret; or give its account the right to pull this repository"
		case isOtherRefusal(pod):
			f.Severity = byConfidence(a.img)
			f.Message = fmt.Sprintf("%s is denied by %s (%d)", a.imageText(), registryName(a.img), pod.Status)
			f.Help = "credentials do not change this answer: do what it says"
		case a.result.As != lint.AsPod:
			f.Message, f.Help = a.deniedOther(p, key)
		case you.Outcome == lint.Exists && pod.Secret != "":
			f.Message = fmt.Sprintf("you can pull %s, but pull secret %s is denied", a.imageText(), quote(pod.Secret))
			f.Help = "give the account of the secret the right to pull this repository"
		case you.Outcome == lint.Exists:
			f.Message = fmt.Sprintf("you can pull %s, but this pod has no credentials for %s", a.imageText(), registryName(a.img))
			f.Help = "name a pull secret with the key " + key + ", in the pod or its service account"
		case isMissingForYou(a):
			what, rest, help := "tag "+quote(tagOf(a.img)), "this pod has no credentials for it", "name a pull secret with the key "+key
			if you.Outcome == lint.DigestMissing {
				what = "such digest"
			}
			if pod.Secret != "" {
				rest, help = "pull secret "+quote(pod.Secret)+" is denied", "give the account of the secret the right to pull"
			}
			f.Message = fmt.Sprintf("%s: with your login, %s has no %s in this repository, and %s", a.imageText(), registryName(a.img), what, rest)
			f.Help = "write one that exists, and " + help
			if near := nearTags(a.result); near != "" {
				f.Help = "the registry has " + near + "; and " + help
			}
		case pod.Secret != "":
			f.Message = fmt.Sprintf("pull secret %[2]s is denied %[1]s: the image does not exist, or that account may not pull it", a.imageText(), quote(pod.Secret))
			f.Help = "check the name, and the permissions of the secret's account"
		default:
			f.Message = fmt.Sprintf("%s does not exist or is private: %s does not say which, and %s", a.imageText(), registryName(a.img), a.bringsNone(p))
			f.Help = "check the name; for a private image, name a pull secret with the key " + key
		}
		if pod.RegistryMessage != "" {
			f.Message += fmt.Sprintf("; %s says %s", registryName(a.img), quote(pod.RegistryMessage))
		}
		if a.result.As == lint.AsPod && pod.Secret == "" && isAmbient(a.img) && !isOtherRefusal(pod) {
			f.Severity = min(f.Severity, lint.Warning)
			f.Help += "; nodes with their own credentials for the registry need none"
		}
		a.report(p, f)
	}
}

// isOtherRefusal reports whether a registry denies a request for a reason other than its credentials, and returns the reason.
func isOtherRefusal(a lint.Answer) bool {
	return a.RegistryMessage != "" && a.Status != 401 && a.Status != 403
}
