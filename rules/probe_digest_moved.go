package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
)

// ProbeDigestMoved reports a tag that now has another digest.
var ProbeDigestMoved = lint.Rule{
	ID: "probe-digest-moved", Group: groupProbe, Severity: lint.Info, Levels: "info",
	Check:  checkProbeDigestMoved,
	Advice: true,
	Doc: lint.Doc{
		Title: `the tag has another digest today`,
		Why:   `With both a tag and a digest, only the digest is pulled. The tag has since been pushed again or removed, so the image that runs is no longer the one the tag names.`,
		Bad:   `image: ghcr.io/acme/app:1.4@sha256:7267456001feb8dd5e0ec18cf930e228cc506776003c0e6b9d8bba3f38132c89`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbeDigestMoved(p *lint.Pass) {
	for a := range probedWith(p, lint.Exists) {
		f := lint.Finding{Severity: lint.Info}
		switch now := a.result.TagDigest; {
		case a.result.TagGone:
			f.Message = fmt.Sprintf("%s: the digest exists, but the tag %s no longer does", a.imageText(), quote(a.img.Ref.Tag))
			f.Help = "registries remove untagged images: use a tag that is kept, with its digest"
		case now != "" && now != a.img.Ref.Digest:
			f.Message = fmt.Sprintf("%s: the tag %s has the digest %s today; the digest in the reference is pulled", a.imageText(), quote(a.img.Ref.Tag), quote(now))
			f.Help = "write the new digest to use the new image"
		default:
			continue
		}
		a.report(p, f)
	}
}
