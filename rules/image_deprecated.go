package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageDeprecated reports: Docker Official Image is deprecated.
var ImageDeprecated = lint.Rule{
	ID: "image-deprecated", Group: "suspicious-reference", Severity: lint.Info, Levels: "info",
	Check: knowing(catalog.Builtin, checkImageDeprecated),
	Doc: lint.Doc{
		Title: `Docker Official Image is deprecated`,
		Why:   `The image gets no new tags, so no fixes either. What was published can still be pulled today.`,
		Bad:   `image: centos:7`,
		Good:  `image: rockylinux/rockylinux:9`,
		Since: "0.1.0",
	},
}

func checkImageDeprecated(p *lint.Pass, k *knowledge) {
	for w, img := range p.Parsed() {
		name, _, ok := catalog.OfficialName(img.Ref.Registry, img.Ref.Repository)
		if !ok {
			continue
		}
		o, _ := catalog.LookupOfficial(name)
		if !o.Deprecated && !o.Retired {
			im, ok := k.image(img) // which may be newer than the built-in names
			if !ok || !im.Deprecated {
				continue
			}
			o.Replacement, o.Alternatives = im.Replacement, nil
		}
		from, to := nameSpan(img)
		f := lint.Finding{Severity: lint.Info, Span: img.At(from, to), Message: fmt.Sprintf("image %s is deprecated by its maintainers", quote(img.Raw)), Help: "choose an image that is maintained"}
		if o.Retired && o.RetiredSince != "" {
			f.Message = fmt.Sprintf("image %s is a Docker Official Image that has had no new tags since %s", quote(img.Raw), o.RetiredSince)
		}
		if o.Replacement != "" {
			f.Help = "its maintainers name " + strings.Join(append([]string{o.Replacement}, o.Alternatives...), " or ") + " instead"
		}
		p.ReportImage(w, img, f)
	}
}
