package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// RegistryNew reports the first image from a registry.
var RegistryNew = lint.Rule{
	ID: "registry-new", Group: "policy", Severity: lint.Info, Levels: "info",
	Check:  checkRegistryNew,
	IsIdle: func(p *lint.Pass, _ *source.File) bool { return p.Settings.BaseRegistries == nil },
	Doc: lint.Doc{
		Title: `first image from a registry`,
		Why:   `Runs with --new-from: the manifests at the base revision had no image from this registry. Nodes behind a firewall or a proxy cannot pull from a registry that is not open to them, and a private one needs a pull secret. Each new registry is reported once, at its first image. Charts and kustomizations are not rendered at the base revision: there, a registry counts as known if any manifest, template or file of values in the repository named it, and Docker Hub if there was a chart or kustomization. Registries on the node itself are skipped.`,
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
		if img.Confidence == manifests.Guess {
			continue
		}
		seen[registry] = true
		from, to := nameSpan(img)
		if at := imageref.Locate(img.Raw).Registry; at.End > at.Start {
			from, to = at.Start, at.End
		}
		p.ReportImage(w, img, lint.Finding{
			Span: img.At(from, to), FingerprintKey: registry,
			Message: fmt.Sprintf("image %s is the first from %s in these manifests", quote(img.Raw), registry),
			Help:    "check that nodes can reach the registry, and that pods have a pull secret if it needs one",
		})
	}
}

// isOnNode reports whether the host of a registry is the node itself.
func isOnNode(registry string) bool {
	host, _, _ := strings.Cut(registry, ":")
	return host == "localhost" || strings.HasPrefix(host, "127.")
}
