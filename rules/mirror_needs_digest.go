package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// MirrorNeedsDigest reports an image with a tag for which mirrors only serve digests.
var MirrorNeedsDigest = lint.Rule{
	ID: "mirror-needs-digest", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning",
	Check: checkMirrorNeedsDigest,
	Doc: lint.Doc{
		Title: `mirrors serve digests only, and the image has a tag`,
		Why:   `The mirrors of an ImageDigestMirrorSet, and of the older ImageContentSourcePolicy, serve only references with a digest. A tag is pulled from the source itself, which a cluster without internet access cannot reach. Nothing is reported if an ImageTagMirrorSet in these manifests covers the image.`,
		Bad:   `image: quay.io/acme/operator:1.4.2`,
		Good:  `image: quay.io/acme/operator@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef`,
		Since: "0.1.0",
	},
}

func checkMirrorNeedsDigest(p *lint.Pass) {
	if len(p.Set.Mirrors) == 0 {
		return
	}
	for w, img := range p.Parsed() {
		if img.Ref.Digest != "" || !isPulledByNodes(p, img) {
			continue
		}
		m := digestMirror(p.Set.Mirrors, img.Ref.Name())
		if m == nil {
			continue
		}
		p.ReportImage(w, img, lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)),
			Message:  fmt.Sprintf("image %s has a tag, but the mirrors of %s %s for %s serve digests only", quote(img.Raw), m.Kind, quote(m.Name), quote(m.Source)),
			Help:     "write a digest, or mirror the tags with an ImageTagMirrorSet",
			Cluster:  pullFails(img, "pinging container registry: dial tcp: i/o timeout"),
			Related:  []lint.Related{{Span: m.Span, Message: "the mirror, for digests only"}},
		})
	}
}

// isPulledByNodes reports whether nodes pull an image, so that their mirrors apply.
func isPulledByNodes(p *lint.Pass, img *manifests.ImageRef) bool {
	return !img.Remote && !isNever(img) && !p.IsLocal(img)
}

// digestMirror returns the entry that mirrors a repository by digest, or nil if there is none or another one mirrors its tags.
func digestMirror(all []*manifests.Mirror, name string) *manifests.Mirror {
	var found *manifests.Mirror
	for _, m := range all {
		switch {
		case !isBelow(name, m.Source):
		case m.Tags:
			return nil
		case found == nil || len(m.Source) > len(found.Source):
			found = m
		}
	}
	return found
}

// isBelow reports whether a repository matches the source of mirrors: a host, a path, or "*.example.com" for subdomains.
func isBelow(name, source string) bool {
	source = strings.TrimSuffix(source, "/")
	if domain, ok := strings.CutPrefix(source, "*."); ok {
		host, _, _ := strings.Cut(name, "/")
		return strings.HasSuffix(host, "."+domain)
	}
	rest, ok := strings.CutPrefix(name, source)
	return ok && (rest == "" || rest[0] == '/')
}
