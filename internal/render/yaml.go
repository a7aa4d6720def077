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

// document is a YAML file with its places.
type document struct {
	file *source.File
	text *source.Text
	root *yaml.Node // nil where there is nothing
	// archive is the packaged chart that the file is in; its own places are no places on the disk.
	archive string
}

// parse reads the first document of a YAML text, as helm and kustomize do.
func parse(name string, data []byte) (d *document, err error) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	file := &source.File{Name: name}
	d = &document{file: file, text: &source.Text{File: file, Data: data, Base: source.Pos{Line: 1, Col: 1}}}
	defer func() {
		if recover() != nil { // the parser is given what anybody wrote
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

// position is the place of a node as people write it: values.yaml:8. What is in an archive is said to be in it.
func (d *document) position(n *yaml.Node) string {
	if d.archive == "" {
		return d.file.Name + ":" + strconv.Itoa(d.span(n).Start.Line)
	}
	return strings.TrimPrefix(d.file.Name, d.archive+"/") + ":" + strconv.Itoa(n.Line) + " of " + d.archive
}

// span is the place of a scalar: its text without quotes where that is what the bytes say, else the rest of its line. What is in an archive
// has the archive for its place.
func (d *document) span(n *yaml.Node) source.Span {
	if d.archive != "" {
		return source.Span{File: &source.File{Name: d.archive}}
	}
	from, to, exact := yamlnode.Stretch(d.text, n)
	s := d.text.Span(from, to)
	s.Exact = exact
	return s
}
