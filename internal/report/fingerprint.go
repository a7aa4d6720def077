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
)

// fingerprintVersion is hashed first. A release that changes what a fingerprint is made of raises it, and says so: every
// baseline is void then.
const fingerprintVersion = "1"

// Fingerprints returns for each finding a name that it keeps from run to run while the input around it changes: lines may
// move, files may be renamed, messages may be reworded, severities may be set otherwise.
//
// A fingerprint is 32 hex digits, half a SHA-256 over the rule, the object's API group, kind, namespace and name, the container, the field's
// path and the image as written; only where there is no object, the base name of the file stands in. A path into a named container leaves out
// which item of its list it is, so that a container put before it changes nothing. Findings of one run that are alike in all of
// that are told apart by their order: the second has "-2" behind, and so on. Hence the findings of a run belong into one call.
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

func fingerprint(h hash.Hash, f *lint.Finding) string {
	h.Reset()
	where := f.Path
	if f.Container != "" {
		where = withoutIndices(where)
	}
	fields := []string{fingerprintVersion, f.Rule, f.Container, where, f.Image}
	switch o := f.Object; {
	case o != nil:
		fields = append(fields, "object", o.Group(), o.Kind, o.Namespace, o.Name)
	case f.Span.File != nil:
		fields = append(fields, "file", path.Base(strings.ReplaceAll(f.Span.File.Name, `\`, "/")))
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
