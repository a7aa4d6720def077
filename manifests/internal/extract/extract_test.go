package extract

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// loadText reads all documents of a text.
func loadText(t testing.TB, name, text string) *model.Set {
	t.Helper()
	return load(t, name, text, false)
}

// loadValues reads a text as a file of values.
func loadValues(t testing.TB, text string) *model.Set {
	t.Helper()
	return load(t, "values.yaml", text, true)
}

func load(t testing.TB, name, text string, values bool) *model.Set {
	t.Helper()
	return loadWith(t, NewOptions(false, nil), name, text, values)
}

func loadWith(t testing.TB, o *Options, name, text string, values bool) *model.Set {
	t.Helper()
	set := &model.Set{}
	s := stream.New(strings.NewReader(text), &source.File{Name: name})
	for {
		c, err := s.Next()
		if errors.Is(err, io.EOF) {
			return set
		}
		s.Place(&c)
		if err != nil {
			t.Fatal(err)
		}
		var found Found
		o.Read(&c, o.Look(&c, values, &Kinds{}), &found)
		set.Add(&found.Set)
	}
}
