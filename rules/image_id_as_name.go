package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageIDAsName reports an image ID in place of a name.
var ImageIDAsName = lint.Rule{
	ID: "image-id-as-name", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning or error",
	Check:    checkImageIDAsName,
	Outranks: []string{"image-tag-missing"},
	Doc: lint.Doc{
		Title: `an image ID is used as a name`,
		Why:   `Registries do not know the short ID that "docker images" prints: the runtime looks for a repository of that name. A full ID of 64 digits is not a valid reference, which is an error.`,
		Bad:   `image: 81041858c32b`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkImageIDAsName(p *lint.Pass) {
	checkCause(imageref.HexName)(p)
	for w, img := range p.Parsed() {
		if !isImageID(img.Raw) {
			continue
		}
		p.ReportImage(w, img, lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)),
			Message:  fmt.Sprintf("image %s is an image ID, and registries know images by name only", quote(img.Raw)),
			Help:     "write the name that the image was pushed under: registry/repository:tag",
			Cluster:  pullFails(img, denied),
		})
	}
}

// isImageID reports whether a reference is a short or long image ID: 12 or 64 hexadecimal digits with both letters and digits, or the
// long one after "sha256:".
func isImageID(raw string) bool {
	const short, long, prefix = 12, 64, "sha256:"
	if len(raw) == len(prefix)+long && raw[:len(prefix)] == prefix {
		raw = raw[len(prefix):]
	}
	if len(raw) != short && len(raw) != long {
		return false
	}
	digits := 0
	for _, c := range []byte(raw) {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c < 'a' || c > 'f':
			return false
		}
	}
	return digits > 0 && digits < len(raw)
}
