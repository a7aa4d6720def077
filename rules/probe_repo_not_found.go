package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
)

// ProbeRepoNotFound reports a repository that does not exist, or to which the pod has no access.
var ProbeRepoNotFound = lint.Rule{
	ID: "probe-repo-not-found", Group: groupProbe, Severity: lint.Error, Levels: "error; warning if credentials that are not in the input may give access",
	Check: checkProbeRepoNotFound,
	Doc: lint.Doc{
		Title: `the repository does not exist, or the pod may not pull it`,
		Why:   `The registry does not know the repository. Without a login, Docker Hub gives the same answer for a private repository and a missing one; then the finding says so.`,
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
			f.Help = "find out where the image is published now; credentials do not help"
			f.Severity = byConfidence(a.img)
			f.Cluster = pullFails(a.img, containerdRefusal(a.img, a.result.Pod))
		case a.result.Pod.Outcome == lint.RepoMissing:
			f.Message = fmt.Sprintf("%s: %s has no repository %s", a.imageText(), registryName(a.img), quote(a.img.Ref.Repository))
			f.Help = orSimilarName(a.img, "compare the name with the registry's own page")
			f.Severity = byConfidence(a.img)
			f.Cluster = pullFails(a.img, notFound(a.img))
		case !isAbsentOrPrivate(a), a.fails(p):
			continue
		default:
			f.Message = fmt.Sprintf("%s does not exist or is private: Docker Hub does not say which, and %s", a.imageText(), a.bringsNone(p))
			help := "name a pull secret with the key \"https://index.docker.io/v1/\""
			switch a.result.As {
			case lint.AsAnonymous:
				help = "make the repository public"
			case lint.AsMe:
				help = "log in to docker.io with an account that may pull it"
			}
			f.Help = orSimilarName(a.img, "compare the name with the image's page on Docker Hub; for a private one, "+help)
		}
		a.report(p, f)
	}
}

// isAbsentOrPrivate reports whether a denial is Docker Hub's answer to an anonymous request, which covers both. Its other denials are
// about credentials.
func isAbsentOrPrivate(a probed) bool {
	return a.img.Ref.Registry == "docker.io" && a.result.Pod.Secret == "" && a.result.User.Outcome != lint.Exists && !isMissingForYou(a)
}
