package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	yaml "go.yaml.in/yaml/v3"
)

// scalar is a value as a file writes it.
func scalar(t *testing.T, text string) *value {
	t.Helper()
	d, err := parse("values.yaml", []byte("a: "+text+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return (&reader{left: maxValues}).value(d, "", nil, d.root, 0).keys["a"]
}

// A value matches a text of which it is a part, but not one that contains the same letters by chance.
func TestFeeds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, value, want string }{
		{"ghcr.io/acme/web:1.2", "ghcr.io/acme", "ghcr.io/acme"},
		{"ghcr.io/acme/web:1.2", "web", "web"},
		{"ghcr.io/acme/web:1.2", "1.2", "1.2"},
		{"ghcr.io/acme/web:v1.2", "1.2", "1.2"},
		{"ghcr.io/acme/web:v1.2", `"1.2"`, "1.2"},
		{"ghcr.io/acme/web:1.2-alpine", "alpine", "alpine"},
		{"ghcr.io/acme/web:1.1", "1.10", "1.1"}, // printed as a number
		{"ghcr.io/acme/web:7e+10", "7e10", "7e+10"},
		{"ghcr.io/acme/web:1e+06", "1000000", "1e+06"},
		{"ghcr.io/acme/web:1.2", "1", ""},
		{"ghcr.io/acme/web:1.2", "2", ""},
		{"ghcr.io/acme/web:1.2", "acm", ""},
		{"ghcr.io/acme/web:1.2", "we", ""},
		{"ghcr.io/acme/web:true", "true", ""},
		{"ghcr.io/acme/web:1.2", `""`, ""},
		{"ghcr.io/acme/web:1.2", "null", ""},
	} {
		if got := fragmentForm(tt.text, scalar(t, tt.value)); got != tt.want {
			t.Errorf("%s in %s: %q, want %q", tt.value, tt.text, got, tt.want)
		}
	}
}

// Marks on a line show which parts of the unmarked line the values made.
func TestAlign(t *testing.T) {
	t.Parallel()
	marks := []mark{{value: &value{path: "repository"}, text: "acme/web"}, {value: &value{path: "tag"}, text: "1.2"}, {value: &value{path: "registry"}}}
	for _, tt := range []struct {
		line, marked string
		want         string
	}{
		{"image: acme/web:1.2", "image: acme/webzq0qz:1.2+zq1qz", "repository=acme/web tag=1.2"},
		{`image: "/acme/web:1.2"`, `image: "zq2qz/acme/webzq0qz:1.2+zq1qz"`, "registry= repository=acme/web tag=1.2"},
		{"image: docker.io/acme/web:1.2", "image: zq2qz/acme/webzq0qz:1.2", "registry=docker.io repository=acme/web"},
		{"image: acme/web:1.2", "image: acme/web:1.2", ""},
		{"image: acme/web:1.2", "image: acme/apizq0qz:1.2", ""},  // another line
		{"image: acme/web:1.2", "image: acme/webzq99qz:1.2", ""}, // not one of our marks
		{"image: acme/web:1.2", "image: acme/webzq99999999999999999999qz:1.2", ""},
	} {
		var got []string
		for _, c := range align(tt.line, tt.marked, marks) {
			got = append(got, c.value.path+"="+tt.line[c.from:c.to])
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s: %q, want %q", tt.marked, s, tt.want)
		}
	}
}

// Values are merged as in helm: mappings are merged, everything else is replaced, and the replaced value is
// kept for reference.
func TestValues(t *testing.T) {
	t.Parallel()
	r := &reader{left: maxValues}
	var all *value
	for name, data := range map[string]string{"a": "base: &b {x: 1}\nimage: {repository: web, tag: old, pull: [a, b]}\nmerged: {<<: *b, y: 2}\n"} {
		d, err := parse(name, []byte(data))
		if err != nil {
			t.Fatal(err)
		}
		all = overlaid(all, r.value(d, "", nil, d.root, 0))
	}
	d, err := parse("b", []byte("image: {tag: new, pull: [c]}\nmerged: {x: null}\n"))
	if err != nil {
		t.Fatal(err)
	}
	all = overlaid(all, r.value(d, "", nil, d.root, 0))
	for _, s := range parseSet("image.repository=api,image.extra=1") {
		all = overlaid(all, s)
	}
	var got []string
	all.leaves(func(v *value) {
		under := ""
		if v.under != nil && v.under.node != nil {
			under = " in place of " + v.under.node.Value
		}
		got = append(got, fmt.Sprintf("%s=%s (%s)%s", v.path, v.node.Value, v.position(), under))
	})
	want := []string{
		"base.x=1 (a:1)", "image.extra=1 (--set image.extra=1)", "image.pull[0]=c (b:1)", "image.repository=api (--set image.repository=api) in place of web",
		"image.tag=new (b:1) in place of old", "merged.x=null (b:2) in place of 1", "merged.y=2 (a:3)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The overlay file contains the marked values, and complete lists.
func TestOverlay(t *testing.T) {
	t.Parallel()
	d, err := parse("values.yaml", []byte("image: {repository: web, tag: 1.10}\nother: x\nlist: [{name: a, n: 010}, {name: b}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	all := (&reader{left: maxValues}).value(d, "", nil, d.root, 0)
	for _, s := range parseSet("set.a=b,c") {
		t.Errorf("%v for text that is not a list of assignments", s.keys)
	}
	all = overlaid(all, parseSet("flag.tag=1")[0])
	marks := []mark{
		{value: all.find([]string{"image", "tag"}), text: "1.1"},
		{value: all.find([]string{"list"}).list[1].keys["name"], text: "b"},
		{value: all.find([]string{"flag", "tag"}), text: "1"},
		{value: &value{path: "image.registry"}},
		{value: &value{path: "image.tag.deep"}},
	}
	file, set, err := overlay(all, marks)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := yaml.Unmarshal(file, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"image": map[string]any{"tag": "1.1+zq0qz", "registry": "zq3qz"},
		"list":  []any{map[string]any{"name": "a", "n": 8}, map[string]any{"name": "bzq1qz"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, file)
	}
	if diff := cmp.Diff([]string{"flag.tag=1+zq2qz"}, set); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A few aliases that expand to more than fits into memory are cut off.
func TestBomb(t *testing.T) {
	t.Parallel()
	bomb := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 30; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10))
	}
	d, err := parse("values.yaml", []byte(bomb))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	(&reader{left: maxValues}).value(d, "", nil, d.root, 0).leaves(func(*value) { n++ })
	if n > maxValues {
		t.Errorf("%d values", n)
	}
}

// Reading and marking any values file ends without a panic, and the overlay is valid YAML.
func FuzzValues(f *testing.F) {
	f.Add("image: {registry: '', tag: 1.10}\n", "image:\n  tag: &t ~\nother: *t\n", "image.tag=1")
	f.Add("a: &a [*a]\n", "<<: {a: 1}\n", "a=b,c.d=e")
	f.Fuzz(func(t *testing.T, a, b, set string) {
		var all *value
		r := &reader{left: 10_000}
		for name, data := range map[string]string{"a": a, "b": b} {
			if d, err := parse(name, []byte(data)); err == nil && d.root != nil {
				all = overlaid(all, r.value(d, "", nil, d.root, 0))
			}
		}
		for _, s := range parseSet(set) {
			all = overlaid(all, s)
		}
		var marks []mark
		all.leaves(func(v *value) {
			_ = v.span()
			if s := fragmentForm("registry.example.com/a/b:1.1", v); s != "" || v.isEmpty() {
				marks = append(marks, mark{value: v, text: s})
			}
		})
		file, _, err := overlay(all, marks)
		if err != nil {
			return
		}
		if _, err := parse("marks", file); err != nil {
			t.Errorf("%v:\n%s", err, file)
		}
	})
}
