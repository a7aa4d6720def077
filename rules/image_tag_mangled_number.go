package rules

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageTagMangledNumber reports a tag that looks like a number that was converted to a float.
var ImageTagMangledNumber = lint.Rule{
	ID: "image-tag-mangled-number", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning; error for an image of a kustomization",
	Check: checkImageTagMangledNumber, ChecksValues: true,
	Doc: lint.Doc{
		Title: `tag is a number without quotes, or looks like one that was rewritten`,
		Why:   `1.234e6 is a legal tag but hardly ever a real one: a tool read an unquoted 1234567 as a number and printed it this way. In values files, unquoted numbers are reported themselves: Helm prints an unquoted 1.10 as 1.1 and 0777 as 511, and kustomize rejects a newTag without quotes.`,
		Bad:   `image: ghcr.io/acme/app:1.234e6`,
		Good:  `image: ghcr.io/acme/app:1234567`,
		Since: "0.1.0",
	},
}

// mangled recognizes floats as printed by %v and others: a mantissa with a point, and an exponent. Without a point, it may be a
// commit, such as 12e4567. Each tag is asked for, and a regular expression would take longer than all else about most.
func mangled(tag string) bool {
	e := strings.IndexAny(tag, "eE")
	if e < 1 {
		return false
	}
	whole, fraction, exponent := tag[:1], tag[1:e], tag[e+1:]
	return isDigits(whole) && (fraction == "" || fraction[0] == '.' && isDigits(fraction[1:])) && len(exponent) <= 2 && isDigits(exponent)
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func checkImageTagMangledNumber(p *lint.Pass) {
	reportNumbers(p, false)
	for w, img := range p.Parsed() {
		tag := img.Ref.Tag
		if !mangled(tag) {
			continue
		}
		f := lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)),
			Message:  fmt.Sprintf("image %s has the tag %s, which looks like a number rewritten in scientific notation", quote(img.Raw), quote(tag)),
			Help:     "quote the value where it is set, or use --set-string",
			Cluster:  pullFails(img, notFound(img)),
		}
		at := imageref.Locate(img.Raw).Tag
		f.Span = img.At(at.Start, at.End)
		if v, err := strconv.ParseFloat(tag, 64); err == nil && v < 1e18 {
			whole := strconv.FormatFloat(v, 'f', -1, 64)
			f.Help = fmt.Sprintf("quote the value where it is set (tag: %q), or use --set-string", whole)
			f.Fix = replaceFix(img, img.Raw[:at.Start]+whole+img.Raw[at.End:], false)
		}
		p.ReportImage(w, img, f)
	}
}
