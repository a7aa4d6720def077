package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// ImageTagsDiffer reports a repository that is used with several tags.
var ImageTagsDiffer = lint.Rule{
	ID: "image-tags-differ", Group: "tag", Severity: lint.Off, Levels: "off",
	Check:  checkImageTagsDiffer,
	Advice: true,
	Doc: lint.Doc{
		Title: `one repository is used with several tags`,
		Why:   `Parts of one application that should run the same version do not. Off by default, since different applications often use different tags.`,
		Bad:   `image: ghcr.io/acme/app:1.4.1`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkImageTagsDiffer(p *lint.Pass) {
	type use struct {
		w   *manifests.Workload
		img *manifests.ImageRef
	}
	uses := map[string][]use{}
	for w, img := range p.Parsed() {
		if img.Ref.Tag != "" && !img.Untagged {
			uses[img.Ref.Name()] = append(uses[img.Ref.Name()], use{w, img})
		}
	}
	for _, all := range uses {
		// The first one by position, whatever the order of the input.
		first := slices.MinFunc(all, func(a, b use) int { return comparePlace(a.img.Span, b.img.Span) }).img
		for _, u := range all {
			if u.img.Ref.Tag == first.Ref.Tag {
				continue
			}
			at := imageref.Locate(u.img.Raw).Tag
			p.ReportImage(u.w, u.img, lint.Finding{
				Span:    u.img.At(at.Start, at.End),
				Message: fmt.Sprintf("image %s has another tag than %s elsewhere", quote(u.img.Raw), quote(first.Raw)),
				Help:    "use one tag if both should be the same version",
				Related: []lint.Related{{Span: first.Span, Message: "first used with the tag " + quote(first.Ref.Tag)}},
			})
		}
	}
}

// comparePlace orders spans by file and offset.
func comparePlace(a, b source.Span) int {
	return cmp.Or(strings.Compare(a.File().Name, b.File().Name), cmp.Compare(a.Start().Offset, b.Start().Offset))
}
