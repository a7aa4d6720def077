package fix

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	kyaml "sigs.k8s.io/yaml"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// errShape is the error of changes for streams that differ in more than strings.
var errShape = errors.New("more than strings would change")

// changes compares two streams as Kubernetes reads them, with aliases and merge keys expanded. It returns each string in after that differs
// from the one in before. It ignores root keys that only hold anchors (x-..., "."), and skips documents with identical bytes.
func changes(before, after []byte) ([]string, error) {
	oldDocs, err := manifests.SplitDocuments(before)
	if err != nil {
		return nil, err
	}
	newDocs, err := manifests.SplitDocuments(after)
	if err != nil {
		return nil, err
	}
	if len(oldDocs) != len(newDocs) {
		return nil, errShape
	}
	var out []string
	for i := range oldDocs {
		if bytes.Equal(oldDocs[i], newDocs[i]) {
			continue
		}
		var a, b any
		if err := decodeDocument(oldDocs[i], &a); err != nil {
			return nil, err
		}
		if err := decodeDocument(newDocs[i], &b); err != nil {
			return nil, err
		}
		for _, root := range []any{a, b} {
			if m, ok := root.(map[string]any); ok {
				for key := range m {
					if strings.HasPrefix(key, "x-") || strings.HasPrefix(key, ".") {
						delete(m, key)
					}
				}
			}
		}
		if out, err = differing(out, a, b); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// decodeDocument reads a document as Kubernetes does: as JSON if it is JSON, which may have escapes that YAML does not know, such as surrogate pairs.
func decodeDocument(document []byte, v *any) error {
	if json.Unmarshal(document, v) == nil {
		return nil
	}
	*v = nil
	return kyaml.Unmarshal(document, v)
}

// differing appends the strings of b that differ from those of a.
func differing(out []string, a, b any) ([]string, error) {
	var err error
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return nil, errShape
		}
		for key, v := range a {
			other, ok := b[key]
			if !ok {
				return nil, errShape
			}
			if out, err = differing(out, v, other); err != nil {
				return nil, err
			}
		}
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return nil, errShape
		}
		for i := range a {
			if out, err = differing(out, a[i], b[i]); err != nil {
				return nil, err
			}
		}
	case string:
		b, ok := b.(string)
		if !ok {
			return nil, errShape
		}
		if a != b {
			out = append(out, b)
		}
	default:
		if a != b {
			return nil, errShape
		}
	}
	return out, nil
}

// secretLines reports for each line of a text, from 0, whether its document may hold the content of a Secret.
func secretLines(data []byte) []bool {
	var out []bool
	var doc []byte
	lines := 0
	end := func() {
		secret := manifests.MayHoldSecret(doc)
		for range lines {
			out = append(out, secret)
		}
		doc, lines = nil, 0
	}
	from := 0
	for at := 0; at < len(data); {
		next := len(data)
		if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
			next = at + i + 1
		}
		if isSeparator(data[at:next]) {
			end()
			from = at
		}
		doc, lines, at = data[from:next], lines+1, next
	}
	end()
	return out
}

// isSeparator reports whether a line separates documents.
func isSeparator(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("---"))
	return ok && (len(rest) == 0 || source.IsSpace(rest[0]))
}
