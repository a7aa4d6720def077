// Package tree reads one document into the nodes of YAML, with their places in its text, and finds its way in them as Kubernetes' reader
// does: aliases, merge keys, keys that stand twice, scalars that are numbers. It knows YAML and JSON, and nothing of Kubernetes' objects.
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

// parsers are used again and again: their nodes are let go with each document.
var parsers = sync.Pool{New: func() any { return new(fastyaml.Parser) }}

// Parse reads a document into nodes and hands its root to use, unless there is none. The nodes are good until use returns. The error is
// mostly a *model.SyntaxError.
func Parse(t *source.Text, use func(root *yaml.Node)) error {
	fast := parsers.Get().(*fastyaml.Parser) //nolint:forcetypeassert // the pool holds nothing else
	root, err := parse(t, fast)
	if err == nil && root != nil {
		use(root)
	}
	t.SetLines(nil)   // they may be of the parser's memory
	parsers.Put(fast) // not where something panicked: it is unknown what state it is in then
	return err
}

// parse reads a document. Several roots, as there are where a line break that only YAML knows hides a "---", and where JSON objects follow
// one another (kubectl reads such streams), become items of a list. A document that begins as JSON does is read as JSON first: it is
// quicker, and JSON may be indented with tabs. What is in the plain subset of YAML is read by fastyaml.
func parse(t *source.Text, fast *fastyaml.Parser) (*yaml.Node, error) {
	if bytes.IndexByte(t.Data, 0) >= 0 {
		return nil, unreadable(t, "NUL bytes")
	}
	if at := stream.JSONStart(t.Data); at >= 0 {
		if roots, ok := parseJSON(t, at); ok {
			return oneRoot(roots), nil
		}
	}
	if root, ok := fast.Parse(t.Data); ok {
		t.SetLines(fast.Lines())
		return root, nil
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
