package extract

import (
	"bytes"
	"cmp"
	"slices"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/internal/lazy"
	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

var directiveWord = []byte("imagelint:")

// mistyped matches the beginning of a comment that is probably a misspelled directive: in another case, with another
// character instead of the colon, or with a space. The linter checks whether a rule ID follows, since comments may
// mention imagelint.
var mistyped = lazy.Regexp(`(?i)^imagelint(\s*[-_.:]\s*(ignore|disable|skip)\b|\s+(ignore|disable)\s+[a-z*])`)

// mayDirect reports whether text may contain a directive, or a misspelled one.
func mayDirect(text []byte) bool { return bytes.Contains(text, wordDirective) || mayShout(text) }

// mayShout reports whether text may contain a directive with capitals. It searches for the capital L, because capitals are rare.
func mayShout(text []byte) bool {
	for at := 0; ; at++ {
		i := bytes.IndexByte(text[at:], 'L')
		if i < 0 {
			return false
		}
		at += i
		if rest := text[at+1:]; at >= 2 && (bytes.HasPrefix(rest, []byte("int")) && string(text[at-2:at]) == "ge" || bytes.HasPrefix(rest, []byte("INT")) && string(text[at-2:at]) == "GE") {
			return true
		}
	}
}

// mayDirectIn is mayDirect for a document.
func mayDirectIn(c *stream.Doc) bool {
	if notes, ok := c.Notes(); ok {
		return notes.Directive || notes.Shout && mayShout(c.Data)
	}
	return mayDirect(c.Data)
}

// isDirective reports whether a comment is a directive, or a misspelled one.
func isDirective(text []byte) bool {
	return bytes.HasPrefix(text, directiveWord) || mistyped().Match(text)
}

// lineRange is a range of lines in one document, inclusive.
type lineRange struct {
	from, to int
	object   *model.Object
	whole    bool // the object itself, not a container in it
	keys     []int
}

// directives finds the comments "# imagelint:..." in a document. ranges are the containers and
// objects in it.
func directives(c *stream.Doc, doc *model.Document, root *yaml.Node, ranges []lineRange) []*model.Directive {
	if !mayDirect(c.Data) {
		return nil
	}
	var out []*model.Directive
	texts, secretive := tree.TextsOf(&c.Text, root, inlinePatches(c.File.Name, root)), tree.MayHoldSecret(c.Data)
	above := 0 // out[above:] are on lines of their own and apply to the next line with content
	for n := 1; n <= c.Lines(); n++ {
		a, b := c.Line(n)
		line := c.Data[a:b]
		if isContent(line) {
			for _, d := range out[above:] {
				d.Line = n
			}
			above = len(out)
		}
		if !mayDirect(line) || texts.Holds(n) {
			continue
		}
		at := texts.Comment(line, a)
		if at < 0 {
			continue
		}
		text := bytes.TrimLeft(line[at+1:], " \t#")
		if !isDirective(text) {
			continue
		}
		from := b - len(text)
		text = bytes.TrimRight(text, " \t")
		out = append(out, &model.Directive{Span: c.Span(from, from+len(text)), Text: string(text), Doc: doc, Line: n})
		if len(bytes.TrimSpace(line[:at])) > 0 {
			above = len(out)
		}
	}
	widen(out, ranges)
	for _, d := range out {
		if d.Object != nil && d.Object.Kind == "Secret" || tree.InFlow(d.Span) && secretive {
			d.Span = d.Span.ShowOnly()
		}
		shift := c.Base.Line - 1
		d.Line += shift
		if d.From > 0 {
			d.From, d.To = d.From+shift, d.To+shift
		}
	}
	return out
}

// isContent reports whether a line is neither blank nor a comment nor a separator.
func isContent(line []byte) bool {
	t := bytes.TrimSpace(line)
	return len(t) > 0 && t[0] != '#' && (!stream.IsMarker(line, '-') || len(t) > 3)
}

// widen finds the object that each directive applies to. A directive at the start of a container, or at apiVersion,
// kind or metadata of an object, applies to all of it.
func widen(list []*model.Directive, ranges []lineRange) {
	slices.SortStableFunc(list, func(a, b *model.Directive) int { return cmp.Compare(a.Line, b.Line) })
	type stretch struct {
		from, to int
		object   *model.Object
		whole    bool
	}
	seen := map[stretch]bool{} // through aliases, the same container may occur many times
	for _, r := range ranges {
		s := stretch{r.from, r.to, r.object, r.whole}
		if seen[s] {
			continue
		}
		seen[s] = true
		i, _ := slices.BinarySearchFunc(list, r.from, func(d *model.Directive, line int) int { return cmp.Compare(d.Line, line) })
		for ; i < len(list) && list[i].Line <= r.to; i++ {
			d := list[i]
			d.Object = r.object
			if r.whole && slices.Contains(r.keys, d.Line) || !r.whole && d.Line == r.from {
				d.From, d.To = r.from, r.to
			}
		}
	}
}

// inlinePatches returns the patches that are written as blocks of text in a kustomization. Findings in them are reported there, so comments work there, too.
func inlinePatches(name string, root *yaml.Node) map[*yaml.Node]bool {
	if !isKustomizationFile(name) {
		return nil
	}
	out := map[*yaml.Node]bool{}
	add := func(n *yaml.Node) {
		if n = tree.Resolve(n); n != nil && n.Kind == yaml.ScalarNode && n.Style&yaml.LiteralStyle != 0 {
			out[n] = true
		}
	}
	for _, key := range []string{"patches", "patchesJson6902", "patchesStrategicMerge"} {
		for _, item := range sequence(tree.Child(root, key)) {
			add(item)
			add(tree.Child(item, "patch"))
		}
	}
	return out
}
