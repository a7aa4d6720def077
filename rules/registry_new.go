package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// RegistryNew reports: first image of a registry.
var RegistryNew = lint.Rule{
	ID: "registry-new", Group: "policy", Severity: lint.Info, Levels: "info",
	Check: checkRegistryNew,
	Doc: lint.Doc{
		Title: `first image of a registry`,
		Why:   `Runs with --new-from: no image of the registry was in the manifests at the revision that they are compared with. Nodes behind a firewall or a proxy cannot pull from a registry that nobody has opened for them, and a private one wants a pull secret. Each new registry is reported once, at its first image; images of rendered charts, which are not rendered as they were, are left out, and so are registries on the node itself.`,
		Bad:   `image: ghcr.io/acme/app:1.4.2`,
		Good:  `image: registry.example.com/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkRegistryNew(p *lint.Pass) {
	if p.Settings.BaseRegistries == nil {
		return
	}
	seen := map[string]bool{}
	for w, img := range p.Parsed() {
		registry := img.Ref.Registry
		if registry == "" || seen[registry] || isOnNode(registry) || slices.Contains(p.Settings.BaseRegistries, registry) {
			continue
		}
		if at := w.Span.File; at != nil && at.InMemory || img.Confidence == manifests.Guess { // it was rendered, or is but a guess
			continue
		}
		seen[registry] = true
		from, to := nameSpan(img)
		if at := imageref.Locate(img.Raw).Registry; at.End > at.Start {
			from, to = at.Start, at.End
		}
		p.ReportImage(w, img, lint.Finding{
			Span: img.At(from, to), FingerprintKey: registry,
			Message: fmt.Sprintf("image %s is the first of %s in these manifests", quote(img.Raw), registry),
			Help:    "check that nodes reach the registry, and that pods have a pull secret where it wants one",
		})
	}
}

// isOnNode reports whether a registry's host is the node itself.
func isOnNode(registry string) bool {
	host, _, _ := strings.Cut(registry, ":")
	return host == "localhost" || strings.HasPrefix(host, "127.")
}
