package render

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/imagelint-dev/imagelint/internal/yamlnode"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// document is a YAML file with positions.
type document struct {
	file *source.File
	text *source.Text
	root *yaml.Node // nil if empty
	// archive is the packaged chart that contains the file, which then has no positions on disk.
	archive string
}

// parse parses the first document of a YAML text, as helm and kustomize do.
func parse(name string, data []byte) (d *document, err error) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	file := &source.File{Name: name}
	d = &document{file: file, text: &source.Text{File: file, Data: data, Base: source.Pos{Line: 1, Col: 1}}}
	defer func() {
		if recover() != nil { // the parser's input is untrusted
			d, err = nil, fmt.Errorf("%s is not YAML", name)
		}
	}()
	n := new(yaml.Node)
	switch err := yaml.NewDecoder(bytes.NewReader(data)).Decode(n); {
	case errors.Is(err, io.EOF):
		return d, nil
	case err != nil:
		return nil, fmt.Errorf("%s is not YAML", name)
	}
	if len(n.Content) == 1 {
		d.root = n.Content[0]
	}
	return d, nil
}

// position returns where a node is, for people: values.yaml:8. For a file in an archive, it names the
// archive.
func (d *document) position(n *yaml.Node) string {
	if d.archive == "" {
		return d.file.Name + ":" + strconv.Itoa(d.span(n).Start().Line)
	}
	return strings.TrimPrefix(d.file.Name, d.archive+"/") + ":" + strconv.Itoa(n.Line) + " of " + d.archive
}

// span returns the span of a scalar: its text without quotes if the bytes match, otherwise the rest of its
// line. For a file in an archive, it is the archive.
func (d *document) span(n *yaml.Node) source.Span {
	if d.archive != "" {
		return source.Whole(&source.File{Name: d.archive})
	}
	from, to, exact := yamlnode.Stretch(d.text, n)
	return d.text.Span(from, to).WithExact(exact)
}
