package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageTagFloating reports a mutable tag.
var ImageTagFloating = lint.Rule{
	ID: "image-tag-floating", Group: "tag", Severity: lint.Info, Levels: "info",
	Check:  checkImageTagFloating,
	Advice: true,
	Doc: lint.Doc{
		Title: `tag is mutable`,
		Why:   `Tags such as stable, main, edge or nightly are pushed again and again. Add your own with mutable-tags in the configuration.`,
		Bad:   `image: ghcr.io/acme/app:nightly`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkImageTagFloating(p *lint.Pass) {
	for w, img := range p.Parsed() {
		if img.Ref.Digest != "" || img.Ref.Tag == "" || img.Ref.Tag == "latest" || !isFloating(p, img.Ref.Tag) {
			continue
		}
		at := imageref.Locate(img.Raw).Tag
		p.ReportImage(w, img, lint.Finding{
			Severity: lint.Info, Span: img.At(at.Start, at.End),
			Message: fmt.Sprintf("image %s uses the mutable tag %s", quote(img.Raw), quote(img.Ref.Tag)),
			Help:    "write a version tag or a digest",
		})
	}
}

// isFloating reports whether a tag is mutable, by convention or by the configuration.
func isFloating(p *lint.Pass, tag string) bool {
	switch tag {
	case "stable", "main", "master", "develop", "dev", "devel", "edge", "nightly", "canary", "beta", "alpha", "rc", "next", "current", "lts", "snapshot", "unstable", "testing", "rolling", "head", "trunk":
		return true
	}
	return p.IsMutable(tag)
}
