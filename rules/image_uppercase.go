package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageUppercase reports a repository name with upper-case letters.
var ImageUppercase = lint.Rule{
	ID: "image-uppercase", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkImageUppercase, ChecksValues: true,
	Doc: lint.Doc{
		Title: `repository name has upper-case letters`,
		Why:   `Repository names are lower case in every registry, even if the owner's name is not: GitHub's Acme/App is ghcr.io/acme/app. A capital letter in the first of several parts is valid, but then the part is read as a host name. A host without a dot or a port rarely resolves, and no tool can push to a name with capitals: if the part looks like an owner on Docker Hub, followed by one more part, it is an error. Otherwise it is a warning, since the host may exist.`,
		Bad:   `image: ghcr.io/Acme/app:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkImageUppercase(p *lint.Pass) {
	checkCause(imageref.Uppercase)(p)
	for w, img := range p.Parsed() {
		host := img.Ref.Registry
		if host == strings.ToLower(host) || strings.ContainsAny(host, ".:") || p.IsLocal(img) {
			continue
		}
		if _, placeholder := placeholderIn(p, img); placeholder {
			continue
		}
		at := imageref.Locate(img.Raw).Registry
		severity := min(lint.Warning, byConfidence(img))
		if isHubOwner(strings.ToLower(host)) && !strings.Contains(img.Ref.Repository, "/") {
			severity = capIfNeverPulled(img, byConfidence(img))
		}
		p.ReportImage(w, img, lint.Finding{
			Severity: severity, Span: img.At(at.Start, at.End),
			Message: fmt.Sprintf("image %s begins with %s, which is read as a registry host because of its capital letters", quote(img.Raw), quote(host)),
			Help:    fmt.Sprintf("write %s, if it is on Docker Hub", quote(strings.ToLower(host)+img.Raw[at.End:])),
			Cluster: pullFails(img, fmt.Sprintf("dial tcp: lookup %s: no such host", host)),
			Fix:     replaceFix(img, strings.ToLower(host)+img.Raw[at.End:], false),
		})
	}
}

// isHubOwner reports whether a name is a valid owner on Docker Hub.
func isHubOwner(name string) bool {
	if len(name) < 2 || len(name) > 39 {
		return false
	}
	for i, c := range []byte(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		case (c == '-' || c == '_') && i > 0 && i < len(name)-1:
		default:
			return false
		}
	}
	return true
}
