package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageDeprecated reports a deprecated Docker Official Image.
var ImageDeprecated = lint.Rule{
	ID: "image-deprecated", Group: "suspicious-reference", Severity: lint.Info, Levels: "info",
	Check:  knowing(catalog.Builtin, checkImageDeprecated),
	Advice: true,
	Doc: lint.Doc{
		Title: `Docker Official Image is deprecated`,
		Why:   `The image gets no new tags, so no fixes either. What was published can still be pulled today.`,
		Bad:   `image: centos:7`,
		Good:  `image: rockylinux/rockylinux:9`,
		Since: "0.1.0",
	},
}

func checkImageDeprecated(p *lint.Pass, k *catalogKnowledge) {
	for w, img := range p.Parsed() {
		im, ok := k.image(img)
		if !ok || !im.Deprecated {
			continue
		}
		from, to := nameSpan(img)
		f := lint.Finding{
			Severity: lint.Info, Span: img.At(from, to), Help: "choose a maintained image",
			Message: fmt.Sprintf("image %s is deprecated by its maintainers (catalog of %s)", quote(img.Raw), im.Source.Day),
		}
		if im.Ended != 0 {
			f.Message = fmt.Sprintf("image %s is a Docker Official Image that has had no new tags since %s (catalog of %s)", quote(img.Raw), im.Ended, im.Source.Day)
		}
		if im.Replacement != "" {
			f.Help = "its maintainers recommend " + strings.Join(strings.Fields(im.Replacement), " or ") + " instead"
		}
		p.ReportImage(w, img, f)
	}
}
