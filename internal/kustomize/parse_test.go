package kustomize

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	yaml "go.yaml.in/yaml/v3"
)

// parserCases are texts that parsers may read differently.
var parserCases = []string{
	"", "a: b\n", "# a\n", "# a\n---\n# b\na: b\n", "---\n---\n# c\n---\na: b\n---", "a: b\n---\n", "a: b\n--- # c\nc: d\n...\n", "a: b\n---\n# c",
	"---#a\n", "---a: b\n", "a: |\n  x\n---\nb: c\n", "a: 'x\n--- y'\n", "a: b\r\n---\r\nc: d\r\n", "# a\rkind: b\r---\r", "--- a\n", "%YAML 1.1\n---\na: b\n",
	"a: 0o17\nb: 1_000\nc: -0\nd: 0b1\ne: 1:30\nf: .5\ng: +1\nh: 2001-01-01\ni: ~\nj: yes\nk: 1e3\nl: 0x1F\nm: -.inf\n",
	"a: >\n  x\n  y\n\n  z\n   u\n  v\nb: |2-\n   x\nc: >+\n  x\n\n", "a: b\n  c\n\n  d\nb: \"x\n  y\\\n  z\"\nc: 'x\n\n  y'\n",
	"a: {b: [c, \"d\"], e: f}\ng: []\nh:\n- i\n-\n- - j\n  - k\n", "a: &x b\nc: *x\n", "a: !!str 1\n", "a: é\nb: \"\\u00e9\\x01\"\n", "a: b\na: c\n", "[a, b]\n", "a\n", "a: [\n", "\x00",
}

// The fast parser gives the same nodes as kustomize's.
func TestDocuments(t *testing.T) {
	t.Parallel()
	for _, text := range parserCases {
		checkDocuments(t, []byte(text))
	}
}

// Both parsers find what is too large for kustomize.
func TestHeavy(t *testing.T) {
	t.Parallel()
	nested := func(levels int) string { return strings.Repeat("[", levels) + "a" + strings.Repeat("]", levels) + "\n" }
	for text, want := range map[string]bool{
		"k: " + nested(maxLevels-2): false, "k: " + nested(maxLevels-1): true, "k: &a " + nested(maxLevels-2): false, "k: &a " + nested(maxLevels-1): true,
		"k: [" + strings.Repeat("a, ", maxNodes) + "a]\n": true,
	} {
		if _, err := documents([]byte(text)); errors.Is(err, errHeavy) != want {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}

func checkDocuments(t *testing.T, data []byte) {
	t.Helper()
	docs, heavy, ok := plainDocuments(data)
	if !ok {
		return
	}
	want, err := anyDocuments(data)
	switch {
	case heavy != errors.Is(err, errHeavy):
		t.Errorf("%q: heavy is %v, and the other parser says %v", data, heavy, err)
	case heavy:
	case err != nil:
		t.Errorf("%q is not YAML: %v", data, err)
	default:
		opts := []cmp.Option{cmpopts.IgnoreFields(yaml.Node{}, "HeadComment", "LineComment", "FootComment"), cmpopts.EquateEmpty()}
		if diff := cmp.Diff(want, docs, opts...); diff != "" {
			t.Errorf("%q (-want +got):\n%s", data, diff)
		}
	}
}

// FuzzDocuments compares the parsers.
func FuzzDocuments(f *testing.F) {
	for _, text := range parserCases {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkDocuments(t, data) })
}

// Most texts are read by the fast parser.
func TestPlain(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"# license\n---\na: b # c\n---\n": true, "a: |\n  b\nc: {d: [e]}\n": true, "a: &x b\n": false, "a: *x\n": false, "a: !!str b\n": false, "<<: {a: b}\n": false,
		"a: &x\n- b\n": false, "a: {{ b }}\n": false, "a: {b}\n": false,
	} {
		if _, _, ok := plainDocuments([]byte(text)); ok != want {
			t.Errorf("%q is plain: %v", text, ok)
		}
	}
}
