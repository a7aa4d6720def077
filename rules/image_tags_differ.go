package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageTagsDiffer reports: one repository is used with several tags.
var ImageTagsDiffer = lint.Rule{
	ID: "image-tags-differ", Group: "tag", Severity: lint.Off, Levels: "off",
	Check: checkImageTagsDiffer,
	Doc: lint.Doc{
		Title: `one repository is used with several tags`,
		Why:   `Parts of one application that should run the same version do not. Off unless asked for: across applications it is normal.`,
		Bad:   `image: ghcr.io/acme/app:1.4.1`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkImageTagsDiffer(p *lint.Pass) {
	first := map[string]*manifests.ImageRef{}
	for w, img := range p.Parsed() {
		if img.Ref.Tag == "" || img.Untagged {
			continue
		}
		name := img.Ref.Name()
		other, ok := first[name]
		if !ok {
			first[name] = img
			continue
		}
		if other.Ref.Tag == img.Ref.Tag {
			continue
		}
		at := imageref.Locate(img.Raw).Tag
		p.ReportImage(w, img, lint.Finding{
			Span:    img.At(at.Start, at.End),
			Message: fmt.Sprintf("image %s differs in its tag from %s elsewhere", quote(img.Raw), quote(other.Raw)),
			Help:    "use one tag, if the two are meant to be the same version",
			Related: []lint.Related{{Span: other.Span, Message: "the first use, with the tag " + quote(other.Ref.Tag)}},
		})
	}
}
