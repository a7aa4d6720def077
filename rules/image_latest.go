package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageLatest reports a reference with the tag latest.
var ImageLatest = lint.Rule{
	ID: "image-latest", Group: "tag", Severity: lint.Warning, Levels: "warning; error if the image never had a \"latest\" tag",
	Check:  knowing(catalog.Builtin, checkImageLatest),
	Advice: true,
	Doc: lint.Doc{
		Title: `reference has the tag latest`,
		Why:   `If the tag is pushed again, two pods of one Deployment can run different code, and a rollback changes nothing.`,
		Bad:   `image: nginx:latest`,
		Good:  `image: nginx:1.27.3`,
		Since: "0.1.0",
	},
}

func checkImageLatest(p *lint.Pass, k *catalogKnowledge) {
	for w, img := range p.Parsed() {
		if img.Ref.Tag != "latest" || img.Ref.Digest != "" || isScaffold(w, img) {
			continue
		}
		at := imageref.Locate(img.Raw).Tag
		f := lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)), Span: img.At(at.Start, at.End),
			Message: fmt.Sprintf("image %s uses the mutable tag \"latest\"", quote(img.Raw)),
			Help:    "write a version tag or a digest",
		}
		if about := k.latest(img); about.clause != "" && !p.IsLocal(img) && !isThere(p, img) {
			f.Message = fmt.Sprintf("image %s uses the tag \"latest\", %s", quote(img.Raw), about.clause)
			k.mayBeMissing(&f, img, about)
		}
		p.ReportImage(w, img, f)
	}
}
