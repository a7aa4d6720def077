package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageDeprecated reports: Docker Official Image is deprecated.
var ImageDeprecated = lint.Rule{
	ID: "image-deprecated", Group: "suspicious-reference", Severity: lint.Info, Levels: "info",
	Check: checkImageDeprecated,
	Doc: lint.Doc{
		Title: `Docker Official Image is deprecated`,
		Why:   `The image gets no new tags, so no fixes either. What was published can still be pulled today.`,
		Bad:   `image: centos:7`,
		Good:  `image: rockylinux/rockylinux:9`,
		Since: "0.1.0",
	},
}

func checkImageDeprecated(p *lint.Pass) {
	for w, img := range p.Parsed() {
		name, ok := hubName(img)
		if !ok {
			continue
		}
		o, ok := catalog.LookupOfficial(name)
		if !ok || !o.Deprecated && !o.Retired {
			continue
		}
		from, to := nameSpan(img)
		f := lint.Finding{Severity: lint.Info, Span: img.At(from, to), Message: fmt.Sprintf("image %s is deprecated by its maintainers", quote(img.Raw)), Help: "choose an image that is maintained"}
		if o.Retired && o.RetiredSince != "" {
			f.Message = fmt.Sprintf("image %s gets no new tags since %s", quote(img.Raw), o.RetiredSince)
		}
		if o.Replacement != "" {
			f.Help = "its maintainers name " + o.Replacement + " instead"
		}
		p.ReportImage(w, img, f)
	}
}
