package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// ImageDigestMissing reports a reference without a digest.
var ImageDigestMissing = lint.Rule{
	ID: "image-digest-missing", Group: "tag", Severity: lint.Off, Levels: "off",
	Check:  checkImageDigestMissing,
	Advice: true,
	Doc: lint.Doc{
		Title: `reference has no digest`,
		Why:   `Only a digest always names the same bytes. Off by default.`,
		Bad:   `image: nginx:1.27.3`,
		Good:  `image: nginx:1.27.3@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef`,
		Since: "0.1.0",
	},
}

func checkImageDigestMissing(p *lint.Pass) {
	for w, img := range p.Parsed() {
		if img.Ref.Digest != "" || img.Untagged || img.Confidence != manifests.Certain {
			continue
		}
		p.ReportImage(w, img, lint.Finding{
			Message: fmt.Sprintf("image %s has no digest", quote(img.Raw)),
			Help:    "add the digest: " + img.Raw + "@sha256:...",
		})
	}
}
