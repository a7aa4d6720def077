package kustomize

import (
	"fmt"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/api/resource"
)

// objectOf returns an object as kustomize reads it, or nil.
func objectOf(text string) *resource.Resource {
	all, err := provider.NewDefaultDepProvider().GetResourceFactory().SliceFromBytes([]byte(text))
	if err != nil || len(all) == 0 {
		return nil
	}
	return all[0]
}

// checkYAML checks that an object is written as kustomize writes it, and returns whether it was taken from the nodes.
func checkYAML(t *testing.T, text string) bool {
	t.Helper()
	r := objectOf(text)
	if r == nil {
		return false
	}
	want, wantErr := r.AsYAML()
	got, err := asYAML(r)
	if string(got) != string(want) || fmt.Sprint(err) != fmt.Sprint(wantErr) {
		t.Errorf("%q\n got %q, %v\nwant %q, %v", text, got, err, want, wantErr)
	}
	_, isDirect := valuesOf(r)
	return isDirect
}

const head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {z: '1', a: 'yes'}}\n"

func TestAsYAML(t *testing.T) {
	t.Parallel()
	for text, isDirect := range map[string]bool{
		"data: {b: x, a: ''}\n":                                   true,
		"data:\n  a: |\n    b\n     c\n":                          true,
		"data:\n  a: |\n    b\n\n\n":                              true,
		"data: {a: \"1\", b: 'null', c: ~}\n":                     true,
		"x: [1, -2, 0x10, 0o7, 017, true, null, [], {}, [[a]]]\n": true,
		"x: {\"a: b\": \"c # d\", '- e': '? f', '': g}\n":         true,
		"x: " + strings.Repeat("word ", 60) + "\n":                true,
		"x: \"a\\tb \\nc\\n\"\n":                                  true,
		"x: '<a> & b'\n":                                          true,
		"x: &a [b]\ny: *a\nz: {<<: {a: b}}\n":                     true, // kustomize has replaced these
		// What is written and read first.
		"x: 1.5\n":                  false,
		"x: 1e3\n":                  false,
		"x: 2020-01-01\n":           false,
		"x: !!binary aGFsbG8=\n":    false,
		"x: !a b\n":                 false,
		"x: .inf\n":                 false,
		"x: 18446744073709551615\n": false,
		"x: >\n  a\n  b\n":          false,
		"data:\n  a: |2\n      b\n": false,
		"x: \u00fc\n":               false,
		"x: \"a\\rb\"\n":            false,
		"x: \"a\\x7fb\"\n":          false,
		"x: {a}\n":                  false,
		// What the encoder may write so that it is read as something else, or not at all.
		"x: [[], # b\n  {}]\ny: # c\n":                false,
		"x: !!null # b\ny: |\n  c\n":                  false,
		"x: !!str \"\\t\\nb\"\n":                      false,
		"x: {1: a}\n":                                 false,
		"x: {true: a}\n":                              false,
		"x: {a: b, a: c}\n":                           false,
		"x: {? [a] : b}\n":                            false,
		"x: {" + strings.Repeat("k", 1025) + ": b}\n": false,
		"x: " + strings.Repeat("[", maxPlainDepth+2) + strings.Repeat("]", maxPlainDepth+2) + "\n": false,
	} {
		if got := checkYAML(t, head+text); got != isDirect {
			t.Errorf("%.60q: taken from the nodes: %t, want %t", text, got, isDirect)
		}
	}
}

// A replacement writes only the value of a node, and leaves its style.
func TestAsYAMLReplaced(t *testing.T) {
	t.Parallel()
	for value, isDirect := range map[string]bool{"c": true, "c\nd\n": true, "\tc\nd": false, "\n c": false} {
		r := objectOf(head + "data:\n  a: b\n")
		r.YNode().Content[7].Content[1].Value = value
		want, wantErr := r.AsYAML()
		got, err := asYAML(r)
		if string(got) != string(want) || fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Errorf("%q\n got %q, %v\nwant %q, %v", value, got, err, want, wantErr)
		}
		if _, got := valuesOf(r); got != isDirect {
			t.Errorf("%q: taken from the nodes: %t, want %t", value, got, isDirect)
		}
	}
}

func FuzzAsYAML(f *testing.F) {
	for _, text := range []string{"data: {b: x}\n", "data:\n  a: |\n    b\n", "x: [1, -2, 0x10, 1.5, true, ~, 2020-01-01]\n", "x: \"a\\tb \\nc\\n\"\ny: 'a: b'\n", "x: {1: a, <<: {b: c}}\n"} {
		f.Add(head + text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) < 4096 { // kustomize's own encoding takes long for some large texts
			checkYAML(t, text)
		}
	})
}
