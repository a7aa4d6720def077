package tree

import (
	"bytes"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// MayHoldSecret reports whether a document may contain the data or sources of a Secret: it has the word Secret or
// SecretList, one of the fields with plain-text values, or kustomize's generator.
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

// InFlow reports whether the line of a span is in flow style, like JSON, so that anything may be on
// it.
func InFlow(s source.Span) bool {
	e := s.Excerpt()
	if e.CutLeft || e.CutRight {
		return true
	}
	for _, c := range []byte("{}[]") {
		if strings.IndexByte(e.Text, c) >= 0 {
			return true
		}
	}
	return false
}
