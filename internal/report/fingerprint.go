package report

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"path"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// fingerprintVersion is hashed first. A release that changes the inputs of a fingerprint must increase it and
// baseline.Version, and announce it: every baseline becomes invalid.
const fingerprintVersion = "1"

// Fingerprints returns the Fingerprint of each finding. Equal ones are numbered in order: the second gets the
// suffix "-2", and so on. All findings of a run must therefore be passed in one call.
func Fingerprints(findings []lint.Finding) []string {
	out := make([]string, len(findings))
	seen := make(map[string]int, len(findings))
	var buf []byte
	for i := range findings {
		var s string
		s, buf = fingerprint(buf[:0], &findings[i])
		seen[s]++
		if n := seen[s]; n > 1 {
			s += "-" + strconv.Itoa(n)
		}
		out[i] = s
	}
	return out
}

// Fingerprint returns an identifier of a finding that stays the same when the input around it changes: lines
// may move, files may be renamed, containers and list items may be inserted before it, the manifest may be
// reformatted, messages reworded and severities changed. Equivalent findings share it.
//
// It is 32 hex digits, half of a SHA-256 of the rule, the object's API group, kind, namespace and name as
// written in the file that the finding is in, the container, the field's path without list indices, and the image as written. If the finding is
// about a value other than the image, such as a Secret's name or a pull policy, that value replaces the
// image. If it has a Subject, only the rule, the object and the Subject are hashed. The file's base name is
// included only if there is no object.
func Fingerprint(f *lint.Finding) string {
	s, _ := fingerprint(nil, f)
	return s
}

// fingerprint is Fingerprint. What is hashed is appended to buf, so that its memory can be reused.
func fingerprint(buf []byte, f *lint.Finding) (string, []byte) {
	container, field, image, value := f.Container, FieldPath(f), f.Image, ""
	switch {
	case f.FingerprintKey != "":
		container, field, image, value = "", "", "", f.FingerprintKey
	case image == "" || strings.HasSuffix(f.Path, "ullPolicy"):
		image, value = "", spanned(f.Span) // a new image version keeps the same pull policy
	}
	buf = appendFields(buf, fingerprintVersion, f.Rule, container, field, image)
	switch o := f.Object; {
	case o != nil:
		buf = appendFields(buf, "object", o.Group(), o.Kind, f.Identity().Namespace, f.Identity().Name)
	case f.Span.File() != nil:
		buf = appendFields(buf, "file", path.Base(strings.ReplaceAll(f.Span.File().Name, `\`, "/")))
	}
	if value != "" {
		buf = appendFields(buf, "value", value)
	}
	sum := sha256.Sum256(buf)
	return hex.EncodeToString(sum[:len(sum)/2]), buf
}

// appendFields appends each field after its length, so that no two lists of fields are alike.
func appendFields(buf []byte, fields ...string) []byte {
	for _, s := range fields {
		buf = append(binary.BigEndian.AppendUint64(buf, uint64(len(s))), s...)
	}
	return buf
}

// spanned returns the value that a finding points at; "" if the bytes differ from the value or are not
// available.
func spanned(s source.Span) string {
	if !s.Exact() {
		return ""
	}
	return s.Text()
}

// FieldPath returns the path of a finding's field without list indices, which change when items are inserted.
func FieldPath(f *lint.Finding) string { return withoutIndices(f.Path) }

// withoutIndices removes the indices from a path: "containers[0].image" becomes "containers[].image".
func withoutIndices(p string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(p, "[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteByte('[')
		p = strings.TrimLeft(rest, "0123456789")
		if !strings.HasPrefix(p, "]") {
			p = rest
		}
	}
}
