package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageRegistryTypo reports a registry that looks like a misspelled well-known one, or one that other images use.
var ImageRegistryTypo = lint.Rule{
	ID: "image-registry-typo", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning",
	Check: checkImageRegistryTypo, ChecksEntries: true,
	Doc: lint.Doc{
		Title: `registry looks like a typo of a well-known one, or of one that the input often uses`,
		Why:   `A single wrong letter sends the request, and the credentials, to someone else's server. The web site of a registry is another host, or has other paths, and so has the API of Artifactory. No host has a top-level domain of one letter. A host that is used once, and differs by a typing error from one that is used at least five times, is reported, too, if no pull secret and no setting names it: two letters are swapped, one is doubled, or one is missing, too many or the wrong one inside of a long word, such as a top-level domain of five letters or more. Numbers, short words, and letters that may stand for a region or an environment are no typing errors.`,
		Bad:   `image: ghrc.io/acme/app:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkImageRegistryTypo(p *lint.Pass) {
	typos := newHostTypos(p)
	for w, img := range p.Parsed() {
		if selects(w, img) {
			continue
		}
		if what, image, ok := imageref.WebPage(img.Raw); ok && !p.IsLocal(img) {
			reportWebPage(p, w, img, what, image)
			continue
		}
		host := img.Ref.Registry
		typo, ok := typos.of(img)
		if host == "" && !p.IsLocal(img) { // an underscore makes the host a part of the path
			host, _, _ = strings.Cut(img.Ref.Repository, "/")
			typo, ok = registries.HostTypo(host)
		}
		if !ok {
			continue
		}
		at := imageref.Locate(img.Raw).Registry
		if img.Ref.Registry == "" {
			at.End = len(host)
		}
		f := lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)), Span: img.At(at.Start, at.End),
			Message: fmt.Sprintf("registry %s %s", quote(host), typo.Why),
			Help:    "correct the registry",
			Cluster: pullFails(img, cannotResolve(img)),
		}
		if typo.Right != "" {
			f.Help = fmt.Sprintf("did you mean %s?", quote(typo.Right))
			f.Fix = fixHost(img, at, typo.Right)
		}
		p.ReportImage(w, img, f)
	}
}

// hasWrongHost reports whether a rule says of the host of an image that it is not a registry: a misspelling, the address of a web page or of an API, or a
// placeholder.
func hasWrongHost(p *lint.Pass, img *manifests.ImageRef) bool {
	_, _, isPage := imageref.WebPage(img.Raw)
	typo, isTypo := registries.HostTypo(img.Ref.Registry)
	if (isPage || isTypo && !typo.Private && !isException(typo, img) && !p.Plan.HasAnswered(img.Ref.Registry)) && !p.IsLocal(img) {
		return true
	}
	at, ok := placeholderIn(p, img)
	return ok && at == imageref.Locate(img.Raw).Registry
}

// reportWebPage reports the address of a registry's web page or API that is a reference by its form.
func reportWebPage(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef, what, image string) {
	f := lint.Finding{
		Severity: min(lint.Warning, byConfidence(img)), Span: img.Span,
		Message: fmt.Sprintf("image %s is the address of %s, not a reference", quote(img.Raw), what),
		Help:    "write the reference of the pull command that the page shows",
		Cluster: pullFails(img, denied),
	}
	if _, wrong := registries.HostTypo(img.Ref.Registry); wrong {
		f.Cluster = pullFails(img, cannotResolve(img))
	}
	if image != "" {
		f.Help = "write " + quote(image)
		f.Fix = replaceFix(img, image, false)
	}
	p.ReportImage(w, img, f)
}

// fixHost returns a fix that replaces the registry of a reference.
func fixHost(img *manifests.ImageRef, at imageref.Range, host string) *lint.Fix {
	return replaceFix(img, img.Raw[:at.Start]+host+img.Raw[at.End:], false)
}
