package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
)

// ProbeRepoNotFound reports: a repository that is not there, or is not open to the pod.
var ProbeRepoNotFound = lint.Rule{
	ID: "probe-repo-not-found", Group: groupProbe, Severity: lint.Error, Levels: "error; warning where credentials that are not in the input may open it",
	Check: checkProbeRepoNotFound,
	Doc: lint.Doc{
		Title: `a repository that is not there, or is not open to the pod`,
		Why:   `The registry does not know the repository. Docker Hub gives strangers the same answer for what is private and for what does not exist; then the finding says so.`,
		Bad:   `image: docker.io/acme/ap:1.4.2`,
		Good:  `image: docker.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbeRepoNotFound(p *lint.Pass) {
	for a := range probedWith(p, lint.RepoMissing, lint.Denied) {
		from, to := nameSpan(a.img)
		f := lint.Finding{Severity: a.unlessUnseen(p), Span: a.img.At(from, to), Cluster: pullFails(a.img, denied)}
		switch {
		case a.result.Pod.Outcome == lint.RepoMissing && a.result.Pod.RegistryMessage != "":
			f.Message = fmt.Sprintf("%s: %s says %s", a.imageText(), registryName(a.img), quote(a.result.Pod.RegistryMessage))
			f.Help = "find out where the image is published now; no credentials open what is gone"
			f.Severity = byConfidence(a.img)
			f.Cluster = pullFails(a.img, containerdRefusal(a.img, a.result.Pod))
		case a.result.Pod.Outcome == lint.RepoMissing:
			f.Message = fmt.Sprintf("%s: %s has no repository %s", a.imageText(), registryName(a.img), quote(a.img.Ref.Repository))
			f.Help = orSimilarName(a.img, "compare the name with the registry's own page, letter by letter")
			f.Severity = byConfidence(a.img)
			f.Cluster = pullFails(a.img, notFound(a.img))
		case !isAbsentOrPrivate(a), a.fails(p):
			continue
		default:
			f.Message = fmt.Sprintf("%s is absent or private: Docker Hub does not tell which, and %s", a.imageText(), a.bringsNone(p))
			f.Help = orSimilarName(a.img, "compare the name with the page of the image on Docker Hub; for a private one, name a pull secret with the key \"https://index.docker.io/v1/\"")
		}
		p.ReportImage(a.w, a.img, f)
	}
}

// isAbsentOrPrivate reports whether a refusal is Docker Hub's to strangers, who cannot know more. Its other refusals are of credentials.
func isAbsentOrPrivate(a probed) bool {
	return a.img.Ref.Registry == "docker.io" && a.result.Pod.Secret == "" && a.result.User.Outcome != lint.Exists && !isMissingForYou(a)
}
