package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageDigestUnknown reports a digest that differs from the one of the published tag.
var ImageDigestUnknown = lint.Rule{
	ID: "image-digest-unknown", Group: "suspicious-reference", Severity: lint.Error, Levels: "error; warning where the digest may be another image's; info where the tag may have been pushed anew",
	Check: knowing(catalog.Builtin, checkImageDigestUnknown),
	Doc: lint.Doc{
		Title: `tag was published with another digest`,
		Why:   `Given a tag and a digest, the runtime pulls the digest and ignores the tag. On registry.k8s.io a tag never changes its digest, so if the two differ, either the digest is mistyped and the pull fails, or the image that runs is not the one the tag names. It may also be the digest of the image for one platform, which is correct but looks the same. Digests that "imagelint catalog learn --digests" asked registries for are compared as well, as info: a tag may have been pushed again.`,
		Bad:   `image: registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.1.1@sha256:64d8c73dca984af206adf9d6d7e46aa550362b1d7a01f3a0a91b20cc67868661`,
		Good:  `image: registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.1.1@sha256:64d8c73dca984af206adf9d6d7e46aa550362b1d7a01f3a0a91b20cc67868660`,
		Since: "0.1.0",
	},
}

func checkImageDigestUnknown(p *lint.Pass, k *catalogKnowledge) {
	for w, img := range p.Parsed() {
		if img.Ref.Tag == "" || img.Ref.Digest == "" {
			continue
		}
		im, ok := k.image(img)
		if !ok || !im.Immutable && im.Kind != catalog.Learned {
			continue
		}
		if tag := k.tag(&im, img.Ref.Tag); tag != nil && tag.Digest != "" && tag.Digest != img.Ref.Digest {
			p.ReportImage(w, img, otherDigest(img, &im, tag))
		}
	}
}

// otherDigest returns the finding for a digest that is not that of the tag.
func otherDigest(img *manifests.ImageRef, im *catalog.Image, tag *catalog.Tag) lint.Finding {
	at := imageref.Locate(img.Raw).Digest
	f := lint.Finding{
		Severity: min(lint.Warning, byConfidence(img)), Span: img.At(at.Start, at.End),
		Message: fmt.Sprintf("image %s has a digest that differs from the one its tag was published with (catalog of %s)", quote(img.Raw), im.Source.Day),
		Help:    fmt.Sprintf("the digest of %s is %s; use it unless yours is that of one platform's image", tag.Name, tag.Digest),
		Fix:     replaceFix(img, img.Raw[:at.Start]+tag.Digest+img.Raw[at.End:], false),
	}
	if slips := differences(tag.Digest, img.Ref.Digest); slips > 0 && slips <= 4 {
		// Unrelated digests have few digits in common.
		f.Severity = capIfNeverPulled(img, byConfidence(img))
		f.Message = fmt.Sprintf("image %s has a mistyped digest: %d of 64 digits differ from that of its tag (%s)", quote(img.Raw), slips, since(im))
		f.Help = "write " + quote(tag.Digest)
		f.Cluster = pullFails(img, notFound(img))
		return f
	}
	if !im.Immutable {
		// The tag may have been pushed again since the digest was pinned or the registry was asked.
		f.Severity, f.Fix = lint.Info, nil
		f.Message = fmt.Sprintf("image %s has a digest that differs from the one its tag had on %s, according to its registry", quote(img.Raw), im.Source.Day)
		f.Help = fmt.Sprintf("the digest is what runs; that of %s was %s", tag.Name, tag.Digest)
	}
	all, err := im.All()
	if err != nil {
		return f
	}
	for i := range all {
		if all[i].Digest == img.Ref.Digest {
			f.Message = fmt.Sprintf("image %s has the digest of the tag %s, so that is what runs (%s)", quote(img.Raw), quote(all[i].Name), since(im))
			f.Help = fmt.Sprintf("write that tag, or the digest of %s: %s", tag.Name, tag.Digest)
			f.Fix, f.Advice = nil, true
		}
	}
	return f
}

// since returns the date and source of a list.
func since(im *catalog.Image) string {
	if im.Kind == catalog.Learned {
		return fmt.Sprintf("according to its registry on %s", im.Source.Day)
	}
	return fmt.Sprintf("catalog of %s", im.Source.Day)
}

// differences counts the characters that differ in two texts of the same length. It returns -1 if the lengths differ.
func differences(a, b string) int {
	if len(a) != len(b) {
		return -1
	}
	n := 0
	for i := range len(a) {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}
