package lsp

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestCompletion(t *testing.T) {
	t.Parallel()
	pod := "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec:\n"
	tree := map[string]string{
		"web.yaml": deployment, "robot.yaml": account, "secret.yaml": secret,
		"other.yaml":       strings.NewReplacer("namespace: shop", "namespace: alpha", "regcred", "alpha-cred").Replace(secret),
		"tls.yaml":         "apiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\nmetadata: {name: tls, namespace: shop}\ndata: {tls.crt: \"\", tls.key: \"\"}\n",
		"chart/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "chart/values.yaml": "a: b\n",
	}
	for _, q := range []struct {
		name, file, text string
		want             []string // the first labels; empty if there are none
		applied          string   // the line after the first is applied
	}{
		{"rules", "web.yaml", pod + "  # imagelint:ignore image-la|", []string{"image-latest"}, "  # imagelint:ignore image-latest"},
		{"second rule, and groups", "web.yaml", pod + "  # imagelint:ignore image-latest, pull-s|", []string{"pull-secret-absent", "pull-secret-malformed"}, ""},
		{"directive", "web.yaml", pod + "  # imagelint:|", []string{"ignore"}, "  # imagelint:ignore"},
		{"reason", "web.yaml", pod + "  # imagelint:ignore image-latest -- image|", nil, ""},
		{"pull secrets", "web.yaml", pod + "  imagePullSecrets:\n    - name: |", []string{"regcred", "alpha-cred"}, "    - name: regcred"},
		{"pull secrets at the depth of the key", "web.yaml", pod + "  imagePullSecrets: # two\n  - name: x\n  # comment\n  - name: al|", []string{"alpha-cred"}, "  - name: alpha-cred"},
		{"pull secrets in brackets", "web.yaml", pod + "  imagePullSecrets: [{name: re|gc}]", []string{"regcred"}, "  imagePullSecrets: [{name: regcred}]"},
		{"pull secrets as strings", "chart/values.yaml", "namespace: shop\nglobal:\n  imagePullSecrets:\n    - |", []string{"regcred", "alpha-cred"}, "    - regcred"},
		{"another name", "web.yaml", pod + "  containers:\n    - name: |", nil, ""},
		{"accounts", "web.yaml", pod + "  serviceAccountName: |", []string{"robot"}, "  serviceAccountName: robot"},
		{"accounts in JSON", "pod.json", `{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"shop"},"spec":{"serviceAccountName":"ro|"}}`, []string{"robot"}, `{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"shop"},"spec":{"serviceAccountName":"robot"}}`},
		{"no tag yet", "web.yaml", pod + "  containers:\n    - image: ngin|", nil, ""},
		{"tags of an unknown image", "web.yaml", pod + "  containers:\n    - image: ghcr.io/acme/web:|", nil, ""},
		{"a port is no tag", "web.yaml", pod + "  containers:\n    - image: localhost:5000/|", nil, ""},
	} {
		t.Run(q.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, tree)
			var list completionList
			c.ask("textDocument/completion", q.file, q.text, &list)
			labels := []string{}
			for _, i := range list.Items {
				labels = append(labels, i.Label)
			}
			if len(labels) < len(q.want) || !slices.Equal(labels[:len(q.want)], q.want) || q.want == nil && len(labels) > 0 {
				t.Fatalf("%q, want %q", labels, q.want)
			}
			if q.applied == "" {
				return
			}
			text, p := at(t, q.text)
			d := newDocument("", "", nil, text, 0)
			after := newDocument("", "", nil, apply(d, []textEdit{*list.Items[0].TextEdit}, encodingUTF16), 0)
			if got := after.line(p.Line); got != q.applied {
				t.Errorf("%q, want %q", got, q.applied)
			}
		})
	}
}

// The highest versions come first, since the client sorts by sortText.
func TestTagCompletion(t *testing.T) {
	t.Parallel()
	tree := map[string]string{"chart/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "chart/values.yaml": "a: b\n"}
	for name, q := range map[string]struct{ file, text string }{
		"image":                 {"web.yaml", "spec:\n  containers:\n    - image: nginx:1.|"},
		"quoted image":          {"web.yaml", "spec:\n  containers:\n    - image: \"docker.io/library/nginx:1.|\""},
		"values":                {"chart/values.yaml", "image:\n  repository: nginx\n  pullPolicy: Always\n  tag: 1.|\nother:\n  repository: busybox\n"},
		"values behind":         {"chart/values.yaml", "other: {repository: busybox}\nimage:\n  tag: \"1.|\"\n  registry: docker.io\n  repository: library/nginx\n"},
		"values in braces":      {"chart/values.yaml", "a: {repository: busybox}\nimage: {repository: nginx, tag: 1.|}\n"},
		"kustomization":         {"kustomization.yaml", "images:\n  - name: busybox\n    newTag: x\n  - name: acme/web\n    newName: nginx\n    newTag: 1.|\n  - name: redis\n"},
		"kustomization at once": {"kustomization.yaml", "images:\n- newTag: 1.|\n  name: nginx\n- name: redis\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, tree)
			var list completionList
			c.ask("textDocument/completion", q.file, q.text, &list)
			if len(list.Items) < 10 || len(list.Items) > maxItems || !list.IsIncomplete {
				t.Fatalf("%d tags, incomplete %t", len(list.Items), list.IsIncomplete)
			}
			if !strings.HasPrefix(list.Items[0].Detail, "since ") || !strings.HasPrefix(list.Items[0].Label, "1.") {
				t.Errorf("first %+v", list.Items[0])
			}
			if !slices.IsSortedFunc(list.Items, func(a, b completionItem) int { return strings.Compare(a.SortText, b.SortText) }) {
				t.Error("not in order")
			}
			if want := []string{"1.31.4", "1.31", "1.30.4"}; len(list.Items) > 3 && !slices.Equal(labels(list.Items[:3]), want) {
				t.Errorf("the first are %q, want %q", labels(list.Items[:3]), want)
			}
		})
	}
}

func labels(items []completionItem) (out []string) {
	for i := range items {
		out = append(out, items[i].Label)
	}
	return out
}

// Neovim 0.7 replaces an item's range only if the item has no filterText. All items have one range, or it takes
// the keyword before the cursor, which ends at the last dot of a tag.
func TestCompletionRange(t *testing.T) {
	t.Parallel()
	c := newClient(t, map[string]string{})
	var list struct {
		Items []map[string]any `json:"items"`
	}
	c.ask("textDocument/completion", "web.yaml", "spec:\n  containers:\n    - image: nginx:1.27.|", &list)
	if len(list.Items) == 0 {
		t.Fatal("no items")
	}
	want := textRange{position{2, 19}, position{2, 24}}
	for _, i := range list.Items {
		if _, ok := i["filterText"]; ok {
			t.Errorf("%v has a filterText", i["label"])
		}
		raw, err := json.Marshal(i["textEdit"])
		if err != nil {
			t.Fatal(err)
		}
		var edit textEdit
		if err := json.Unmarshal(raw, &edit); err != nil || edit.Range != want || edit.NewText != i["label"] {
			t.Errorf("%v: edit %s, want range %v", i["label"], raw, want)
		}
	}
}

// The configuration is completed from its schema.
func TestConfigCompletion(t *testing.T) {
	t.Parallel()
	for _, q := range []struct {
		text string
		want []string
	}{
		{"na|", []string{"namespace"}},
		{"namespace: shop\n|", []string{"allow-empty", "allow-registries"}},
		{"fail-on: |", []string{"error", "warning"}},
		{"guess: |", []string{"true", "false"}},
		{"rules:\n  image-la|", []string{"image-latest"}},
		{"rules:\n  image-latest: |", []string{"error", "warning", "info", "off"}},
		{"ignore:\n  - |", []string{"expires", "images", "objects", "paths", "reason", "rules"}},
		{"ignore:\n  - rules: [image-latest]\n    paths: [a]\n    |", []string{"expires", "images", "objects", "reason"}},
		{"ignore:\n- rules: [image-latest, pull-s|]", []string{"pull-secret"}},
		{"ignore:\n  - rules:\n      - image-la|", []string{"image-latest"}},
		{"ignore:\n  - rules: [tag]\n    reason: x\n  - |", []string{"expires"}},
		{"pull-secrets:\n  |", []string{"known"}},
		{"namespace: sh|", nil},
		{"nothing:\n  x|", nil},
	} {
		t.Run(q.text, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, map[string]string{})
			var list completionList
			c.ask("textDocument/completion", ".imagelint.yaml", q.text, &list)
			labels := []string{}
			for _, i := range list.Items {
				labels = append(labels, i.Label)
			}
			if len(labels) < len(q.want) || !slices.Equal(labels[:len(q.want)], q.want) || q.want == nil && len(labels) > 0 {
				t.Fatalf("%q, want %q", labels, q.want)
			}
		})
	}
}
