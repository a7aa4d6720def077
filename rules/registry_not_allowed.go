package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// RegistryNotAllowed reports: image comes from a registry that is not on the list.
var RegistryNotAllowed = lint.Rule{
	ID: "registry-not-allowed", Group: "policy", Severity: lint.Warning, Levels: "warning",
	Check: checkRegistryNotAllowed,
	Doc: lint.Doc{
		Title: `image comes from a registry that is not on the list`,
		Why:   `Runs when the configuration lists allow-registries, or --allow-registry names some. An entry is a host, or a host and the beginning of a path; a reference without a host is on docker.io.`,
		Bad:   `image: quay.io/acme/app:1.4.2`,
		Good:  `image: registry.example.com/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkRegistryNotAllowed(p *lint.Pass) {
	if len(p.Settings.AllowedRegistries) == 0 {
		return
	}
	for w, img := range p.Parsed() {
		if img.Ref.Registry == "" || isAllowed(p.Settings.AllowedRegistries, img.Ref) {
			continue
		}
		from, to := nameSpan(img)
		if at := imageref.Locate(img.Raw).Registry; at.End > at.Start {
			from, to = at.Start, at.End
		}
		p.ReportImage(w, img, lint.Finding{
			Severity: min(lint.Warning, bySureness(img)), Span: img.At(from, to),
			Message: fmt.Sprintf("image %s comes from %s, which is not among the allowed registries", quote(img.Raw), img.Ref.Registry),
			Help:    "use a copy in " + strings.Join(p.Settings.AllowedRegistries, " or "),
		})
	}
}

// isAllowed compares whole components: an entry "ghcr.io/acme" allows ghcr.io/acme/app, and neither ghcr.io/acmeevil nor ghcr.io.evil.com.
func isAllowed(list []string, r imageref.Ref) bool {
	name := r.Name()
	for _, entry := range list {
		entry = strings.TrimSuffix(entry, "/")
		if entry == "index.docker.io" || strings.HasPrefix(entry, "index.docker.io/") {
			entry = strings.TrimPrefix(entry, "index.")
		}
		if suffix, ok := strings.CutPrefix(entry, "*."); ok {
			if strings.HasSuffix(r.Registry, "."+suffix) {
				return true
			}
			continue
		}
		if name == entry || strings.HasPrefix(name, entry+"/") {
			return true
		}
	}
	return false
}
