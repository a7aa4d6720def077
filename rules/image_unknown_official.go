package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageUnknownOfficial reports a name without an owner that is not a Docker Official Image.
var ImageUnknownOfficial = lint.Rule{
	ID: "image-unknown-official", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning; error if a similar name is known",
	Check: knowing(catalog.Builtin, checkImageUnknownOfficial), ChecksEntries: true,
	Outranks: []string{"image-latest", "image-tag-floating", "image-tag-missing"},
	Doc: lint.Doc{
		Title: `name without an owner is not a Docker Official Image`,
		Why:   `A name without a slash means docker.io/library/NAME, which contains only Docker Official Images. An image that was built locally, or whose registry was forgotten, is not there. A name one letter away from an official one, or commonly mistaken for one, is an error; with imagePullPolicy Never, or a tag such as local or dev, it stays a warning. A name one letter away is an error in copies of Docker Hub, too: mirror.gcr.io, public.ecr.aws/docker/library, and those that probe.mirrors of the configuration names; other unknown names are not reported there. Below a mirror of Docker Hub in probe.mirrors, a name without library/ is a warning, because it may be one of the mirror's own.`,
		Bad:   `image: nginxy:1.27.3`,
		Good:  `image: nginx:1.27.3`,
		Since: "0.1.0",
	},
}

func checkImageUnknownOfficial(p *lint.Pass, k *catalogKnowledge) {
	for w, img := range p.Parsed() {
		name, mirror, ok := k.open().OfficialName(img.Ref.Registry, img.Ref.Repository)
		if !ok || img.Untagged && img.Field == manifests.FieldScalar || p.IsLocal(img) || isHostOnly(img) || isImageID(img.Raw) {
			continue
		}
		if _, official := k.image(img); official {
			continue
		}
		if _, official := catalog.Builtin().Lookup("docker.io", "library/"+name); official {
			continue // newer than the user's catalog
		}
		from, to := nameSpan(img)
		f := lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)), Span: img.At(from, to),
			Message: fmt.Sprintf("image %s is not a Docker Official Image", quote(img.Raw)),
			Cluster: pullFails(img, denied),
		}
		near, typo := k.open().NearOfficial(name)
		target, alias := catalog.Alias(name)
		if mirror && !typo {
			continue // a mirror may have other images, too
		}
		if selects(w, img) || lint.IsKustomization(w) && !typo {
			continue // what the entry makes of the images of its files is judged there
		}
		switch _, placeholder := placeholderIn(p, img); {
		case typo, alias && target != "":
			if near == "" {
				near = target
			}
			f.Severity, f.Help = surelyUnknown(img), fmt.Sprintf("did you mean %s?", quote(near))
			if mirror {
				near = img.Raw[from:to-len(name)] + k.library(img) + near
				f.Help = fmt.Sprintf("did you mean %s?", quote(near))
			}
			if k.open().IsShortOfHub(img.Ref.Registry, img.Ref.Repository) {
				f.Severity = min(lint.Warning, f.Severity) // it may be an image of the mirror's own
			}
			if typo {
				f.Fix = replaceFix(img, renamed(img, near), false)
			}
		case alias:
			f.Severity, f.Help = surelyUnknown(img), "scratch is a keyword in Dockerfiles, not an image that can be pulled"
		case placeholder:
			continue
		case isScaffold(w, img):
			f.Message = fmt.Sprintf("image %s is a placeholder for the image built from this operator", quote(img.Raw))
			f.Help = "replace it: kustomize edit set image controller=registry.example.com/team/NAME:TAG"
		default:
			f.Message += ", and " + onlyThose(img)
			f.Help = "add the registry and owner (registry.example.com/team/" + name + "), or push the image to a registry that the nodes can reach"
		}
		p.ReportImage(w, img, f)
	}
}

// library returns the folder of Docker Official Images that is missing in a name of a mirror that does not add it, or "".
func (k *catalogKnowledge) library(img *manifests.ImageRef) string {
	host, known := catalog.LookupHost(img.Ref.Registry)
	if known && host.CachesLibrary && k.open().IsShortOfHub(img.Ref.Registry, img.Ref.Repository) {
		return "library/"
	}
	return ""
}

// isScaffold reports whether an image is the placeholder for a controller in Kubebuilder's scaffold, in the namespace "system". "make deploy"
// replaces both, so one finding is enough.
func isScaffold(w *manifests.Workload, img *manifests.ImageRef) bool {
	return img.Raw == "controller:latest" && w.Namespace == "system"
}

// onlyThose returns a clause about why the name must be that of an official image.
func onlyThose(img *manifests.ImageRef) string {
	if from, to := nameSpan(img); strings.Contains(img.Raw[from:to], "library/") {
		return "names under \"library/\" always refer to one"
	}
	return "names without an owner always refer to one"
}

// surelyUnknown returns the severity for a name that must be wrong, lowered if the policy or the tag suggests a local image.
func surelyUnknown(img *manifests.ImageRef) lint.Severity {
	switch img.Ref.Tag {
	case "local", "dev", "test", "custom", "debug":
		return min(lint.Warning, byConfidence(img))
	}
	return capIfNeverPulled(img, byConfidence(img))
}

// capIfNeverPulled lowers a severity to a warning if the policy is Never: the image may be on the nodes.
func capIfNeverPulled(img *manifests.ImageRef, s lint.Severity) lint.Severity {
	if isNever(img) {
		return min(lint.Warning, s)
	}
	return s
}
