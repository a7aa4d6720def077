package report

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"path"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// fingerprintVersion is hashed first. A release that changes what a fingerprint is made of raises it, raises baseline.Version with it, and says
// so: every baseline is void then.
const fingerprintVersion = "1"

// Fingerprints returns for each finding its Fingerprint, and tells those that are alike apart by their order: the second has "-2" behind, and
// so on. Hence the findings of a run belong into one call.
func Fingerprints(findings []lint.Finding) []string {
	out := make([]string, len(findings))
	seen := make(map[string]int, len(findings))
	h := sha256.New()
	for i := range findings {
		s := fingerprint(h, &findings[i])
		seen[s]++
		if n := seen[s]; n > 1 {
			s += "-" + strconv.Itoa(n)
		}
		out[i] = s
	}
	return out
}

// Fingerprint is a name that a finding keeps from run to run while the input around it changes: lines may move, files may be renamed,
// containers and items of lists may come before it, the manifest may be written in another style, messages may be reworded, severities may be
// set otherwise. Findings that are alike share it.
//
// It is 32 hex digits, half a SHA-256 over the rule, the object's API group, kind, namespace and name as written, the container, the field's
// path without the numbers of items, and the image as written; where the finding is about another value than the image, such as the name of
// a Secret or a pull policy, that value; where it has a Subject, the rule, the object and that alone. Only where there is no object, the base
// name of the file is in.
func Fingerprint(f *lint.Finding) string { return fingerprint(sha256.New(), f) }

func fingerprint(h hash.Hash, f *lint.Finding) string {
	h.Reset()
	container, field, image, value := f.Container, FieldPath(f), f.Image, ""
	switch {
	case f.FingerprintKey != "":
		container, field, image, value = "", "", "", f.FingerprintKey
	case image == "" || strings.HasSuffix(f.Path, "ullPolicy"):
		image, value = "", spanned(f.Span) // the next version of the image has the same pull policy
	}
	fields := []string{fingerprintVersion, f.Rule, container, field, image}
	switch o := f.Object; {
	case o != nil:
		fields = append(fields, "object", o.Group(), o.Kind, o.Namespace, o.Name)
	case f.Span.File != nil:
		fields = append(fields, "file", path.Base(strings.ReplaceAll(f.Span.File.Name, `\`, "/")))
	}
	if value != "" {
		fields = append(fields, "value", value)
	}
	var size [8]byte
	for _, s := range fields {
		// The length goes first, so that no two lists of fields read the same.
		binary.BigEndian.PutUint64(size[:], uint64(len(s)))
		h.Write(size[:])
		h.Write([]byte(s))
	}
	sum := h.Sum(nil)
	return hex.EncodeToString(sum[:len(sum)/2])
}

// spanned is the value that a finding points at; "" where the file writes it in a way that is not its own text, or does not show it.
func spanned(s source.Span) string {
	from, to := s.Start.Offset-s.Excerpt.Offset, s.End.Offset-s.Excerpt.Offset
	if !s.Exact || from < 0 || to < from || to > len(s.Excerpt.Text) {
		return ""
	}
	return s.Excerpt.Text[from:to]
}

// FieldPath is the path of a finding's field without the numbers of items, which change when others come before them.
func FieldPath(f *lint.Finding) string { return withoutIndices(f.Path) }

// withoutIndices empties the brackets of a path that hold a number: "containers[0].image" is "containers[].image".
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
