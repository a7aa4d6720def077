package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
)

// ProbeDigestMoved reports: a tag that names another digest today.
var ProbeDigestMoved = lint.Rule{
	ID: "probe-digest-moved", Group: groupProbe, Severity: lint.Info, Levels: "info",
	Check: checkProbeDigestMoved,
	Doc: lint.Doc{
		Title: `a tag that names another digest today`,
		Why:   `With both a tag and a digest, the digest alone is pulled. The tag has been pushed again since, or is gone: what it promises to the reader is no longer what runs.`,
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
			f.Message = fmt.Sprintf("%s: the digest is there, the tag %s is not any more", a.imageText(), quote(a.img.Ref.Tag))
			f.Help = "registries remove what no tag names: write a tag that is kept, with its digest"
		case now != "" && now != a.img.Ref.Digest:
			f.Message = fmt.Sprintf("%s: the tag %s has the digest %s today; the one that is written is pulled", a.imageText(), quote(a.img.Ref.Tag), quote(now))
			f.Help = "write the new digest where the new content is wanted"
		default:
			continue
		}
		p.ReportImage(a.w, a.img, f)
	}
}
