package extract

import (
	"bytes"
	"strings"

	yaml "go.yaml.in/yaml/v4"
	kyaml "sigs.k8s.io/yaml"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// pullSecretsKey is the field of a pod spec that names pull secrets.
const pullSecretsKey = "imagePullSecrets"

// move describes how to move a key of a mapping to the pod spec. It returns nil if moving lines is
// not enough.
func (x scope) move(m, key, val *yaml.Node) *model.FieldMove {
	m, v := tree.Resolve(m), tree.Resolve(val)
	if x.home.key == nil || v == nil || m.Style&yaml.FlowStyle != 0 || len(m.Content) < 4 || val.Kind == yaml.AliasNode || hasAnchors(x.text.Data) {
		return nil
	}
	first, last, ok := x.lines(key, v)
	if !ok {
		return nil
	}
	at, indent, ok := x.opening()
	from, to := x.text.LineStart(first), x.text.LineStart(last+1)
	if last == x.text.Lines() {
		to = len(x.text.Data)
	}
	if !ok || at > from && at < to {
		return nil
	}
	data := x.text.Data
	text := string(data[from:to])
	var alone map[string]any
	if err := kyaml.Unmarshal([]byte(text), &alone); err != nil || len(alone) != 1 || alone[key.Value] == nil {
		return nil
	}
	out := &model.FieldMove{At: x.text.Span(at, at)}
	out.Text = indented(text, tree.Offset(x.text, key)-x.text.LineStart(key.Line), indent)
	if key.Value != pullSecretsKey {
		out.Text = strings.Replace(out.Text, key.Value+":", pullSecretsKey+":", 1)
	}
	if to == len(data) && x.text.LineEnd(last) == to { // the last line of the file has no line break, so use the previous one's
		out.Text += string(data[x.text.LineEnd(key.Line-1):x.text.LineStart(key.Line)])
		from, to = x.text.LineEnd(first-1), x.text.LineEnd(last)
	}
	out.From = x.redacted(x.text.Span(from, to))
	return out
}

// lines returns the first and last line of a key and its value, if nothing else is on these lines.
func (x scope) lines(key, v *yaml.Node) (first, last int, ok bool) {
	indent := tree.Offset(x.text, key) - x.text.LineStart(key.Line)
	if !isBlank(x.text.Data[x.text.LineStart(key.Line):tree.Offset(x.text, key)]) || key.Line == 1 {
		return 0, 0, false
	}
	first, last = key.Line, max(key.Line, tree.LastLine(v))
	for n := last + 1; n <= x.text.Lines(); n++ {
		line := x.text.Data[x.text.LineStart(n):x.text.LineEnd(n)]
		if text := bytes.TrimLeft(line, " "); len(text) > 0 && text[0] != '#' {
			if len(line)-len(text) > indent {
				return 0, 0, false // the value continues
			}
			break
		}
	}
	for first > 2 {
		line := x.text.Data[x.text.LineStart(first-1):x.text.LineEnd(first-1)]
		if text := bytes.TrimLeft(line, " "); len(text) == 0 || text[0] != '#' || len(line)-len(text) != indent {
			break
		}
		first--
	}
	return first, last, true
}

// opening returns the offset after the line that starts the pod spec, and the indentation of the
// pod spec.
func (x scope) opening() (at, indent int, ok bool) {
	h := x.home
	if h.spec.Style&yaml.FlowStyle != 0 || len(h.spec.Content) == 0 || h.spec.Content[0].Line <= h.key.Line {
		return 0, 0, false
	}
	first := h.spec.Content[0]
	start, off := x.text.LineStart(first.Line), tree.Offset(x.text, first)
	return x.text.LineStart(h.key.Line + 1), off - start, isBlank(x.text.Data[start:off])
}

// indented moves lines that begin in one column to another.
func indented(text string, from, to int) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		n := len(line) - len(strings.TrimLeft(line, " "))
		if rest := line[min(n, from):]; strings.TrimSpace(rest) == "" {
			b.WriteString(rest)
		} else {
			b.WriteString(strings.Repeat(" ", to) + rest)
		}
	}
	return b.String()
}

func isBlank(data []byte) bool { return len(bytes.TrimLeft(data, " ")) == 0 }

// hasAnchors reports whether a document may use anchors, so that a text may occur in several
// places.
func hasAnchors(data []byte) bool {
	for {
		i := bytes.IndexByte(data, '&')
		if i < 0 {
			return false
		}
		before, rest := i == 0 || strings.IndexByte(" \t\n[{,", data[i-1]) >= 0, data[i+1:]
		if before && len(rest) > 0 && !source.IsSpace(rest[0]) && rest[0] != '&' {
			return true
		}
		data = rest
	}
}

// replaceable describes how a value of pull secrets can be replaced: a string, or a mapping with
// the single key name. It returns zero if that is not clear.
func (x scope) replaceable(n *yaml.Node) model.YAMLValue {
	data, off := x.text.Data, tree.Offset(x.text, n)
	at, what := off, n
	isMapping := n.Kind == yaml.MappingNode
	if hasAnchors(data) {
		return model.YAMLValue{}
	}
	if isMapping {
		if len(n.Content) != 2 || n.Content[0].Value != "name" || n.Content[1].Kind != yaml.ScalarNode {
			return model.YAMLValue{}
		}
		what = n.Content[1]
	}
	s := x.lineSpan(what)
	if !s.Exact() {
		return model.YAMLValue{}
	}
	w := model.YAMLValue{Flow: inBrackets(data[:at])}
	end := at + s.End().Offset - s.Start().Offset
	if isMapping {
		end = s.End().Offset - x.text.Base.Offset
	} else if data[at] == '"' || data[at] == '\'' {
		w.Quote = string(data[at])
		end += 2
	}
	if isMapping && data[at] == '{' {
		w.Flow = true
		if i := bytes.IndexByte(data[end:], '}'); i >= 0 && len(bytes.Trim(data[end:end+i], "\"' ,")) == 0 {
			end += i + 1
		} else {
			return model.YAMLValue{}
		}
	} else if isMapping && end < len(data) && strings.IndexByte(`"'`, data[end]) >= 0 {
		end++
	}
	w.Span = x.redacted(x.text.Span(at, end))
	return w
}

// inBrackets reports whether the next token is an item of a list in brackets.
func inBrackets(before []byte) bool {
	before = bytes.TrimRight(before, " \t\r\n")
	return len(before) > 0 && strings.IndexByte("[,{", before[len(before)-1]) >= 0
}
