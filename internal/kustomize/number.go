package kustomize

import (
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/imagelint-dev/imagelint/internal/yamlnode"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// maxNumber is the maximum length of a number that is restored, so that the output stays small.
const maxNumber = 64

// numbers restores numbers in written objects. kustomize prints 1.10 as 1.1 and 0777 as 511. To the API server they are the same, but not to the user,
// who may have meant a tag.
type numbers struct {
	all []number
	// longer is how much longer the text becomes by what was restored so far.
	longer int
}

// number is a range of an object and the text that replaces it.
type number struct {
	from, to int
	text     string
}

// restore replaces the scalar of a node, at an offset, with what the user wrote, if that is the same number written differently. Nodes are passed
// in the order of the text.
func (w *numbers) restore(n *yaml.Node, at int, written string) {
	if !isSame(n, written) {
		return
	}
	w.all = append(w.all, number{at, at + len(n.Value), written})
	w.longer += len(written) - len(n.Value)
}

// in returns a text with the restored numbers.
func (w *numbers) in(data []byte) []byte {
	if len(w.all) == 0 {
		return data
	}
	out := make([]byte, 0, len(data)+max(w.longer, 0))
	from := 0
	for _, n := range w.all {
		out = append(append(out, data[from:n.from]...), n.text...)
		from = n.to
	}
	return append(out, data[from:]...)
}

// isSame reports whether a text without quotes is the number of a node, but written differently.
func isSame(n *yaml.Node, written string) bool {
	if n.Kind != yaml.ScalarNode || n.Value == written || written == "" || len(written) > maxNumber {
		return false
	}
	is, ok := value(n)
	was, wasNumber := value(&yaml.Node{Kind: yaml.ScalarNode, Value: written})
	return ok && wasNumber && is == was
}

const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle

// value returns the number that a scalar is.
func value(n *yaml.Node) (out float64, ok bool) {
	if n.Style&quoted != 0 || !slices.Contains([]string{"!!int", "!!float"}, n.ShortTag()) {
		return 0, false
	}
	return out, n.Decode(&out) == nil
}

// plain returns the text at a position if it is exactly a value without quotes, or "".
func (b *builder) plain(at Span) string {
	if !at.Exact || at.File < 0 || at.File >= len(b.res.Files) || at.To-at.From > maxNumber {
		return ""
	}
	t := b.texts[b.res.Files[at.File]]
	if t == nil || at.From < 1 || at.To > len(t.src.Data) || t.src.Data[at.From-1] == '"' || t.src.Data[at.From-1] == '\'' {
		return ""
	}
	return string(t.src.Data[at.From:at.To])
}

// maxSteps and maxCompared limit how many nodes of the files WithNumbers looks at, and how many numbers it compares, which is slower.
const (
	maxSteps    = 20_000_000
	maxCompared = 200_000
)

// WithNumbers returns what another kustomize built from texts with numbers as they were written. Its output has no marks, so a number is taken from the
// same path of the objects with the same kind and with a name that is part of the built one, if all of them that have this number write it alike.
func WithNumbers(built []byte, texts [][]byte) []byte {
	docs, err := documents(built)
	if err != nil {
		return built
	}
	written := map[string][]*yaml.Node{} // by kind
	for _, data := range texts {
		objects, _ := documents(data) // kustomize read it, or it is not YAML
		for _, o := range objects {
			kind := yamlnode.Text(o, "kind")
			written[kind] = append(written[kind], o)
		}
	}
	u := unmarked{src: &source.Text{Data: built, Base: source.Pos{Line: 1, Col: 1}}, steps: maxSteps, compare: maxCompared}
	for _, d := range docs {
		name := yamlnode.Text(yamlnode.Field(d, "metadata"), "name")
		var from []*yaml.Node
		for _, o := range written[yamlnode.Text(d, "kind")] {
			if part := yamlnode.Text(yamlnode.Field(o, "metadata"), "name"); part != "" && strings.Contains(name, part) {
				from = append(from, o)
			}
			u.steps--
		}
		u.walk(d, from, 0)
	}
	return u.numbers.in(built)
}

// unmarked walks built objects beside those that they may be from.
type unmarked struct {
	src            *source.Text
	numbers        numbers
	steps, compare int // left
}

func (u *unmarked) walk(n *yaml.Node, from []*yaml.Node, depth int) {
	if u.steps -= len(from); len(from) == 0 || u.steps < 0 || depth > 10*maxDepth {
		return
	}
	below := func(child func(*yaml.Node) *yaml.Node) []*yaml.Node {
		var out []*yaml.Node
		for _, f := range from {
			u.steps -= len(f.Content)
			if c := yamlnode.Resolve(child(f)); c != nil && u.steps >= 0 {
				out = append(out, c)
			}
		}
		return out
	}
	switch n.Kind {
	case yaml.SequenceNode:
		for i, c := range n.Content {
			u.walk(c, below(func(f *yaml.Node) *yaml.Node { return yamlnode.Item(f, i) }), depth+1)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			u.walk(n.Content[i+1], below(func(f *yaml.Node) *yaml.Node { return yamlnode.Field(f, n.Content[i].Value) }), depth+1)
		}
	default:
		u.number(n, from)
	}
}

// number restores a number if all places that have it write it alike.
func (u *unmarked) number(n *yaml.Node, from []*yaml.Node) {
	if _, is := value(n); !is {
		return
	}
	text, other := "", ""
	for _, f := range from {
		switch {
		case f.Value == n.Value && f.Style&quoted == 0:
			return
		case f.Style&quoted != 0 || f.Value == text || f.Value == other:
			continue
		}
		if u.compare--; u.compare < 0 {
			return
		}
		switch {
		case !isSame(n, f.Value):
			other = f.Value
		case text != "":
			return
		default:
			text = f.Value
		}
	}
	u.numbers.restore(n, u.src.Offset(max(n.Line, 1), max(n.Column, 1)), text)
}
