package tree

import (
	"bytes"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// MayHoldSecret reports whether a document may hold what a Secret holds, or is made of: it has the word Secret or SecretList, one of the fields
// that hold values in clear, or the generator of kustomize.
func MayHoldSecret(data []byte) bool {
	if bytes.Contains(data, []byte("stringData")) || bytes.Contains(data, []byte("secretGenerator")) {
		return true
	}
	word := []byte("Secret")
	for {
		i := bytes.Index(data, word)
		if i < 0 {
			return false
		}
		rest := bytes.TrimPrefix(data[i+len(word):], []byte("List"))
		if (i == 0 || !isLetter(data[i-1])) && (len(rest) == 0 || !isLetter(rest[0])) {
			return true
		}
		data = data[i+len(word):]
	}
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// InFlow reports whether the line of a span is written in flow style, as JSON is, so that anything may be on it.
func InFlow(s source.Span) bool {
	return s.Excerpt.CutLeft || s.Excerpt.CutRight || strings.ContainsAny(s.Excerpt.Text, "{}[]")
}
