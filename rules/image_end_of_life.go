package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageEndOfLife reports a release that has reached its end of life.
var ImageEndOfLife = lint.Rule{
	ID: "image-end-of-life", Group: "suspicious-reference", Severity: lint.Off, Enabled: lint.Info, Levels: "off",
	Advice: true,
	Check:  knowing(catalog.Builtin, checkImageEndOfLife),
	Doc: lint.Doc{
		Title: `release has reached its end of life`,
		Why:   `The image can be pulled, but its project makes no more fixes for this line of releases. The dates are those of endoflife.date, for some 250 images of 147 products; paid extended support does not count. A tag that names less than a line ("nginx:1") is mutable, and is skipped. Off by default.`,
		Bad:   `image: nginx:1.19.2`,
		Good:  `image: nginx:1.30.4`,
		Since: "0.1.0",
	},
}

func checkImageEndOfLife(p *lint.Pass, k *catalogKnowledge) {
	if p.Settings.Now.IsZero() {
		return
	}
	today := catalog.DayOf(p.Settings.Now)
	for w, img := range p.Parsed() {
		if img.Ref.Tag == "" || img.Confidence == manifests.Guess || p.IsLocal(img) {
			continue
		}
		product, cycle, ok := k.open().EndOfLife(img.Ref.Registry, img.Ref.Repository, img.Ref.Tag)
		if !ok || !cycle.Ended && (cycle.End == 0 || cycle.End >= today) {
			continue
		}
		when := "has ended"
		if !cycle.Ended {
			when = fmt.Sprintf("ended on %s", cycle.End)
		}
		at := imageref.Locate(img.Raw).Tag
		p.ReportImage(w, img, lint.Finding{
			Span:    img.At(at.Start, at.End),
			Message: fmt.Sprintf("image %s is %s %s, whose support %s (endoflife.date, %s)", quote(img.Raw), product, cycle.Name, when, catalog.EndOfLifeSource().Day),
			Help:    "upgrade to a line that is supported: https://endoflife.date/" + product,
		})
	}
}
