package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
)

// KustomizeImageUnused reports an entry of images in a kustomization that matches no image.
var KustomizeImageUnused = lint.Rule{
	ID: "kustomize-image-unused", Group: "input", Severity: lint.Warning, Levels: "warning",
	Check: checkKustomizeImageUnused,
	Doc: lint.Doc{
		Title: `an images entry of a kustomization matches no image`,
		Why:   `kustomize does not report entries that change nothing, so the tag that the entry sets is not the one that runs. Reported if the kustomization was built and nothing in its files has the name.`,
		Bad:   `- name: acme/web`,
		Good:  `- name: ghcr.io/acme/web`,
		Since: "0.1.0",
	},
}

func checkKustomizeImageUnused(p *lint.Pass) {
	for _, e := range p.Set.KustomizeImages {
		if e.Used {
			continue
		}
		p.Report(lint.Finding{
			Span: e.Span, Severity: lint.Warning,
			Message: fmt.Sprintf("no image in the kustomization has the name %s, so the entry changes nothing", quote(e.Name)),
			Help:    "use the whole name from the manifests, without a tag, or remove the entry",
		})
	}
}
