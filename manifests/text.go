package manifests

import (
	"bytes"
	"errors"
	"io"

	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// SplitDocuments cuts a stream into its documents, as Load does; the items of a large List are documents of their own.
func SplitDocuments(data []byte) ([][]byte, error) {
	s := stream.New(bytes.NewReader(data), &source.File{})
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

// MayHoldSecret reports whether a document may hold what a Secret holds, or is made of.
func MayHoldSecret(doc []byte) bool { return tree.MayHoldSecret(doc) }

// IsString reports whether the text, written without quotes, is a string of that very text to Kubernetes' reader, in block and in flow style.
func IsString(text string) bool { return tree.IsString(text) }

// JSONType is encoding/json's word, which the API server answers with, for a kind of value: "object" for "mapping", "array" for "list",
// "bool" for "boolean"; any other as it is.
func JSONType(kind string) string { return model.JSONType(kind) }
