package fastyaml_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/slow"
	"github.com/imagelint-dev/imagelint/manifests/fastyaml"
)

// writer writes random documents that are mostly valid YAML, in unusual layouts.
type writer struct {
	*rand.Rand
	b     strings.Builder
	names []string // of the anchors so far
	odd   int      // how often, in percent, to choose a piece that usually makes a document invalid or takes it out of the subset
}

// pick returns one of usual, or rarely one of rare.
func (w *writer) pick(usual, rare []string) string {
	if w.IntN(100) < w.odd {
		return w.one(rare...)
	}
	return w.one(usual...)
}

func (w *writer) one(in ...string) string { return in[w.IntN(len(in))] }

// words are the parts of plain scalars.
func (w *writer) plain() string {
	s := w.pick([]string{
		"a", "b1", "true", "null", "~", "12", "0x1f", "-1", "1.5", "2024-01-02", "nginx:1.27", "http://x/#y", "é", "日本", "--flag=x", ".5",
		"a#b", "100m", "no", "it's", "x\"y", "1_0", "$(A)", "k8s.io/x-y",
	}, []string{"<<", ":80", "?x", "a,b", "*.x", "a\tb"})
	for w.IntN(4) == 0 {
		s += w.one(" ", "  ", "") + w.pick([]string{"b", "'d'", "-", "i:j", "|"}, []string{"- c", "[e]", "{f}", "# g", ": h", ","})
	}
	return s
}

func (w *writer) quoted() string {
	if w.IntN(2) == 0 {
		return "'" + w.one("", "a", "a ''b''", "#", "a: b", "é ", " x", "a\n  b", "\n\n  c \n", "{{ x }}", "\\n", "\"") + "'"
	}
	return `"` + w.pick([]string{"", "a", `a\n\tb`, `\"`, `\\`, "#", "a: b", `\u00e9`, "é ", "a\n  b", "a \\\n\n   b", "\n\n c\n", "\\ \n x", "\t\tx", `\/`, "'"}, []string{`\x4`, `\q`}) + `"`
}

func (w *writer) scalar() string {
	switch w.IntN(3) {
	case 0:
		return w.quoted()
	default:
		return w.plain()
	}
}

func (w *writer) flow(depth int) string {
	space := func() string {
		return w.pick([]string{"", " ", " ", "  "}, []string{"\n      ", " # c\n       ", "\n"})
	}
	n := w.IntN(4)
	parts := make([]string, 0, n)
	if w.IntN(2) == 0 {
		for range n {
			parts = append(parts, space()+w.flowNode(depth)+space())
		}
		return "[" + strings.Join(parts, ",") + w.pick([]string{"", " "}, []string{",", ", "}) + "]"
	}
	for range n {
		key := w.quoted() + w.pick([]string{": ", " : "}, []string{":"})
		if w.IntN(2) == 0 {
			key = w.plain() + w.pick([]string{": ", " : "}, []string{":"})
		}
		parts = append(parts, space()+key+w.flowNode(depth)+space())
	}
	return "{" + strings.Join(parts, ",") + w.pick([]string{"", " "}, []string{",", ", "}) + "}"
}

func (w *writer) flowNode(depth int) string {
	if depth > 0 && w.IntN(4) == 0 {
		return w.flow(depth - 1)
	}
	return w.scalar()
}

// ending ends a line, and adds insignificant text after and below it.
func (w *writer) ending() {
	w.b.WriteString(w.pick([]string{"", "", "", " ", "  ", " # c", "  # c: d", " #"}, []string{"\t", "#"}))
	w.breaks()
}

func (w *writer) breaks() {
	w.b.WriteString("\n")
	for w.IntN(8) == 0 {
		w.b.WriteString(w.pick([]string{"\n", "  \n", "# c\n", "   # - c\n", "              # c: d\n"}, []string{"\t\n"}))
	}
}

func (w *writer) spaces(n int) { w.b.WriteString(strings.Repeat(" ", n)) }

// text writes a block scalar within a collection that is indented by indent.
func (w *writer) text(indent int) {
	w.b.WriteString(w.one("|", "|", ">", ">") + w.one("", "", "-", "+", "2", "-1") + w.one("", "", " ", " # c") + "\n")
	deep := indent + 1 + w.IntN(3)
	for range w.IntN(5) {
		switch w.IntN(5) {
		case 0:
			if w.IntN(100) < w.odd {
				w.spaces(3)
			}
			w.spaces(w.IntN(deep + 1))
		default:
			w.spaces(deep + w.IntN(6)/4)
			w.b.WriteString(w.pick([]string{"a", "b: c", "- d", "# e", "f  ", "é", "---", "\"", "a long line"}, []string{"\tg"}))
		}
		w.b.WriteString("\n")
	}
	for w.IntN(4) == 0 {
		w.b.WriteString(w.one("\n", "\n", " \n", "# c\n"))
	}
}

// anchor returns an anchor, and allows aliases of it from here on, which is too early for those within its node.
func (w *writer) anchor() string {
	name := w.pick([]string{"a", "b", "c-1"}, []string{"", "é", "a:"})
	w.names = append(w.names, name)
	return "&" + name
}

// leaf writes anything but a block collection.
func (w *writer) leaf(indent int) {
	if w.IntN(40) == 0 {
		w.b.WriteString(w.anchor() + w.one(" ", " ", "  "))
		if w.IntN(2) == 0 {
			w.b.WriteString(w.scalar())
			w.ending()
			return
		}
	}
	switch w.IntN(24) {
	case 10, 11, 12:
		if len(w.names) > 0 {
			w.b.WriteString("*" + w.one(w.names...))
		}
	case 13:
		w.b.WriteString(w.pick([]string{"{{ x }}", "{{x }}", "{{ x y}}", "{x}", "{x: y, z}"}, []string{"{{ x }", "{{- x }}", "{{ x }} y", "{[x] }"}))
	case 0, 1:
		w.text(indent)
		return
	case 2:
		w.b.WriteString(w.flow(2))
	case 3:
		w.b.WriteString(w.plain())
		for range 1 + w.IntN(2) {
			w.b.WriteString(w.one("\n", "\n", " \n", "\n\n", "\n  \n"))
			w.spaces(indent + 1 + w.IntN(3))
			w.b.WriteString(w.plain())
		}
	case 4: // nothing
	default:
		w.b.WriteString(w.scalar())
	}
	w.ending()
}

// node writes a node after a key or, if dash is set, after a dash, within a collection that is
// indented by indent.
func (w *writer) node(indent, depth int, dash bool) {
	deeper := indent + 1 + w.IntN(3)
	switch r := w.IntN(8); {
	case depth > 0 && w.IntN(24) == 0:
		w.spaces(1)
		w.b.WriteString(w.anchor())
		w.ending()
		if w.IntN(2) == 0 {
			w.sequence(deeper, depth-1, false)
		} else {
			w.mapping(deeper, depth-1, false)
		}
	case depth == 0 || r < 3:
		if !dash || w.IntN(3) > 0 {
			w.spaces(1 + w.IntN(6)/5)
		} else {
			w.ending()
			w.spaces(deeper)
		}
		w.leaf(indent)
	case r < 6:
		if dash && w.IntN(2) == 0 {
			w.spaces(1)
			w.mapping(indent+2, depth-1, true)
			return
		}
		w.ending()
		w.mapping(deeper, depth-1, false)
	default:
		if dash && w.IntN(2) == 0 {
			w.spaces(2)
			w.sequence(indent+3, depth-1, true)
			return
		}
		w.ending()
		if !dash && w.IntN(2) == 0 {
			deeper = indent
		}
		w.sequence(deeper, depth-1, false)
	}
}

func (w *writer) mapping(indent, depth int, inline bool) {
	for range 1 + w.IntN(4) {
		if !inline {
			w.spaces(indent)
		}
		inline = false
		key := w.one("a", "b", "name", "image", "k8s.io/x", "a b", "\"q\"", "'r'", "1", "true", "é", "-x")
		if w.IntN(100) < w.odd {
			key = w.scalar()
		}
		w.b.WriteString(key + w.one("", "", "", "", " ") + ":")
		w.node(indent, depth, false)
	}
}

func (w *writer) sequence(indent, depth int, inline bool) {
	for range 1 + w.IntN(3) {
		if !inline {
			w.spaces(indent)
		}
		inline = false
		w.b.WriteString("-")
		w.node(indent, depth, true)
	}
}

func (w *writer) document() string {
	w.b.Reset()
	w.names = nil
	w.b.WriteString(w.one("", "", "---\n", "--- # c\n", "# c\n\n---\n", "\n\n"))
	indent := w.IntN(6) / 5
	if w.IntN(4) == 0 {
		w.sequence(indent, 3, false)
	} else {
		w.mapping(indent, 3, false)
	}
	w.b.WriteString(w.one("", "", "", "...\n", "# c", "  "))
	s := w.b.String()
	if w.IntN(4) == 0 {
		s = strings.TrimRight(s, "\n")
	}
	if w.IntN(8) == 0 {
		s = strings.ReplaceAll(s, "\n", "\r\n")
	}
	return s
}

// mutate changes a document in one place.
func (w *writer) mutate(s string) string {
	i, j := w.IntN(len(s)+1), w.IntN(len(s)+1)
	if i > j {
		i, j = j, i
	}
	switch w.IntN(4) {
	case 0:
		return s[:i] + s[min(i+1+w.IntN(3), len(s)):]
	case 1:
		lines := strings.SplitAfter(s, "\n")
		n := w.IntN(len(lines))
		lines[n] = w.one(" ", "  ", "\t", "-", "- ", "#", "") + strings.TrimPrefix(lines[n], w.one(" ", "  ", "-"))
		return strings.Join(lines, "")
	case 2:
		return s[:i] + s[j:]
	}
	return s[:i] + w.one(" ", "\n", ":", ": ", "#", " #", "-", "\n- ", "'", "\"", "[", "]", "{", "}", ",", "|", ">", "\\", "\t", "&", "*", "!", "?", "%", "@", "\n---\n",
		"\n...\n", "\r", "\u0085", "\u2028", "é", "\x7f", "<<: ") + s[i:]
}

func TestParseRandom(t *testing.T) {
	t.Parallel()
	slow.SkipWithRace(t)
	for _, c := range []struct {
		name           string
		odd, mutations int
		least          int // percentage of accepted documents: a test with only rejected ones proves nothing
	}{{"plain", 0, 0, 60}, {"odd", 10, 0, 20}, {"mutated", 0, 1, 30}, {"odd and mutated", 5, 2, 8}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := &writer{Rand: rand.New(rand.NewPCG(1, 2)), odd: c.odd}
			const n = 4_000
			count := 0
			var p fastyaml.Parser
			for range n {
				s := w.document()
				for range c.mutations {
					s = w.mutate(s)
				}
				if same(t, &p, []byte(s)) {
					count++
				}
			}
			if count < n/100*c.least {
				t.Errorf("%d of %d documents accepted, want at least %d%%", count, n, c.least)
			}
			t.Logf("%d of %d accepted", count, n)
		})
	}
}
