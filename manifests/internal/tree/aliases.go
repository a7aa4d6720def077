package tree

import (
	"bytes"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// expansion walks a document like Kubernetes' YAML reader (decode.go of go.yaml.in/yaml/v2), following each alias, and
// stops where that reader rejects the document. So a document that passes is no larger, with all aliases expanded, than
// the reader allows, and later walks need no limits.
type expansion struct {
	nodes, aliased int // visited nodes, and those visited through an alias
	depth          int // of aliases
	open           map[*yaml.Node]bool

	at            *yaml.Node // where the reader rejects the document
	message, help string
}

// checkAliases returns why Kubernetes rejects the aliases or merge keys of a document, or nil if it
// accepts them.
func checkAliases(t *source.Text, root *yaml.Node) error {
	if bytes.IndexByte(t.Data, '*') < 0 && !bytes.Contains(t.Data, []byte("<<")) {
		return nil
	}
	e := expansion{open: map[*yaml.Node]bool{}}
	if e.visit(root) {
		return nil
	}
	err := syntaxError(t, e.at.Line, e.at.Column, "", "")
	err.Message, err.Help = e.message, e.help
	return err
}

func (e *expansion) refuse(at *yaml.Node, message, help string) bool {
	e.at, e.message, e.help = at, message, help
	return false
}

func (e *expansion) visit(n *yaml.Node) bool {
	e.nodes++
	if e.depth > 0 {
		e.aliased++
	}
	if e.aliased > 100 && e.nodes > 1000 && float64(e.aliased) > float64(e.nodes)*aliasRatio(e.nodes) {
		return e.refuse(n, "aliases make it so large that Kubernetes refuses to read it", "write out what is repeated, or split the document")
	}
	switch n.Kind {
	case yaml.AliasNode:
		if e.open[n] || n.Alias == nil {
			return e.refuse(n, "an anchor holds an alias of itself", "write the value out")
		}
		e.open[n] = true
		e.depth++
		ok := e.visit(n.Alias)
		e.depth--
		delete(e.open, n)
		return ok
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if IsMerge(n.Content[i]) {
				if !e.merge(n.Content[i+1]) {
					return false
				}
			} else if !e.visit(n.Content[i]) || !e.visit(n.Content[i+1]) {
				return false
			}
		}
	default:
		for _, item := range n.Content {
			if !e.visit(item) {
				return false
			}
		}
	}
	return true
}

// merge visits the value of a merge key: a mapping, or a list of mappings.
func (e *expansion) merge(val *yaml.Node) bool {
	list := []*yaml.Node{val}
	if val.Kind == yaml.SequenceNode {
		list = val.Content
	}
	for _, n := range list {
		if m := Resolve(n); m != nil && m.Kind != yaml.MappingNode {
			return e.refuse(n, `"<<" merges something that is not a mapping`, "merge a mapping or a list of mappings")
		}
		if !e.visit(n) {
			return false
		}
	}
	return true
}

// aliasRatio returns the fraction of a document's nodes that may come from aliases.
func aliasRatio(nodes int) float64 {
	const low, high = 400_000, 4_000_000
	switch {
	case nodes <= low:
		return 0.99
	case nodes >= high:
		return 0.10
	}
	return 0.99 - 0.89*float64(nodes-low)/(high-low)
}
