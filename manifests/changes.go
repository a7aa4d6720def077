package manifests

import (
	"bytes"
	"errors"
	"io"
	"strings"

	kyaml "sigs.k8s.io/yaml"

	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// ErrShape is the error of Changes for streams that differ in more than strings.
var ErrShape = errors.New("more than strings would change")

// Changes compares two streams as Kubernetes' reader sees them, aliases and merge keys written out, and returns each string of the second that
// stands in place of another string. What stands under a root key that only holds anchors (x-..., ".") is not looked at. Documents that
// are the same byte for byte are not read.
func Changes(before, after []byte) ([]string, error) {
	olds, err := allDocuments(before)
	if err != nil {
		return nil, err
	}
	news, err := allDocuments(after)
	if err != nil {
		return nil, err
	}
	if len(olds) != len(news) {
		return nil, ErrShape
	}
	var out []string
	for i := range olds {
		if bytes.Equal(olds[i], news[i]) {
			continue
		}
		var a, b any
		if err := kyaml.Unmarshal(olds[i], &a); err != nil {
			return nil, err
		}
		if err := kyaml.Unmarshal(news[i], &b); err != nil {
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
		if out, err = changes(out, a, b); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// allDocuments are the documents of a stream.
func allDocuments(data []byte) ([][]byte, error) {
	s := stream.New(bytes.NewReader(data), &source.File{}, nil)
	var out [][]byte
	for {
		c, err := s.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, bytes.Clone(c.Data))
	}
}

// changes appends the strings of b that differ from those of a.
func changes(out []string, a, b any) ([]string, error) {
	var err error
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return nil, ErrShape
		}
		for key, v := range a {
			other, ok := b[key]
			if !ok {
				return nil, ErrShape
			}
			if out, err = changes(out, v, other); err != nil {
				return nil, err
			}
		}
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return nil, ErrShape
		}
		for i := range a {
			if out, err = changes(out, a[i], b[i]); err != nil {
				return nil, err
			}
		}
	case string:
		b, ok := b.(string)
		if !ok {
			return nil, ErrShape
		}
		if a != b {
			out = append(out, b)
		}
	default:
		if a != b {
			return nil, ErrShape
		}
	}
	return out, nil
}

// SecretLines returns for each line of a text, from 0, whether it belongs to a document that may hold what a Secret holds.
func SecretLines(data []byte) []bool {
	var out []bool
	var doc []byte
	lines := 0
	end := func() {
		secret := tree.MayHoldSecret(doc)
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
		if stream.IsMarker(data[at:], '-') {
			end()
			from = at
		}
		doc, lines, at = data[from:next], lines+1, next
	}
	end()
	return out
}
