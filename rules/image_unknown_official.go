package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageUnknownOfficial reports: name without an owner is no Docker Official Image.
var ImageUnknownOfficial = lint.Rule{
	ID: "image-unknown-official", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning; error with a near name",
	Check:    knowing(catalog.Builtin, checkImageUnknownOfficial),
	Outranks: []string{"image-latest", "image-tag-floating", "image-tag-missing"},
	Doc: lint.Doc{
		Title: `name without an owner is no Docker Official Image`,
		Why:   `A name without a slash means docker.io/library/NAME, where only Docker Official Images stand. An image that was built locally, or whose registry was forgotten, is not there. A name one letter away from an official one, or commonly mistaken for one, is an error; with imagePullPolicy Never, or a tag such as local or dev, it stays a warning.`,
		Bad:   `image: nginxy:1.27.3`,
		Good:  `image: nginx:1.27.3`,
		Since: "0.1.0",
	},
}

func checkImageUnknownOfficial(p *lint.Pass, k *catalogKnowledge) {
	for w, img := range p.Parsed() {
		name, mirror, ok := catalog.OfficialName(img.Ref.Registry, img.Ref.Repository)
		if !ok || img.Untagged && img.Field == manifests.FieldScalar || p.IsLocal(img) || isHostOnly(img) || isImageID(img.Raw) {
			continue
		}
		if _, official := k.image(img); official {
			continue
		}
		if _, official := catalog.Builtin().Lookup(img.Ref.Registry, img.Ref.Repository); official {
			continue // newer than the user's catalog
		}
		from, to := nameSpan(img)
		f := lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)), Span: img.At(from, to),
			Message: fmt.Sprintf("image %s names no Docker Official Image", quote(img.Raw)),
			Cluster: pullFails(img, denied),
		}
		near, typo := k.open().NearOfficial(name)
		target, alias := catalog.Alias(name)
		if mirror && !typo {
			continue // what a copy holds besides is not known
		}
		switch _, placeholder := placeholderIn(p, img); {
		case typo, alias && target != "":
			if near == "" {
				near = target
			}
			f.Severity, f.Help = surelyUnknown(img), fmt.Sprintf("did you mean %s?", quote(near))
			if mirror {
				near = img.Raw[from:to-len(name)] + near
				f.Help = fmt.Sprintf("did you mean %s?", quote(near))
			}
			if typo {
				f.Fix = replaceFix(img, renamed(img, near), false)
			}
		case alias:
			f.Severity, f.Help = surelyUnknown(img), "scratch is a word of Dockerfiles, and no image that can be pulled"
		case placeholder:
			continue
		case isScaffold(w, img):
			f.Message = fmt.Sprintf("image %s stands for the image that is built of this operator", quote(img.Raw))
			f.Help = "replace it: kustomize edit set image controller=registry.example.com/team/NAME:TAG"
		default:
			f.Message += ", and " + onlyThose(img)
			f.Help = "write the registry and owner in front (registry.example.com/team/" + name + "), or push the image where the nodes can pull it"
		}
		p.ReportImage(w, img, f)
	}
}

// isScaffold reports whether an image is the one that Kubebuilder's scaffold writes for a controller, into the namespace "system". "make deploy"
// replaces both, so that there is but one thing to say of it.
func isScaffold(w *manifests.Workload, img *manifests.ImageRef) bool {
	return img.Raw == "controller:latest" && w.Namespace == "system"
}

// onlyThose says why the lack of an official image matters: on the way the name is written.
func onlyThose(img *manifests.ImageRef) string {
	if from, to := nameSpan(img); strings.Contains(img.Raw[from:to], "library/") {
		return "\"library/\" holds only those"
	}
	return "only those have no owner in their name"
}

// surelyUnknown is the severity of a name that must be a mistake, unless the policy or the tag speaks of an image of one's own.
func surelyUnknown(img *manifests.ImageRef) lint.Severity {
	switch img.Ref.Tag {
	case "local", "dev", "test", "custom", "debug":
		return min(lint.Warning, byConfidence(img))
	}
	return capIfNeverPulled(img, byConfidence(img))
}

// capIfNeverPulled keeps to a warning where no registry is asked: the image may be on the nodes.
func capIfNeverPulled(img *manifests.ImageRef, s lint.Severity) lint.Severity {
	if isNever(img) {
		return min(lint.Warning, s)
	}
	return s
}
