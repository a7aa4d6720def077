package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageTagMissing reports a reference with neither tag nor digest.
var ImageTagMissing = lint.Rule{
	ID: "image-tag-missing", Group: "tag", Severity: lint.Warning, Levels: "warning; error if there is no \"latest\" tag",
	Check:  knowing(catalog.Builtin, checkImageTagMissing),
	Advice: true,
	Doc: lint.Doc{
		Title: `reference has neither tag nor digest`,
		Why:   `The runtime then pulls the tag "latest", which many repositories do not have, and which is mutable in those that do.`,
		Bad:   `image: nginx`,
		Good:  `image: nginx:1.27.3`,
		Since: "0.1.0",
	},
}

func checkImageTagMissing(p *lint.Pass, k *catalogKnowledge) {
	for w, img := range p.Parsed() {
		if img.Ref.Tag != "" || img.Ref.Digest != "" || img.Untagged || isHostOnly(img) {
			continue
		}
		f := lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)),
			Message:  fmt.Sprintf("image %s has no tag, so the runtime pulls \"latest\"", quote(img.Raw)),
			Help:     "write a version tag or a digest",
		}
		switch about := k.latest(img); {
		case p.IsLocal(img), isThere(p, img):
		case about.clause != "":
			f.Message += ", " + about.clause
			k.mayBeMissing(&f, img, about)
		case !about.exists:
			k.mayBeMissing(&f, img, about)
		}
		p.ReportImage(w, img, f)
	}
}
