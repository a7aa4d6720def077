package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageLatest reports: reference has the tag latest.
var ImageLatest = lint.Rule{
	ID: "image-latest", Group: "tag", Severity: lint.Warning, Levels: "warning; error where there never was one",
	Check: knowing(catalog.Builtin, checkImageLatest),
	Doc: lint.Doc{
		Title: `reference has the tag latest`,
		Why:   `Two pods of one Deployment can run different code when the tag is pushed again between their starts, and a rollback changes nothing.`,
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
			Message: fmt.Sprintf("image %s uses the tag \"latest\", which moves", quote(img.Raw)),
			Help:    "write a version tag or a digest",
		}
		if about := k.latest(img); about.clause != "" && !p.IsLocal(img) {
			f.Message = fmt.Sprintf("image %s uses the tag \"latest\", %s", quote(img.Raw), about.clause)
			if about.never {
				f.Severity, f.Cluster = capIfNeverPulled(img, byConfidence(img)), pullFails(img, notFound(img))
			}
		}
		p.ReportImage(w, img, f)
	}
}
