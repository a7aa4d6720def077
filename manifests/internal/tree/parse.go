// Package tree reads one document into YAML nodes, with their positions in its text, and interprets them like
// Kubernetes' reader: aliases, merge keys, duplicate keys, scalars that are numbers. It knows YAML and JSON, but no
// Kubernetes objects.
package tree

import (
	"bytes"
	"errors"
	"io"
	"sync"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/fastyaml"
	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// parsers are reused; their nodes are only valid for one document.
var parsers = sync.Pool{New: func() any { return new(fastyaml.Parser) }}

// Parse reads a document into nodes and passes its root, if there is one, to use. The nodes are valid until use
// returns. The error is usually a *model.SyntaxError.
func Parse(t *source.Text, use func(root *yaml.Node)) error {
	fast := parsers.Get().(*fastyaml.Parser) //nolint:forcetypeassert // the pool contains only this type
	root, err := parse(t, fast)
	if err == nil && root != nil {
		use(root)
	}
	t.SetLines(nil)   // they may share the parser's memory
	parsers.Put(fast) // not after a panic, because its state is unknown
	return err
}

// parse reads a document. It returns several roots as items of a list. There are several if a line break that only YAML
// knows hides a "---", or if JSON objects follow one another (kubectl reads such streams). fastyaml reads documents in the plain
// subset of YAML, with most of JSON. Other documents that begin like JSON are then read as JSON, which is faster than the parser for
// all of YAML, and allows indentation with tabs.
func parse(t *source.Text, fast *fastyaml.Parser) (*yaml.Node, error) {
	if root, ok := fast.Parse(t.Data); ok {
		if fast.IsSpecial() {
			if err := checkAliases(t, root); err != nil {
				return nil, err
			}
		}
		t.SetLines(fast.Lines())
		return root, nil
	}
	if at := stream.JSONStart(t.Data); at >= 0 {
		if roots, ok := parseJSON(t, at); ok {
			return oneRoot(roots), nil
		}
	}
	if bytes.IndexByte(t.Data, 0) >= 0 {
		return nil, unreadable(t, "NUL bytes")
	}
	loader, err := yaml.NewLoader(bytes.NewReader(t.Data), yaml.WithUniqueKeys(false))
	if err != nil {
		return nil, err
	}
	var roots []*yaml.Node
	for {
		doc := new(yaml.Node)
		err := loader.Load(doc)
		if errors.Is(err, io.EOF) {
			return oneRoot(roots), nil
		}
		if err != nil {
			return nil, yamlError(t, err)
		}
		if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
			if err := checkAliases(t, doc.Content[0]); err != nil {
				return nil, err
			}
			roots = append(roots, doc.Content[0])
		}
	}
}

// oneRoot wraps several roots into a list.
func oneRoot(roots []*yaml.Node) *yaml.Node {
	switch len(roots) {
	case 0:
		return nil
	case 1:
		return roots[0]
	}
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: roots[0].Line, Column: roots[0].Column, Content: roots}
}
