package rules

import (
	"fmt"
	"path"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageUnknownOfficial reports: name without an owner is no Docker Official Image.
var ImageUnknownOfficial = lint.Rule{
	ID: "image-unknown-official", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning, or error with a near name",
	Check: checkImageUnknownOfficial,
	Doc: lint.Doc{
		Title: `name without an owner is no Docker Official Image`,
		Why:   `A name without a slash means docker.io/library/NAME, where only Docker Official Images stand. An image that was built locally, or whose registry was forgotten, is not there. A name one letter away from an official one, or commonly mistaken for one, is an error; with imagePullPolicy Never it stays a warning.`,
		Bad:   `image: nginxy:1.27.3`,
		Good:  `image: nginx:1.27.3`,
		Since: "0.1.0",
	},
}

func checkImageUnknownOfficial(p *lint.Pass) {
	for w, img := range p.Parsed() {
		name, ok := hubName(img)
		if !ok || img.Untagged && img.Field == manifests.FieldScalar || isInjected(img) || isLocal(p, img) || isHostOnly(img) || isImageID(img.Raw) ||
			isPlaceholderName(name) || p.Set.Kustomized[name] {
			continue
		}
		if _, official := catalog.LookupOfficial(name); official {
			continue
		}
		from, to := nameSpan(img)
		f := lint.Finding{
			Severity: min(lint.Warning, bySureness(img)), Span: img.At(from, to),
			Message: fmt.Sprintf("image %s names no Docker Official Image, and only those have no owner in their name", quote(img.Raw)),
			Help:    "write the registry and owner in front (registry.example.com/team/" + name + "), or push the image where the nodes can pull it",
			Cluster: pullFails(denied),
		}
		if near, ok := catalog.NearOfficial(name); ok {
			f.Message = fmt.Sprintf("image %s names no Docker Official Image", quote(img.Raw))
			f.Help = fmt.Sprintf("did you mean %s?", quote(near))
			f.Fix = mend(img, renamed(img, near), true)
			f.Severity = unlessNever(img, bySureness(img))
		} else if target, ok := catalog.Alias(name); ok {
			f.Message = fmt.Sprintf("image %s names no Docker Official Image", quote(img.Raw))
			f.Severity = unlessNever(img, bySureness(img))
			if f.Help = fmt.Sprintf("did you mean %s?", quote(target)); target == "" {
				f.Help = "scratch is a word of Dockerfiles, and no image that can be pulled"
			}
		}
		p.ReportImage(w, img, f)
	}
}

// unlessNever keeps to a warning where no registry is asked: the image may be on the nodes.
func unlessNever(img *manifests.ImageRef, s lint.Severity) lint.Severity {
	if img.Policy != nil && img.Policy.Value == "Never" {
		return min(lint.Warning, s)
	}
	return s
}

// isLocal reports whether the configuration says that an image is loaded onto the nodes.
func isLocal(p *lint.Pass, img *manifests.ImageRef) bool {
	for _, glob := range p.Settings.LocalImages {
		if ok, err := path.Match(glob, img.Raw); ok && err == nil {
			return true
		}
	}
	return false
}
