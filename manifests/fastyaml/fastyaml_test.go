package fastyaml_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/internal/slow"
	"github.com/imagelint-dev/imagelint/manifests/fastyaml"
)

// full returns the full parser's result for a document.
func full(data []byte) (root *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			root, err = nil, fmt.Errorf("panic: %v", r)
		}
	}()
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithUniqueKeys(false))
	if err != nil {
		return nil, err
	}
	var doc, more yaml.Node
	if err := loader.Load(&doc); err != nil {
		return nil, err
	}
	if err := loader.Load(&more); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read behind the document: %w", err)
	}
	return doc.Content[0], nil
}

// same fails the test if Parse, or the Parser p, accepts the document and the full parser's tree
// differs.
func same(t *testing.T, p *fastyaml.Parser, data []byte) (accepted bool) {
	t.Helper()
	given := bytes.Clone(data)
	fresh, ok := fastyaml.Parse(given)
	again, okAgain := p.Parse(given)
	if ok != okAgain || ok != (fresh != nil) || ok != (again != nil) {
		t.Fatalf("Parse says %t, with a root: %t; Parser says %t, with a root: %t\n%s", ok, fresh != nil, okAgain, again != nil, quote(data))
	}
	if !ok {
		return false
	}
	clear(given) // The nodes share no memory with it.
	want, err := full(data)
	if err != nil {
		t.Fatalf("accepted, but the full parser rejects it: %v\n%s", err, quote(data))
	}
	comments := cmpopts.IgnoreFields(yaml.Node{}, "HeadComment", "LineComment", "FootComment")
	for _, got := range []*yaml.Node{fresh, again} {
		if !equal(got, want) {
			t.Fatalf("trees differ (-full +fast):\n%s\n%s", cmp.Diff(want, got, comments), quote(data))
		}
	}
	return true
}

// quote formats a document with visible white space.
func quote(data []byte) string {
	return strings.ReplaceAll(fmt.Sprintf("%q", data), `\n`, "\\n\n")
}

// equal is cmp.Equal without comments, but faster.
func equal(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.Style != b.Style || a.Tag != b.Tag || a.Value != b.Value || a.Line != b.Line || a.Column != b.Column ||
		a.Anchor != b.Anchor || (a.Alias == nil) != (b.Alias == nil) || len(a.Content) != len(b.Content) || a.Stream != b.Stream ||
		a.HeadComment+a.LineComment+a.FootComment != "" {
		return false
	}
	if a.Alias != nil && (a.Alias.Line != b.Alias.Line || a.Alias.Column != b.Alias.Column || a.Alias.Anchor != b.Alias.Anchor) {
		return false
	}
	for i := range a.Content {
		if !equal(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}

func TestParse(t *testing.T) {
	t.Parallel()
	for name, text := range accepted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !same(t, new(fastyaml.Parser), []byte(text)) {
				t.Errorf("rejected\n%s", quote([]byte(text)))
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range refused() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if root, ok := fastyaml.Parse([]byte(text)); ok || root != nil {
				t.Errorf("accepted\n%s", quote([]byte(text)))
			}
		})
	}
}

// TestParsePrefixes truncates documents at every byte.
func TestParsePrefixes(t *testing.T) {
	t.Parallel()
	slow.SkipWithRace(t)
	var p fastyaml.Parser
	for _, text := range accepted() {
		for i := range text {
			same(t, &p, []byte(text[:i]))
			same(t, &p, []byte(text[i:]))
		}
	}
}

func TestParseValuesAreApart(t *testing.T) {
	t.Parallel()
	root, ok := fastyaml.Parse([]byte("a: [b]\nc: [d]\n"))
	if !ok {
		t.Fatal("rejected")
	}
	first, second := root.Content[1], root.Content[3]
	first.Content = append(first.Content, &yaml.Node{Value: "new"})
	if got := second.Content[0].Value; got != "d" {
		t.Errorf("appending to one list changed another: %q", got)
	}
}

// TestParserAgain reads documents of many sizes with the same Parser.
func TestParserAgain(t *testing.T) {
	t.Parallel()
	slow.SkipWithRace(t)
	var p fastyaml.Parser
	image := ""
	for _, n := range []int{1, 100, 2, 40, 200, 0, 1} {
		if !same(t, &p, workload(n)) || !same(t, &p, definition(n)) {
			t.Errorf("rejected with %d parts", n)
		}
		root, ok := p.Parse([]byte("image: nginx:1.27\n"))
		if !ok {
			t.Fatal("rejected")
		}
		if image == "" {
			image = root.Content[1].Value
		}
	}
	if image != "nginx:1.27" {
		t.Errorf("a value of an earlier document is now %q", image)
	}
}

// TestParseHostile reads large documents that repeat one construct. The time must be linear.
func TestParseHostile(t *testing.T) {
	t.Parallel()
	const n = 100_000
	for name, text := range map[string]string{
		"brackets":        "a: " + strings.Repeat("[", n),
		"dashes":          strings.Repeat("- ", n),
		"entries, wide":   "é: [" + strings.Repeat("é, ", n) + "]\n",
		"keys, wide":      "é: {" + strings.Repeat("é: 'é', ", n) + "}\n",
		"quotes":          "a: " + strings.Repeat("'", n) + "\n",
		"quoted list":     "a: [" + strings.Repeat("'b', ", n) + "'\n",
		"backslashes":     "a: \"" + strings.Repeat(`\\`, n) + "\n",
		"open quotes":     strings.Repeat("a: \"\n", n),
		"blank lines":     "a: |" + strings.Repeat("\n", n) + "b: c" + strings.Repeat("\n", n),
		"lines":           "a: b" + strings.Repeat("\n  c\n\n", n),
		"colons":          "a: " + strings.Repeat("::", n) + "x\n",
		"digits":          "a: " + strings.Repeat("1", n) + "\n",
		"signs":           "a: " + strings.Repeat("-", n) + "\n",
		"underscores":     "a: 1" + strings.Repeat("_", n) + "\n",
		"steps":           steps(200),
		"entries":         strings.Repeat("- a\n", n),
		"keys":            strings.Repeat("a:\n", n),
		"longer literals": strings.Repeat("a: |\n  b\n", n),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fastyaml.Parse([]byte(text))
			if len(text) < 10_000 {
				t.Error("too small to show anything")
			}
		})
	}
}

// steps nests n mappings.
func steps(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func FuzzParse(f *testing.F) {
	for _, text := range accepted() {
		f.Add([]byte(text))
	}
	for _, text := range refused() {
		if len(text) < 300 {
			f.Add([]byte(text))
		}
	}
	var p fastyaml.Parser
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 1<<16 {
			same(t, &p, data)
		}
	})
}
