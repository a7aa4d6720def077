package render

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v4"

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
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithUniqueKeys(false))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	n := new(yaml.Node)
	switch err := loader.Load(n); {
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

// maxAliases is how many aliases may stand behind one another.
const maxAliases = 100

func resolve(n *yaml.Node) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.AliasNode; i++ {
		if i == maxAliases {
			return nil
		}
		n = n.Alias
	}
	return n
}

// field is the value of a key of a mapping, nil where there is none.
func field(m *yaml.Node, name string) *yaml.Node {
	_, v := entry(m, name)
	return v
}

func entry(m *yaml.Node, name string) (key, val *yaml.Node) {
	if m = resolve(m); m == nil || m.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := len(m.Content) - 2; i >= 0; i -= 2 {
		if m.Content[i].Value == name {
			return m.Content[i], resolve(m.Content[i+1])
		}
	}
	return nil, nil
}

// text is the text of a scalar under a key, "" where there is none.
func text(m *yaml.Node, name string) string {
	if v := field(m, name); v != nil && v.Kind == yaml.ScalarNode && v.ShortTag() != "!!null" {
		return v.Value
	}
	return ""
}

// items are the items of a list.
func items(n *yaml.Node) []*yaml.Node {
	if n = resolve(n); n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// at is the place of a node as people write it: values.yaml:8. What is in an archive is said to be in it.
func (d *document) at(n *yaml.Node) string {
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
	from := d.text.Offset(max(n.Line, 1), max(n.Column, 1))
	rest := d.text.Data[from:d.text.LineEnd(d.text.LineAt(from))]
	at, size := 0, len(n.Value)
	if len(rest) > 0 && (rest[0] == '"' || rest[0] == '\'') {
		at = 1
	}
	switch {
	case n.Kind == yaml.ScalarNode && size > 0 && bytes.HasPrefix(rest[at:], []byte(n.Value)):
		s := d.text.Span(from+at, from+at+size)
		s.Exact = true
		return s
	case at == 1 && size == 0:
		return d.text.Span(from, from+2)
	}
	return d.text.Span(from, from+len(bytes.TrimRight(rest, " \t")))
}
