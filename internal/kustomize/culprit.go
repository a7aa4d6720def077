package kustomize

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/imagelint-dev/imagelint/internal/yamlnode"
)

// piece is a document that a kustomization names, or a patch that is written in one.
type piece struct {
	text *text
	doc  *yaml.Node // nil for text without a document
	err  error      // why there is none
}

// at returns an error about a piece, with its file and position.
func (b *builder) at(p *piece, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	switch {
	case p.doc != nil:
		return b.faultAt(p.text, p.text.span(p.doc), err)
	case p.text.outer != nil:
		return b.faultAt(p.text, p.text.outer.span(p.text.node), err)
	}
	return &fault{fmt.Errorf("%s: %w", b.show(p.text.name), err), Span{File: p.text.index}}
}

// faultAt returns an error at a position in the file of a text.
func (b *builder) faultAt(t *text, at Span, err error) error {
	for t.outer != nil {
		t = t.outer
	}
	return &fault{fmt.Errorf("%s:%d: %w", b.show(t.name), t.src.LineAt(at.From), err), at}
}

// notYAML returns the error for a text that could not be parsed, at the line that says so.
func (b *builder) notYAML(t *text, err error) error {
	if errors.Is(err, errHeavy) {
		return b.at(&piece{text: t}, "%w", err)
	}
	line, why := syntaxError(t.src.Data)
	if line == 0 {
		return b.at(&piece{text: t}, "%w", err)
	}
	what := "it"
	if t.outer != nil {
		what = "a patch" // not the kustomization
	}
	from := t.src.LineStart(line)
	return b.faultAt(t, t.out(from, max(from, t.src.LineEnd(line)), false), fmt.Errorf("%s is not YAML: %s", what, why))
}

// pieces returns the documents of the files with a role, and of the patches in kustomizations.
func (b *builder) pieces(r Role) []piece {
	var out []piece
	add := func(t *text) {
		docs, err := documents(t.src.Data)
		if err != nil || len(docs) == 0 {
			out = append(out, piece{text: t, err: err})
			return
		}
		for _, d := range docs {
			out = append(out, piece{text: t, doc: yamlnode.Resolve(d)})
		}
	}
	for _, f := range b.res.FileUses {
		if f.Role != r {
			continue
		}
		if t, err := b.load(f.File); err == nil {
			add(t)
		}
	}
	if r != AsPatch {
		return out
	}
	for _, k := range b.order {
		for _, key := range []string{"patches", "patchesJson6902", "patchesStrategicMerge"} {
			for _, item := range yamlnode.Items(yamlnode.Field(k.root, key)) {
				n := yamlnode.Resolve(item)
				if n != nil && n.Kind == yaml.MappingNode {
					n = yamlnode.Field(n, "patch")
				} else if n != nil && !strings.Contains(n.Value, "\n") {
					n = nil // a path
				}
				if n != nil && n.Kind == yaml.ScalarNode {
					add(k.text.inner(n))
				}
			}
		}
	}
	return out
}

// isObject reports whether a document is an object of a kind with a name; "" stands for any.
func isObject(doc *yaml.Node, kind, name string) bool {
	k, n := yamlnode.Text(doc, "kind"), yamlnode.Text(yamlnode.Field(doc, "metadata"), "name")
	return k != "" && n != "" && (kind == "" || k == kind) && (name == "" || n == name)
}

// isBadJSON reports whether a patch is text that kustomize reads as JSON, since it begins with a bracket, and that is none.
func (p *piece) isBadJSON() bool {
	text := bytes.TrimSpace(p.text.src.Data)
	return len(text) > 0 && text[0] == '[' && !json.Valid(text)
}

// isPatch reports whether a document has the form of a patch.
func (p *piece) isPatch() bool {
	doc := p.doc
	if p.isBadJSON() {
		return false
	}
	if doc != nil && doc.Kind == yaml.SequenceNode {
		for _, op := range doc.Content {
			if yamlnode.Text(yamlnode.Resolve(op), "op") == "" {
				return false
			}
		}
		return true
	}
	return isObject(doc, "", "")
}

// narrow reports whether a piece is a list of JSON patch operations with one of them, and makes that operation the piece: the list may be long.
func (p *piece) narrow(op, path string) bool {
	for _, o := range yamlnode.Items(p.doc) {
		o = yamlnode.Resolve(o)
		if yamlnode.Text(o, "op") == op && (path == "" || yamlnode.Text(o, "path") == path || yamlnode.Text(o, "from") == path) {
			p.doc = o
			return true
		}
	}
	return false
}

// notPatch returns the error for the first patch that does not have the form of one.
func (b *builder) notPatch() error {
	for _, p := range b.pieces(AsPatch) {
		switch {
		case p.err != nil:
			return b.notYAML(p.text, p.err)
		case p.isBadJSON():
			return b.at(&p, `a patch that begins with "[" must be JSON: quote its keys and texts, or write one operation per line`)
		case !p.isPatch():
			return b.at(&p, noPatch)
		}
	}
	return errors.New(noPatch)
}

const noPatch = "a patch is neither an object nor a list of JSON patch operations"

// blame returns the error for the first piece with a role that is to blame, or one without a file.
func (b *builder) blame(r Role, isToBlame func(*piece) bool, format string, args ...any) error {
	for _, p := range b.pieces(r) {
		if isToBlame(&p) {
			return b.at(&p, format, args...)
		}
	}
	return fmt.Errorf(format, args...)
}

// suspect is like blame if only one of the pieces that may be to blame is.
func (b *builder) suspect(r Role, mayBe func(*piece) bool, format string, args ...any) error {
	const most = 3
	var found []piece
	var names []string
	for _, p := range b.pieces(r) {
		if !mayBe(&p) {
			continue
		}
		found = append(found, p)
		if name := b.show(p.text.name); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	switch {
	case len(found) == 1:
		return b.at(&found[0], format, args...)
	case len(names) == 0 || len(names) > most:
		return fmt.Errorf(format, args...)
	}
	return fmt.Errorf("%s: %w", strings.Join(names, " or "), fmt.Errorf(format, args...))
}

// twice returns the error for an object that exists twice.
func (b *builder) twice(kind, name string) error {
	var in []piece
	for _, p := range b.pieces(AsResource) {
		if isObject(p.doc, kind, name) {
			in = append(in, p)
		}
	}
	switch {
	case len(in) == 0:
		return fmt.Errorf("%s %q exists twice", kind, name)
	case len(in) == 1: // through two kustomizations
		return b.at(&in[0], "%s %q exists twice", kind, name)
	case in[0].text == in[1].text:
		return b.at(&in[1], "%s %q exists twice", kind, name)
	}
	return b.at(&in[1], "%s %q exists twice, also in %s", kind, name, b.show(in[0].text.name))
}

// misfit returns the error for a patch that has a list, an object or text where the object to patch has something else; nil if there is none.
func (b *builder) misfit() error {
	type object struct{ kind, name string }
	of := func(doc *yaml.Node) object {
		return object{yamlnode.Text(doc, "kind"), yamlnode.Text(yamlnode.Field(doc, "metadata"), "name")}
	}
	resources := map[object]*yaml.Node{}
	for _, p := range b.pieces(AsResource) {
		resources[of(p.doc)] = p.doc
	}
	for _, p := range b.pieces(AsPatch) {
		o := of(p.doc)
		if o.kind == "" || o.name == "" {
			continue
		}
		if n, path, want := unlike(p.doc, resources[o], 0); n != nil {
			return b.at(&piece{text: p.text, doc: n}, "the patch of %s %q has %s at %s, not %s", o.kind, o.name, formOf(n), path, want)
		}
	}
	return nil
}

// unlike returns the first node of a patch that has another form than that of the object, with its path and the form there.
func unlike(patch, object *yaml.Node, depth int) (n *yaml.Node, path, want string) {
	patch, object = yamlnode.Resolve(patch), yamlnode.Resolve(object)
	switch {
	case patch == nil || object == nil || depth > maxDepth || patch.ShortTag() == "!!null" || object.ShortTag() == "!!null":
		return nil, "", ""
	case patch.Kind != object.Kind:
		return patch, "", formOf(object)
	case patch.Kind != yaml.MappingNode:
		return nil, "", ""
	}
	for i := 0; i+1 < len(patch.Content); i += 2 {
		key := patch.Content[i].Value
		if n, path, want := unlike(patch.Content[i+1], yamlnode.Field(object, key), depth+1); n != nil {
			return n, strings.TrimSuffix(key+"."+path, "."), want
		}
	}
	return nil, "", ""
}

func formOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "an object"
	case yaml.SequenceNode:
		return "a list"
	default:
		return "text"
	}
}

// generatorOf returns the error for the first generator that is to blame, or nil.
func (b *builder) generatorOf(isToBlame func(*types.GeneratorArgs) bool, format string, args ...any) error {
	for _, k := range b.order {
		find := func(key string, i int, g *types.GeneratorArgs) error {
			if !isToBlame(g) {
				return nil
			}
			_, at := k.node(key, i)
			return &fault{fmt.Errorf("%s: %w", b.show(k.text.name), fmt.Errorf(format, args...)), at}
		}
		for i := range k.k.ConfigMapGenerator {
			if err := find("configMapGenerator", i, &k.k.ConfigMapGenerator[i].GeneratorArgs); err != nil {
				return err
			}
		}
		for i := range k.k.SecretGenerator {
			if err := find("secretGenerator", i, &k.k.SecretGenerator[i].GeneratorArgs); err != nil {
				return err
			}
		}
	}
	return nil
}

// named returns the error for the only file of the build that a message of kustomize names, by its path in a kustomization; nil if there is none.
func (b *builder) named(message, say string) error {
	var found *FileUse
	for i := range b.res.FileUses {
		f := &b.res.FileUses[i]
		for _, k := range b.order {
			rel, err := filepath.Rel(k.dir, f.File)
			if err != nil || f.Role == AsKustomization {
				continue
			}
			rel = plainPath(filepath.ToSlash(rel))
			if !strings.Contains(message, "'"+rel+"'") && !strings.Contains(message, "["+rel+"]") && !strings.Contains(message, "path: "+rel+" ") {
				continue
			}
			if found != nil && found.File != f.File {
				return nil
			}
			found = f
		}
	}
	if found == nil {
		return nil
	}
	if t, err := b.load(found.File); err == nil {
		return b.at(&piece{text: t}, "%s", say)
	}
	return nil
}
