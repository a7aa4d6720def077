package cli_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/slow"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules"
)

// rewrites change a manifest's form but not its meaning.
var rewrites = map[string]func(t *testing.T, docs []*yaml.Node) []*yaml.Node{
	"flow style":   func(_ *testing.T, docs []*yaml.Node) []*yaml.Node { return restyled(docs, yaml.FlowStyle, 0) },
	"single quote": func(_ *testing.T, docs []*yaml.Node) []*yaml.Node { return restyled(docs, 0, yaml.SingleQuotedStyle) },
	"JSON": func(_ *testing.T, docs []*yaml.Node) []*yaml.Node {
		return restyled(docs, yaml.FlowStyle, yaml.DoubleQuotedStyle)
	},
	"key order": func(_ *testing.T, docs []*yaml.Node) []*yaml.Node {
		each(docs, func(n *yaml.Node) {
			for i, j := 0, len(n.Content)-2; n.Kind == yaml.MappingNode && i < j; i, j = i+2, j-2 {
				n.Content[i], n.Content[i+1], n.Content[j], n.Content[j+1] = n.Content[j], n.Content[j+1], n.Content[i], n.Content[i+1]
			}
		})
		return docs
	},
	// Its registry is public: an image that may need credentials changes what other rules find.
	"sidecar in front": func(t *testing.T, docs []*yaml.Node) []*yaml.Node {
		t.Helper()
		each(docs, func(n *yaml.Node) {
			for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
				if list := n.Content[i+1]; strings.HasSuffix(n.Content[i].Value, "ontainers") && list.Kind == yaml.SequenceNode {
					list.Content = append(node(t, "[{name: zz-first, image: public.ecr.aws/zz/first:1.2.3}]").Content[0].Content, list.Content...)
				}
			}
		})
		return docs
	},
	"list": func(t *testing.T, docs []*yaml.Node) []*yaml.Node {
		t.Helper()
		list := node(t, "apiVersion: v1\nkind: List\nitems: []\n")
		for _, d := range docs {
			items := list.Content[0].Content[5]
			items.Style = 0
			items.Content = append(items.Content, d.Content...)
		}
		return []*yaml.Node{list}
	},
}

// aboutStyle are the rules about form or position: rewriting the manifest changes the defect.
var aboutStyle = map[string]bool{
	"duplicate-key": true, "yaml-syntax": true, "ignore-unused": true, "ignore-without-reason": true, "image-not-string": true,
	"image-unrendered": true, "image-tag-mangled-number": true, "image-tag-scientific": true,
	"pull-policy-invalid": true, // one of its findings is about braces that make a mapping of a text
}

// A finding keeps its fingerprint when lines move, the file is renamed, or the manifest is reformatted.
func TestFingerprintsSurvive(t *testing.T) {
	t.Parallel()
	slow.SkipWithRace(t)
	files, err := filepath.Glob("../../fixtures/*/bad.yaml")
	if err != nil {
		t.Fatal(err)
	}
	compared := map[string]int{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want := prints(t, "k8s/web.yaml", data)
		same := func(how string, got map[string][]string) {
			for rule, all := range want {
				// Findings that the rewriting removed or added say nothing about fingerprints.
				if aboutStyle[rule] && how != "moved" && how != "renamed" || len(got[rule]) != len(all) {
					continue
				}
				compared[how] += len(all)
				if diff := cmp.Diff(all, got[rule]); diff != "" {
					t.Errorf("%s, %s, %s (-want +got):\n%s", file, how, rule, diff)
				}
			}
		}
		same("moved", prints(t, "k8s/web.yaml", append([]byte("# one\n\n# two\n"), data...)))
		same("renamed", prints(t, "/other/folder/web.yaml", data))
		for how, rewrite := range rewrites {
			docs, err := decode(data)
			if err != nil {
				continue // a fixture that is no YAML
			}
			same(how, prints(t, "k8s/web.yaml", encode(t, rewrite(t, docs))))
		}
	}
	for _, how := range []string{"moved", "renamed", "flow style", "single quote", "JSON", "key order", "sidecar in front", "list"} {
		if compared[how] < 100 {
			t.Errorf("%s: %d findings compared, which cannot be all", how, compared[how])
		}
	}
}

// Different defects have different fingerprints.
func TestFingerprintsDiffer(t *testing.T) {
	t.Parallel()
	const web = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  imagePullSecrets: [{name: one}]\n  containers:\n  - {name: app, image: 'nginx:latest', imagePullPolicy: never}\n"
	seen := map[string]string{}
	for _, change := range [][2]string{
		{"", ""}, {"one", "other"}, {"nginx:latest", "redis:latest"}, {"imagePullPolicy: never", "imagePullPolicy: always"}, {"web", "api"}, {"shop", "prod"}, {"app", "main"},
	} {
		text := web
		if change[0] != "" {
			text = strings.ReplaceAll(web, change[0], change[1])
		}
		for rule, all := range prints(t, "web.yaml", []byte(text)) {
			for _, p := range all {
				seen[p] += " " + rule + ":" + change[1]
			}
		}
	}
	// Changing one field changes only the fingerprints of that field's defects; changing a shared one changes
	// all.
	want := []string{
		" image-latest: image-latest:other image-latest:imagePullPolicy: always", " image-latest:api", " image-latest:main", " image-latest:prod", " image-latest:redis:latest",
		" pull-policy-invalid: pull-policy-invalid:other pull-policy-invalid:redis:latest", " pull-policy-invalid:api", " pull-policy-invalid:imagePullPolicy: always", " pull-policy-invalid:main", " pull-policy-invalid:prod",
		" pull-secret-missing: pull-secret-missing:redis:latest pull-secret-missing:imagePullPolicy: always pull-secret-missing:main", " pull-secret-missing:api", " pull-secret-missing:other", " pull-secret-missing:prod",
	}
	var got []string
	for _, who := range seen {
		got = append(got, who)
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// prints lints one file with every rule, and returns the sorted fingerprints by rule.
func prints(t *testing.T, name string, data []byte) map[string][]string {
	t.Helper()
	set, err := manifests.Load(t.Context(), []manifests.Input{{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}}, manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := lint.Linter{Rules: rules.All(), Today: "2026-09-01", Settings: lint.Settings{Kubernetes: lint.NewestKubernetes, Now: today}}
	res, err := l.Run(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for i := range res.Findings {
		f := &res.Findings[i]
		out[f.Rule] = append(out[f.Rule], report.Fingerprint(f))
	}
	for _, all := range out {
		slices.Sort(all)
	}
	return out
}

func node(t *testing.T, text string) *yaml.Node {
	t.Helper()
	n := new(yaml.Node)
	if err := yaml.Unmarshal([]byte(text), n); err != nil {
		t.Fatal(err)
	}
	return n
}

func decode(data []byte) ([]*yaml.Node, error) {
	var docs []*yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for {
		n := new(yaml.Node)
		switch err := dec.Decode(n); {
		case errors.Is(err, io.EOF):
			return docs, nil
		case err != nil:
			return nil, err
		}
		docs = append(docs, n)
	}
}

func encode(t *testing.T, docs []*yaml.Node) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	for _, d := range docs {
		if err := enc.Encode(d); err != nil {
			t.Fatal(err)
		}
	}
	if err := enc.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// each visits all nodes.
func each(nodes []*yaml.Node, visit func(*yaml.Node)) {
	for _, n := range nodes {
		each(n.Content, visit)
		visit(n)
	}
}

// restyled gives all collections one style and all strings another. It drops comments, for which flow style
// has no place.
func restyled(docs []*yaml.Node, collection, text yaml.Style) []*yaml.Node {
	each(docs, func(n *yaml.Node) {
		n.HeadComment, n.LineComment, n.FootComment = "", "", ""
		switch {
		case n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode:
			n.Style = collection
		case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" && !strings.Contains(n.Value, "\n"):
			n.Style = text
		}
	})
	return docs
}
