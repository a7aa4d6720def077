package manifests

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests/internal/extract"
	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
)

// failing is a loader that panics on documents with the word "boom".
func failing(recovers bool) loader {
	x := extract.NewOptions(false, nil)
	return loader{look: x.Look, recovers: recovers, read: func(c *stream.Doc, g extract.Glance, found *extract.Found) {
		if strings.Contains(string(c.Data), "boom") {
			panic("boom: hunter2")
		}
		x.Read(c, g, found)
	}}
}

func pods(names ...string) string {
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "---\napiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {containers: [{name: a, image: nginx:1}]}\n", name)
	}
	return b.String()
}

// A panic is the end of one document: it is broken, at its beginning and without what the panic said, and the others are read. That goes for
// documents that are read at once, too.
func TestPanic(t *testing.T) {
	t.Parallel()
	many := make([]string, 8_000)
	tag := strings.Repeat("x", 120) // so that the stream is long enough to be parsed concurrently
	for i := range many {
		many[i] = fmt.Sprint("p", i, ":", tag)
	}
	many[6_000] = "boom"
	for name, c := range map[string]struct {
		text         string
		images, line int
	}{
		"small": {pods("a", "boom", "b"), 2, 6},
		"large": {pods(many...), len(many) - 1, 6_000*5 + 1},
	} {
		set, err := load(context.Background(), []Input{textInput("x.yaml", c.text), textInput("y.yaml", pods("c"))}, Options{Workers: 2}, failing(true))
		if err != nil || len(set.Broken) != 1 {
			t.Fatalf("%s: error %v, broken %v", name, err, set.Broken)
		}
		doc := set.Broken[0]
		var failed *PanicError
		if !errors.As(doc.Err, &failed) || strings.Contains(fmt.Sprintf("%v %+v %#v", doc.Err, doc.Err, doc.Err), "hunter2") {
			t.Errorf("%s: error %#v", name, doc.Err)
		}
		if doc.File.Name != "x.yaml" || doc.Start.Line != c.line || doc.Start.Col != 1 {
			t.Errorf("%s: at %s:%d, want line %d", name, doc.File.Name, doc.Start.Line, c.line)
		}
		if set.Stats.Images != c.images+1 {
			t.Errorf("%s: %d images, want %d", name, set.Stats.Images, c.images+1)
		}
	}
}

// A panic while a stream is cut is an error of the input, though nobody named it; the other inputs are read.
func TestPanicOfStream(t *testing.T) {
	t.Parallel()
	bad := inputOf("bad.yaml", func() io.Reader { return readFunc(func([]byte) (int, error) { panic("boom") }) })
	set, err := load(t.Context(), []Input{bad, textInput("x.yaml", pods("a"))}, Options{}, failing(true))
	var read *ReadError
	var failed *PanicError
	if !errors.As(err, &read) || !errors.As(err, &failed) || read.Name != "bad.yaml" || set.Stats.Images != 1 {
		t.Errorf("error %v, %+v", err, set.Stats)
	}
}

// In tests a panic goes on, so that none is taken for a broken document by those who look for something else.
func TestPanicInTests(t *testing.T) {
	t.Parallel()
	defer func() {
		if p := recover(); p != "boom: hunter2" {
			t.Errorf("recovered %v", p)
		}
	}()
	l := failing(!testing.Testing()) // as Load has it
	l.load(t.Context(), &Input{Name: "x.yaml", Open: textInput("x.yaml", pods("boom")).Open})
}
