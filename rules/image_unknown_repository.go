package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageUnknownRepository reports a name that looks like a misspelled well-known one.
var ImageUnknownRepository = lint.Rule{
	ID: "image-unknown-repository", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning; error if all images of the owner are known",
	Check: knowing(catalog.Builtin, checkImageUnknownRepository),
	Doc: lint.Doc{
		Title: `repository is not known, but a similar name is`,
		Why:   `A name one letter away from a well-known image of the same owner, with its words in another order, or with an owner one letter away, is nearly always a typo. Registries give the same answer for a missing repository and a private one. A repository that did not exist when "imagelint catalog learn" asked for it is reported, too. Names in the mirrors and caches that probe.mirrors of the configuration names are compared with those of the original; since a mirror may have more images than that, it is a warning there.`,
		Bad:   `image: ghcr.io/fluxcd/sorce-controller:v1.2.3`,
		Good:  `image: ghcr.io/fluxcd/source-controller:v1.2.3`,
		Since: "0.1.0",
	},
}

func checkImageUnknownRepository(p *lint.Pass, k *catalogKnowledge) {
	for w, img := range p.Parsed() {
		f, ok := k.unknownRepository(img)
		if !ok || p.IsLocal(img) || isHostOnly(img) || isImageID(img.Raw) {
			continue
		}
		if _, placeholder := placeholderIn(p, img); placeholder {
			continue
		}
		if move, _, moved := k.move(img.Ref); moved && move.Gone {
			continue // another name would not exist there, either
		}
		p.ReportImage(w, img, f)
	}
}

// unknownRepository returns the finding for a repository that does not exist or probably means another one.
func (k *catalogKnowledge) unknownRepository(img *manifests.ImageRef) (lint.Finding, bool) {
	im, known := k.image(img)
	if known && !im.Absent {
		return lint.Finding{}, false
	}
	near, slip := k.near(img)
	if !known && !slip {
		return lint.Finding{}, false
	}
	from, to := nameSpan(img)
	f := lint.Finding{Severity: min(lint.Warning, byConfidence(img)), Span: img.At(from, to), Help: "check the name", Cluster: pullFails(img, denied)}
	if known {
		f.Message = fmt.Sprintf("image %s is in a repository that did not exist on %s, according to its registry", quote(img.Raw), im.Source.Day)
	} else {
		f.Message = fmt.Sprintf("image %s is not a known image, but %s is", quote(img.Raw), quote(shortName(near.Name)))
	}
	if near.Closed {
		f.Severity = capIfNeverPulled(img, byConfidence(img))
	}
	if slip {
		f.Help = fmt.Sprintf("did you mean %s?", quote(inPlace(img, near.Here)))
		f.Fix = replaceFix(img, renamed(img, inPlace(img, near.Here)), false)
	}
	return f, true
}

// near returns the known repository that has a similar name.
func (k *catalogKnowledge) near(img *manifests.ImageRef) (catalog.NearName, bool) {
	return k.open().NearRepository(img.Ref.Registry, img.Ref.Repository)
}

// shortName returns a name without the host of Docker Hub.
func shortName(name string) string { return strings.TrimPrefix(name, "docker.io/") }

// inPlace returns a name with or without its registry, as the image is written.
func inPlace(img *manifests.ImageRef, name string) string {
	at := imageref.Locate(img.Raw).Registry
	_, path, _ := strings.Cut(name, "/")
	if at.Start == at.End {
		return path
	}
	return img.Raw[at.Start:at.End] + "/" + path
}
