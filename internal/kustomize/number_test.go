package kustomize_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/kustomize"
)

// numbers is an object with numbers that kustomize prints differently, and an overlay with more of them.
const numbers = `-- base/kustomization.yaml --
resources: [r.yaml]
-- base/r.yaml --
kind: Release
apiVersion: acme.dev/v1
metadata: {name: feed}
spec:
  float: {tag: 1.10, replicas: 2}
  octal: {tag: 0777, x: "1.10"}
  parts: {tag: 1_000}
  exponent: {tag: 1e3}
  replaced: {tag: 2.50}
  inline: {tag: 2.50}
  operation: {tag: 2.50}
  text: {tag: "1.20"}
  last: {tag: plain}
`

const numbersPatched = numbers + `-- over/kustomization.yaml --
namePrefix: my-
resources: [../base]
patches:
- path: p.yaml
- patch: |-
    {kind: Release, apiVersion: acme.dev/v1, metadata: {name: feed}, spec: {inline: {tag: 3.20}}}
- target: {kind: Release}
  patch: |-
    - {op: replace, path: /spec/operation/tag, value: 3.30}
-- over/p.yaml --
kind: Release
apiVersion: acme.dev/v1
metadata: {name: feed}
spec:
  replaced: {tag: 3.10}
`

// Numbers in the output are written as in the files, and all positions are those of the longer text.
func TestNumbers(t *testing.T) {
	t.Parallel()
	r := build(t, numbersPatched, "over")
	want := []string{
		"tag 1e3 <- base/r.yaml:8:19 1e3", "tag 1.10 <- base/r.yaml:5:16 1.10", "tag 3.20 <- over/kustomization.yaml:6:91 3.20", "tag plain <- base/r.yaml:13:15 plain",
		"tag 0777 <- base/r.yaml:6:16 0777", "tag 3.30 <- over/kustomization.yaml:9:55 3.30", "tag 1_000 <- base/r.yaml:7:16 1_000", "tag 3.10 <- over/p.yaml:5:19 3.10", `tag "1.20" <- base/r.yaml:12:16 1.20`,
	}
	slices.Sort(want)
	got := origins(t, r, "tag")
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"), r.Data)
	}
}

// The output of another kustomize gets the numbers of objects that it may be from, unless they differ.
func TestWithNumbers(t *testing.T) {
	t.Parallel()
	object := func(name, spec string) string {
		return "apiVersion: acme.dev/v1\nkind: Release\nmetadata:\n  name: " + name + "\nspec:\n" + spec
	}
	long := "1." + strings.Repeat("0", 100)
	for _, tt := range []struct{ name, built, file, want string }{
		{"float", object("feed", "  tag: 1.1\n  z: a\n"), object("feed", "  tag: 1.10 # new\n"), "  tag: 1.10\n  z: a\n"},
		{"prefix", object("my-feed", "  tag: 511\n"), object("feed", "  tag: 0777\n"), "  tag: 0777\n"},
		{"in a list", object("feed", "  list:\n  - tag: 1\n  - tag: 2.5\n"), object("feed", "  list: [{tag: 1}, {tag: 2.50}]\n"), "  list:\n  - tag: 1\n  - tag: 2.50\n"},
		{"alias", object("feed", "  a:\n    tag: 2.5\n  b:\n    tag: 2.5\n"), object("feed", "  a: &a {tag: 2.50}\n  b: *a\n"), "  a:\n    tag: 2.50\n  b:\n    tag: 2.50\n"},
		{"second object", "kind: A\n---\n" + object("feed", "  tag: 1.1\n"), object("feed", "  tag: 1.10\n"), "  tag: 1.10\n"},
		{"both", object("feed", "  tag: 1.1\n"), object("feed", "  tag: 1.10\n") + "---\n" + object("feed", "  tag: 1.1\n"), "  tag: 1.1\n"},
		{"two ways", object("feed", "  tag: 1.1\n"), object("feed", "  tag: 1.10\n") + "---\n" + object("feed", "  tag: 1.100\n"), "  tag: 1.1\n"},
		{"replaced", object("feed", "  tag: 1.1\n"), object("feed", "  tag: 1.20\n"), "  tag: 1.1\n"},
		{"a string", object("feed", "  tag: 1.1\n"), object("feed", "  tag: \"1.10\"\n"), "  tag: 1.1\n"},
		{"became a string", object("feed", "  tag: \"1.1\"\n"), object("feed", "  tag: 1.10\n"), "  tag: \"1.1\"\n"},
		{"another object", object("feed", "  tag: 1.1\n"), object("web", "  tag: 1.10\n"), "  tag: 1.1\n"},
		{"another kind", object("feed", "  tag: 1.1\n"), strings.Replace(object("feed", "  tag: 1.10\n"), "Release", "Chart", 1), "  tag: 1.1\n"},
		{"long", object("feed", "  tag: 1\n"), object("feed", "  tag: "+long+"\n"), "  tag: 1\n"},
		{"not YAML", object("feed", "  tag: 1.1\n"), "{", "  tag: 1.1\n"},
	} {
		if got := string(kustomize.WithNumbers([]byte(tt.built), [][]byte{[]byte(tt.file)})); !strings.HasSuffix(got, "spec:\n"+tt.want) {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

// Many numbers, each of which may be from many objects, are not all compared.
func TestWithNumbersBounded(t *testing.T) {
	t.Parallel()
	var file, built strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&file, "kind: A\nmetadata: {name: a}\nspec: {tag: %d}\n---\n", i%500+2)
		built.WriteString("kind: A\nmetadata: {name: a}\nspec: {tag: 1.1}\n---\n")
	}
	file.WriteString("kind: A\nmetadata: {name: a}\nspec: {tag: 1.10}\n")
	out := string(kustomize.WithNumbers([]byte(built.String()), [][]byte{[]byte(file.String())}))
	if n := strings.Count(out, "1.10"); n == 0 || n == 1000 {
		t.Errorf("%d numbers are restored", n)
	}
}
