package kustomize_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	disk "github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/kustomize"
)

// build extracts an archive of files and builds one of its folders.
func build(t testing.TB, archive, folder string) *kustomize.Result {
	t.Helper()
	dir := t.TempDir()
	texts := map[string][]byte{}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		texts[name] = f.Data
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	req := kustomize.Request{Root: dir, Folder: filepath.Join(dir, folder), Shown: folder}
	r := kustomize.Build(req)
	if _, ok := t.(*testing.T); ok && filepath.Separator == '/' && r.Outside == "" { // the result is the same in memory
		if diff := cmp.Diff(r, kustomize.BuildFrom(disk.InMemory(texts), req)); diff != "" {
			t.Errorf("in memory (-machine +memory):\n%s", diff)
		}
	}
	return r
}

// at formats a span with its text.
func at(t testing.TB, r *kustomize.Result, p kustomize.Span) string {
	t.Helper()
	name := r.Files[p.File]
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before := data[:p.From]
	line := bytes.Count(before, []byte("\n")) + 1
	col := len(before) - (bytes.LastIndexByte(before, '\n') + 1) + 1
	return fmt.Sprintf("%s:%d:%d %s", filepath.Base(filepath.Dir(name))+"/"+filepath.Base(name), line, col, data[p.From:p.To])
}

// origins returns the output values on lines with one of the keys, with their origins.
func origins(t testing.TB, r *kustomize.Result, keys ...string) []string {
	t.Helper()
	var out []string
	for _, v := range r.Values {
		from := bytes.LastIndexByte(r.Data[:v.Offset], '\n') + 1
		key, val, _ := strings.Cut(strings.TrimLeft(string(r.Data[from:v.Offset+bytes.IndexByte(r.Data[v.Offset:], '\n')]), " -"), ": ")
		if !slices.Contains(keys, key) {
			continue
		}
		s := key + " " + val + " <- " + at(t, r, v.At)
		if v.Generator != "" {
			s += " (" + v.Generator + ")"
		}
		for _, p := range v.Parts {
			s += fmt.Sprintf("; %s %d-%d %s", p.Key, p.From, p.To, at(t, r, p.At))
		}
		out = append(out, s)
	}
	return out
}

const deploy = `-- base/kustomization.yaml --
resources: [deploy.yaml]
-- base/deploy.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      imagePullSecrets:
      - name: regcred
      initContainers:
      - name: init
        image: ghcr.io/acme/web:1.0.0
      containers:
      - name: web
        image: ghcr.io/acme/web:1.0.0
`

// Every way in which kustomize can change an image is traced to what the user wrote.
func TestOrigins(t *testing.T) {
	t.Parallel()
	const (
		initAt = "image ghcr.io/acme/web:1.0.0 <- base/deploy.yaml:13:16 ghcr.io/acme/web:1.0.0"
		webAt  = "image ghcr.io/acme/web:1.0.0 <- base/deploy.yaml:16:16 ghcr.io/acme/web:1.0.0"
	)
	for _, tt := range []struct {
		name, files string
		want        []string // of the images: containers, then initContainers
	}{
		{"base", "resources: [../base]\n", []string{webAt, initAt}},
		{"prefix, suffix, namespace, labels", "resources: [../base]\nnamePrefix: a-\nnameSuffix: -b\nnamespace: prod\ncommonLabels: {a: b}\n", []string{webAt, initAt}},
		{"images", "resources: [../base]\nimages:\n- name: ghcr.io/acme/web\n  newName: quay.io/acme/web\n  newTag: \"2\"\n", []string{
			"image quay.io/acme/web:2 <- base/deploy.yaml:16:16 ghcr.io/acme/web:1.0.0; newName 0-16 over/kustomization.yaml:4:12 quay.io/acme/web; newTag 17-18 over/kustomization.yaml:5:12 2",
			"image quay.io/acme/web:2 <- base/deploy.yaml:13:16 ghcr.io/acme/web:1.0.0; newName 0-16 over/kustomization.yaml:4:12 quay.io/acme/web; newTag 17-18 over/kustomization.yaml:5:12 2",
		}},
		{"images, twice", "resources: [../mid]\nimages: [{name: b/web, digest: 'sha256:0123'}]\n-- mid/kustomization.yaml --\nresources: [../base]\nimages: [{name: ghcr.io/acme/web, newName: b/web, newTag: '3'}]\n", []string{
			"image b/web@sha256:0123 <- base/deploy.yaml:16:16 ghcr.io/acme/web:1.0.0; newName 0-5 mid/kustomization.yaml:2:44 b/web; digest 6-17 over/kustomization.yaml:2:33 sha256:0123",
			"image b/web@sha256:0123 <- base/deploy.yaml:13:16 ghcr.io/acme/web:1.0.0; newName 0-5 mid/kustomization.yaml:2:44 b/web; digest 6-17 over/kustomization.yaml:2:33 sha256:0123",
		}},
		{"images of a component", "resources: [../base]\ncomponents: [../comp]\n-- comp/kustomization.yaml --\napiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages: [{name: ghcr.io/acme/web, newTag: '3'}]\n", []string{
			"image ghcr.io/acme/web:3 <- base/deploy.yaml:16:16 ghcr.io/acme/web:1.0.0; newTag 17-18 comp/kustomization.yaml:3:44 3",
			"image ghcr.io/acme/web:3 <- base/deploy.yaml:13:16 ghcr.io/acme/web:1.0.0; newTag 17-18 comp/kustomization.yaml:3:44 3",
		}},
		{"ImageTagTransformer", "resources: [../base]\ntransformers: [tr.yaml]\n-- over/tr.yaml --\napiVersion: builtin\nkind: ImageTagTransformer\nmetadata: {name: t}\nimageTag: {name: ghcr.io/acme/web, newTag: latest}\n", []string{
			"image ghcr.io/acme/web:latest <- base/deploy.yaml:16:16 ghcr.io/acme/web:1.0.0; newTag 17-23 over/tr.yaml:4:44 latest",
			"image ghcr.io/acme/web:latest <- base/deploy.yaml:13:16 ghcr.io/acme/web:1.0.0; newTag 17-23 over/tr.yaml:4:44 latest",
		}},
		{"strategic patch, inline and in flow style", `resources: [../base]
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec: {template: {spec: {containers: [{name: web, image: "a/b:2"}]}}}
`, []string{"image a/b:2 <- over/kustomization.yaml:7:63 a/b:2", initAt}},
		{"strategic patch of any name, in a file", "resources: [../base]\npatches:\n- path: p.yaml\n  target: {kind: Deployment}\n-- over/p.yaml --\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: any}\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: a/b:2\n", []string{
			"image a/b:2 <- over/p.yaml:9:16 a/b:2", initAt,
		}},
		{"patchesStrategicMerge", "resources: [../base]\npatchesStrategicMerge:\n- p.yaml\n-- over/p.yaml --\n# one more\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {initContainers: [{name: init, image: a/b:2}]}}}\n", []string{
			webAt, "image a/b:2 <- over/p.yaml:5:63 a/b:2",
		}},
		{"JSON patch in a file of JSON", "resources: [../base]\npatches: [{path: p.json, target: {kind: Deployment}}]\n-- over/p.json --\n[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/image\",\"value\":\"a/b::2\"}]\n", []string{
			"image a/b::2 <- over/p.json:1:75 a/b::2", initAt,
		}},
		{"JSON patch, quoted", "resources: [../base]\npatchesJson6902:\n- target: {version: v1, group: apps, kind: Deployment, name: web}\n  patch: '[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/image\",\"value\":\"a/b:2\"}]'\n", []string{
			"image a/b:2 <- over/kustomization.yaml:4:85 a/b:2", initAt,
		}},
		{"JSON patch that adds a container", `resources: [../base]
patches:
- target: {kind: Deployment}
  patch: |
    - op: test
      path: /spec/template/spec/containers/0/image
      value: ghcr.io/acme/web:1.0.0
    - op: add
      path: /spec/template/spec/containers/-
      value:
        name: side
        image: a/side:1
`, []string{webAt, "image a/side:1 <- over/kustomization.yaml:12:16 a/side:1", initAt}},
		{"replacement of a part", "resources: [../base, cm.yaml]\nreplacements:\n- source: {kind: ConfigMap, name: vers, fieldPath: data.tag}\n  targets:\n  - select: {kind: Deployment}\n    fieldPaths: [spec.template.spec.containers.0.image]\n    options: {delimiter: ':', index: 1}\n-- over/cm.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: vers}\ndata:\n  tag: \"2.0 \"\n", []string{
			"image 'ghcr.io/acme/web:2.0 ' <- over/cm.yaml:5:9 2.0 ", initAt,
		}},
		{"replacement from a generator", "resources: [../base]\nconfigMapGenerator:\n- name: vers\n  literals: [image=a/b:7]\nreplacements:\n- path: r.yaml\n-- over/r.yaml --\nsource: {kind: ConfigMap, name: vers, fieldPath: data.image}\ntargets:\n- select: {kind: Deployment}\n  fieldPaths: ['spec.template.spec.containers.[name=web].image']\n", []string{
			"image a/b:7 <- over/kustomization.yaml:4:14 image=a/b:7", initAt,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := build(t, deploy+"-- over/kustomization.yaml --\n"+tt.files, "over")
			if r.Reason != "" || r.WithoutOrigins {
				t.Fatalf("%q, coarse %v", r.Reason, r.WithoutOrigins)
			}
			if diff := cmp.Diff(tt.want, origins(t, r, "image")); diff != "" {
				t.Error(diff)
			}
			if bytes.Contains(r.Data, []byte("imagelint")) {
				t.Errorf("marks are left:\n%s", r.Data)
			}
		})
	}
}

// Objects with the same image in one file are distinguished, in any style, and names are traced through prefixes and suffixes.
func TestObjects(t *testing.T) {
	t.Parallel()
	r := build(t, `-- k/kustomization.yaml --
namePrefix: p-
namespace: prod
resources: [all.json]
secretGenerator:
- name: regcred
  type: kubernetes.io/dockerconfigjson
  literals: ['.dockerconfigjson={}']
-- k/all.json --
{"apiVersion": "v1", "kind": "List", "items": [
  {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "x"}, "spec": {"serviceAccountName": "sa", "containers": [{"name": "c", "image": "i:1"}], "imagePullSecrets": [{"name": "regcred"}]}},
  {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"}, "spec": {"containers": [{"name": "c", "image": "i:1"}]}},
  {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "sa"}}
]}
`, "k")
	if r.Reason != "" {
		t.Fatal(r.Reason)
	}
	want := []string{
		`name p-sa <- k/all.json:4:72 sa`,
		`type kubernetes.io/dockerconfigjson <- k/kustomization.yaml:6:9 kubernetes.io/dockerconfigjson (secretGenerator)`,
		`image i:1 <- k/all.json:2:160 i:1`,
		`name c <- k/all.json:2:146 c`,
		`name p-regcred-5gtb5c8d4h <- k/all.json:2:199 regcred`,
		`name p-a <- k/all.json:2:61 a`,
		`serviceAccountName p-sa <- k/all.json:2:116 sa`,
		`image i:1 <- k/all.json:3:114 i:1`,
		`name c <- k/all.json:3:100 c`,
		`name p-b <- k/all.json:3:61 b`,
	}
	got := origins(t, r, "image", "name", "type", "serviceAccountName")
	for i := range got { // kustomize computes the hash
		if s, rest, ok := strings.Cut(got[i], "p-regcred-"); ok {
			got[i] = s + "p-regcred-5gtb5c8d4h" + rest[10:]
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var objects []string
	for _, o := range r.Objects {
		if !o.HasOrigin {
			t.Errorf("the object at %d has no place", o.From)
		}
		objects = append(objects, at(t, r, o.At)+" "+o.Generator)
	}
	slices.Sort(objects)
	if diff := cmp.Diff([]string{"k/all.json:2:61 a ", "k/all.json:3:61 b ", "k/all.json:4:72 sa ", "k/kustomization.yaml:5:9 regcred secretGenerator"}, objects); diff != "" {
		t.Error(diff)
	}
}

// An unused images entry is reported as such, and one that may have changed something is not.
func TestUnusedImages(t *testing.T) {
	t.Parallel()
	r := build(t, deploy+`-- over/kustomization.yaml --
resources: [../base]
images:
- {name: ghcr.io/acme/web, newName: b/web}
- {name: b/web, newTag: "2"}
- {name: acme/web, newTag: "3"}
- {name: gone, newTag: "4"}
- {name: web, newName: web}
patches:
- patch: '{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"template": {"spec": {"containers": [{"name": "web", "$patch": "delete"}, {"name": "x", "image": "gone"}]}}}}'
`, "over")
	if r.Reason != "" {
		t.Fatal(r.Reason)
	}
	var got []string
	for _, e := range r.Images {
		got = append(got, fmt.Sprint(e.Name, " ", e.Used, " ", at(t, r, e.At)))
	}
	if diff := cmp.Diff([]string{
		"ghcr.io/acme/web true over/kustomization.yaml:3:10 ghcr.io/acme/web", "b/web true over/kustomization.yaml:4:10 b/web",
		"acme/web false over/kustomization.yaml:5:10 acme/web", "gone true over/kustomization.yaml:6:10 gone",
		"web false over/kustomization.yaml:7:10 web", // the name of the container
	}, got); diff != "" {
		t.Error(diff)
	}
}

// Parts that need the network or a program are omitted and reported; the rest is built.
func TestLeftOut(t *testing.T) {
	t.Parallel()
	r := build(t, deploy+`-- over/kustomization.yaml --
resources: [../base, "https://example.com/a.yaml", "github.com/acme/k8s//base?ref=v1", ../charts]
generators: [ksops.yaml]
transformers:
- |-
  apiVersion: builtin
  kind: PrefixTransformer
  metadata: {name: p}
  prefix: p-
  fieldSpecs: [{path: metadata/name}]
patches:
- path: https://example.com/patch.yaml
validators: [v.yaml]
-- over/ksops.yaml --
apiVersion: viaduct.ai/v1
kind: ksops
metadata: {name: s, annotations: {config.kubernetes.io/function: "exec: {path: ksops}"}}
files: [secret.enc.yaml]
-- charts/kustomization.yaml --
helmCharts:
- name: web
  repo: https://charts.example.com
  valuesFile: values.yaml
  valuesInline:
    image: a
-- charts/values.yaml --
image: b
`, "over")
	if r.Reason != "" {
		t.Fatal(r.Reason)
	}
	if !bytes.Contains(r.Data, []byte("name: p-web\n")) {
		t.Errorf("the transformer is left out:\n%s", r.Data)
	}
	var got []string
	for _, l := range r.Omitted {
		got = append(got, l.What+" "+at(t, r, l.At))
	}
	if diff := cmp.Diff([]string{
		"remote over/kustomization.yaml:1:23 https://example.com/a.yaml", "remote over/kustomization.yaml:1:53 github.com/acme/k8s//base?ref=v1",
		"chart charts/kustomization.yaml:2:9 web", "plugin over/kustomization.yaml:2:14 ksops.yaml", "validator over/kustomization.yaml:12:14 v.yaml",
		"remote over/kustomization.yaml:11:3 path: https://example.com/patch.yaml",
	}, got); diff != "" {
		t.Error(diff)
	}
	if len(r.Charts) != 1 || len(r.Charts[0].Values) != 1 || filepath.Base(r.Charts[0].Values[0]) != "values.yaml" || !r.Charts[0].HasInline {
		t.Errorf("charts %+v", r.Charts)
	} else if got := at(t, r, r.Charts[0].Inline); got != "charts/kustomization.yaml:6:5 image: a" {
		t.Errorf("inline values at %q", got)
	}
}

// A failed build has a reason in plain words, and the position of the failure.
func TestReasons(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, files, want string }{
		{"nothing", "-- k/a.yaml --\n", `k has no kustomization`},
		{"missing", "-- k/kustomization.yaml --\nresources: [a.yaml]\n", `k/a.yaml, which k/kustomization.yaml names, is missing`},
		{"not YAML", "-- k/kustomization.yaml --\nresources: [\n", `k/kustomization.yaml:1: it is not YAML: did not find expected node content`},
		{"resource is not YAML", "-- k/kustomization.yaml --\nresources: [a.yaml]\n-- k/a.yaml --\na: [\n", `k/a.yaml:1: it is not YAML: did not find expected node content`},
		{"no kind", "-- k/kustomization.yaml --\nresources: [a.yaml]\n-- k/a.yaml --\na: b\n", `k/a.yaml:1: a document without kind or metadata.name`},
		{"unknown field", "-- k/kustomization.yaml --\nresource: [a.yaml]\n", `k/kustomization.yaml has the unknown field "resource"`},
		{"number", "-- k/kustomization.yaml --\nimages: [{name: a, newTag: 1.10}]\n", `k/kustomization.yaml has the wrong type: images.newTag is a number, not text`},
		{"cycle", "-- k/kustomization.yaml --\nresources: [../l]\n-- l/kustomization.yaml --\nresources: [../k]\n", `k builds on itself`},
		{"itself", "-- k/kustomization.yaml --\nresources: [.]\n", `k builds on itself`},
		{"twice", "-- k/kustomization.yaml --\nresources: [a.yaml, b.yaml]\n-- k/a.yaml --\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n-- k/b.yaml --\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", `k/b.yaml:1: Pod "a" exists twice, also in k/a.yaml`},
		{"no patch", "-- k/kustomization.yaml --\nresources: [a.yaml]\npatches:\n- target: {kind: Pod}\n  patch: '[{op: replace, path: /spec, value: x]'\n-- k/a.yaml --\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", "k/kustomization.yaml:4: a patch is not YAML: did not find expected ',' or '}'"},
		{"patch of nothing", "-- k/kustomization.yaml --\npatches: [{path: p.yaml}]\n-- k/p.yaml --\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: gone}\n", `k/p.yaml:1: a patch is for Deployment "gone", which does not exist`},
		{"outside", "-- k/kustomization.yaml --\nresources: [../../../../../../../../../../../etc/hostname]\n", `, which leads out of the tree`},
		{"absolute", "-- k/kustomization.yaml --\nresources: [/etc/hostname]\n", `k/kustomization.yaml names "/etc/hostname", which leads out of the tree`},
		{"no replacement", deploy + "-- k/kustomization.yaml --\nresources: [../base]\nreplacements: [{source: {kind: ConfigMap, name: c, fieldPath: data.a}, targets: [{select: {kind: Deployment}, fieldPaths: [spec.a]}]}]\n", `a replacement takes a value from ConfigMap "c", which does not exist`},
		{"network in a generator", "-- k/kustomization.yaml --\nconfigMapGenerator: [{name: a, files: [\"https://example.com/a\"]}]\n", `k/kustomization.yaml takes "https://example.com/a" from the network, which imagelint does not use`},
		{"two files", "-- k/kustomization.yaml --\nnamespace: a\n-- k/Kustomization --\nnamespace: a\n", `k has more than one kustomization file`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := build(t, tt.files, "k")
			if !strings.HasSuffix(r.Reason, tt.want) || strings.Contains(r.Reason, "accumulat") || r.Data != nil {
				t.Errorf("reason %q, want %q", r.Reason, tt.want)
			}
		})
	}
}

// A reason about a file names it, and the line.
func TestReasonsWithFiles(t *testing.T) {
	t.Parallel()
	patched := func(patch string) string {
		return deploy + "-- k/kustomization.yaml --\nresources: [../base]\npatches: [{path: p.yaml, target: {kind: Deployment}}]\n-- k/p.yaml --\n" + patch
	}
	object := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
	for _, tt := range []struct{ name, files, want, at string }{
		{"a patch that is text", patched("text\n"), "k/p.yaml:1: a patch is neither an object nor a list of JSON patch operations", "k/p.yaml:1:1 text"},
		{"a patch that is not YAML", patched(object + "spec:\n  template:\n    spec: {\n      containers: [a\n"), "k/p.yaml:7: it is not YAML: did not find expected ',' or ']'", "k/p.yaml:7:1       containers: [a"},
		{"a patch with a tab", patched(object + "spec:\n\treplicas: 2\n"), "k/p.yaml:5: it is not YAML: found character that cannot start any token", "k/p.yaml:5:1 \treplicas: 2"},
		{
			"a patch in a block that is not YAML", deploy + "-- k/kustomization.yaml --\nresources: [../base]\npatches:\n  - target: {kind: Deployment}\n    patch: |-\n      - op: remove\n        path: /spec/a\n       value: x\n",
			"k/kustomization.yaml:7: a patch is not YAML: did not find expected '-' indicator", "k/kustomization.yaml:7:7  value: x",
		},
		{"a patch in quotes that is not YAML", deploy + "-- k/kustomization.yaml --\nresources: [../base]\npatches:\n  - target: {kind: Deployment}\n    patch: \"- op: remove\\n  path: [\"\n", "k/kustomization.yaml:4: a patch is not YAML: did not find expected node content", `k/kustomization.yaml:4:12 "- op: remove\n  path: ["`},
		{"a patch with texts", patched("- a\n"), "k/p.yaml:1: a patch is neither an object nor a list of JSON patch operations", "k/p.yaml:1:1 - a"},
		{"a patch without a kind", patched("spec: {replicas: 2}\n"), "k/p.yaml:1: a patch is neither an object nor a list of JSON patch operations", "k/p.yaml:1:1 spec: {replicas: 2}"},
		{"an unknown operation", patched("- {op: set, path: /spec/x}\n"), `k/p.yaml:1: "set" is not an operation of JSON patches`, "k/p.yaml:1:3 {op: set, path: /spec/x}"},
		{"an operation on nothing", patched("- {op: remove, path: /spec/x}\n"), `k/p.yaml:1: a JSON patch does not apply: remove "/spec/x"`, "k/p.yaml:1:3 {op: remove, path: /spec/x}"},
		{"one operation of several", patched("- op: add\n  path: /metadata/labels\n  value: {}\n- op: remove\n  path: /spec/x\n"), `k/p.yaml:4: a JSON patch does not apply: remove "/spec/x"`, "k/p.yaml:4:3 op: remove"},
		{
			"one of two operations", deploy + "-- k/kustomization.yaml --\nresources: [../base]\npatches: [{path: p.yaml, target: {kind: Deployment}}, {path: q.yaml, target: {kind: Pod}}]\n-- k/p.yaml --\n- {op: remove, path: /spec/x}\n-- k/q.yaml --\n- {op: remove, path: /spec/x}\n",
			`k/p.yaml or k/q.yaml: a JSON patch does not apply: remove "/spec/x"`, "",
		},
		{"another form", patched(object + "spec:\n  template: {spec: {containers: {web: x}}}\n"), `k/p.yaml:5: the patch of Deployment "web" has an object at spec.template.spec.containers, not a list`, "k/p.yaml:5:33 {web: x}}}"},
		{
			"no JSON", "-- k/kustomization.yaml --\nresources: [s.yaml]\npatches: [{patch: '[{op: remove, path: /metadata}]', target: {kind: Pod}}]\n-- k/s.yaml --\napiVersion: v1\nkind: Pod\nmetadata: {name: s}\n",
			"k/kustomization.yaml:2: a patch that begins with \"[\" must be JSON: quote its keys and texts, or write one operation per line", "k/kustomization.yaml:2:20 [{op: remove, path: /metadata}]",
		},
		{
			"a secret", "-- k/kustomization.yaml --\nresources: [s.yaml]\npatches: [{path: p.yaml}]\n-- k/p.yaml --\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: HUSHHUSH\n-- k/s.yaml --\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {a: b}\n",
			`k/p.yaml:4: the patch of Secret "s" has text at data, not an object`, "k/p.yaml:4:7 HUSHHUSH",
		},
		{
			"another secret", "-- k/kustomization.yaml --\nresources: [s.yaml]\ncommonLabels: {a: b}\n-- k/s.yaml --\napiVersion: v1\nkind: Secret\nmetadata: {name: s, labels: HUSHHUSH}\n",
			`k/s.yaml:1: kustomize cannot build it: field metadata/labels of Secret "s": expected MappingNode but got ScalarNode`, "k/s.yaml:1:1 apiVersion: v1",
		},
		{"an object of another form", "-- k/kustomization.yaml --\nresources: [d.yaml]\ncommonLabels: {a: b}\n-- k/d.yaml --\n" + object + "spec: {template: x}\n", `k/d.yaml:1: kustomize cannot build it: field spec/template/spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels of Deployment "web": expected sequence or mapping node`, "k/d.yaml:1:1 apiVersion: apps/v1"},
		{"a list of texts", "-- k/kustomization.yaml --\nresources: [l.yaml]\n-- k/l.yaml --\napiVersion: v1\nkind: List\nitems: [a]\n", "k/l.yaml: kustomize cannot build it: missing Resource metadata", "k/l.yaml:1:1 "},
		{"a literal", "-- k/kustomization.yaml --\nnamespace: a\nsecretGenerator: [{name: s, literals: [HUSHHUSH]}]\n", "k/kustomization.yaml: a literal of a generator is not KEY=VALUE", "k/kustomization.yaml:2:19 {name: s, literals: [HUSHHUSH]}]"},
		{"a key twice", "-- k/kustomization.yaml --\nconfigMapGenerator: [{name: c, literals: [a=b, a=c]}]\n", `k/kustomization.yaml: the generator of "c" has the key "a" twice`, "k/kustomization.yaml:1:22 {name: c, literals: [a=b, a=c]}]"},
		{"a field of a configuration", deploy + "-- k/kustomization.yaml --\nresources: [../base]\nconfigurations: [c.yaml]\n-- k/c.yaml --\n# names\napiVersion: builtin\nnameReference: []\n", `k/c.yaml:2: a configuration of transformers has no field "apiVersion"`, "k/c.yaml:2:1 apiVersion: builtin"},
		{"a configuration", deploy + "-- k/kustomization.yaml --\nresources: [../base]\nconfigurations: [c.yaml]\n-- k/c.yaml --\nimages: x\n", "k/c.yaml:1: kustomize cannot build it: cannot unmarshal string into Go struct field TransformerConfig.images of type types.FsSlice", "k/c.yaml:1:1 images: x"},
		{"a CRD", deploy + "-- k/kustomization.yaml --\nresources: [../base]\ncrds: [c.yaml]\n-- k/c.yaml --\nx\n", "k/c.yaml: kustomize cannot build it: cannot unmarshal string into Go value of type accumulator.nameToApiMap", "k/c.yaml:1:1 "},
		{"in a base", "-- k/kustomization.yaml --\nresources: [../base]\n" + deploy + "-- base/kustomization.yaml --\nresources: [deploy.yaml]\npatches: [{path: p.yaml}]\n-- base/p.yaml --\n# a\n---\ntext\n", "base/p.yaml:3: a patch is neither an object nor a list of JSON patch operations", "base/p.yaml:3:1 text"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := build(t, tt.files, "k")
			where := ""
			if r.HasFailedAt {
				where = at(t, r, r.FailedAt)
			}
			if !strings.HasSuffix(r.Reason, tt.want) || where != tt.at || strings.Contains(r.Reason, "HUSH") {
				t.Errorf("reason %q at %q, want %q at %q", r.Reason, where, tt.want, tt.at)
			}
		})
	}
}

// The files that a kustomization names are also known after a failed build.
func TestNamed(t *testing.T) {
	t.Parallel()
	r := build(t, deploy+`-- k/kustomization.yaml --
resources: [../base, gone.yaml]
patches: [{path: p.yaml}]
configMapGenerator: [{name: c, files: [key=in.yaml], envs: [e.env]}]
replacements: [{path: r.yaml}]
-- k/p.yaml --
-- k/in.yaml --
-- k/e.env --
-- k/r.yaml --
`, "k")
	if r.Reason == "" {
		t.Error("it is built")
	}
	var got []string
	for _, n := range r.FileUses {
		got = append(got, filepath.Base(n.File)+" "+string(n.Role))
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{
		"deploy.yaml resource", "e.env input of a generator", "in.yaml input of a generator", "kustomization.yaml kustomization", "kustomization.yaml kustomization",
		"p.yaml patch", "r.yaml replacement",
	}, got); diff != "" {
		t.Error(diff)
	}
}

// A file that is both a resource and the content of a ConfigMap is built without marks.
func TestTwofold(t *testing.T) {
	t.Parallel()
	r := build(t, "-- k/kustomization.yaml --\nresources: [p.yaml]\nconfigMapGenerator: [{name: c, files: [p.yaml]}]\n-- k/p.yaml --\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: b}]}\n", "k")
	if r.Reason != "" || bytes.Contains(r.Data, []byte("imagelint")) || !bytes.Contains(r.Data, []byte("spec: {containers: [{name: a, image: b}]}")) {
		t.Errorf("%q:\n%s", r.Reason, r.Data)
	}
}

// If a build only fails with marks, it is repeated without.
func TestCoarse(t *testing.T) {
	t.Parallel()
	r := build(t, deploy+`-- k/kustomization.yaml --
resources: [../base]
patches:
- target: {kind: Deployment}
  patch: |-
    - op: test
      path: /spec/template/spec/containers/0
      value: {name: web, image: "ghcr.io/acme/web:1.0.0"}
`, "k")
	if r.Reason != "" || !r.WithoutOrigins || bytes.Contains(r.Data, []byte("imagelint")) || !bytes.Contains(r.Data, []byte("image: ghcr.io/acme/web:1.0.0")) {
		t.Errorf("%q, coarse %v:\n%s", r.Reason, r.WithoutOrigins, r.Data)
	}
}

// Links within the tree are followed; those that lead out are not.
func TestLinks(t *testing.T) {
	t.Parallel()
	dir, away := t.TempDir(), t.TempDir()
	pod := []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n")
	for name, data := range map[string][]byte{
		filepath.Join(away, "a.yaml"): pod, filepath.Join(dir, "in.yaml"): pod,
		filepath.Join(dir, "out", "kustomization.yaml"): []byte("resources: [a.yaml]\n"), filepath.Join(dir, "in", "kustomization.yaml"): []byte("resources: [a.yaml]\n"),
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"out": filepath.Join(away, "a.yaml"), "in": filepath.Join(dir, "in.yaml")} {
		if err := os.Symlink(to, filepath.Join(dir, link, "a.yaml")); err != nil {
			t.Skip("this system makes no links: ", err)
		}
	}
	if r := kustomize.Build(kustomize.Request{Root: dir, Folder: filepath.Join(dir, "out"), Shown: "out"}); !strings.Contains(r.Reason, "leads out of the tree") {
		t.Errorf("reason %q", r.Reason)
	}
	if r := kustomize.Build(kustomize.Request{Root: dir, Folder: filepath.Join(dir, "in"), Shown: "in"}); r.Reason != "" {
		t.Errorf("reason %q", r.Reason)
	}
}

// The worker answers requests in order, and ends with its input.
func TestServe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte("configMapGenerator: [{name: a, literals: [b=c]}]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var in, out bytes.Buffer
	for range 2 {
		if err := kustomize.Send(&in, kustomize.Request{Root: dir, Folder: dir, Shown: "."}); err != nil {
			t.Fatal(err)
		}
	}
	if err := kustomize.Serve(&in, &out); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		var r kustomize.Reply
		if err := kustomize.Receive(&out, &r); err != nil || !bytes.Contains(r.Result.Data, []byte("kind: ConfigMap")) {
			t.Errorf("%v: %q %s", err, r.Result.Reason, r.Result.Data)
		}
	}
}

// Links in memory are followed in the tree, and are errors if they lead out.
func TestLinksInMemory(t *testing.T) {
	t.Parallel()
	if filepath.Separator != '/' {
		t.Skip("texts in memory have the paths of a browser")
	}
	text := func(s string) func() (io.ReadCloser, error) {
		return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(s)), nil }
	}
	const pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: nginx}]}}\n"
	for _, tt := range []struct{ name, link, outside string }{
		{"inside", "../files/pod.yaml", ""},
		{"up", "../../secret.yaml", "pod.yaml"},
		{"absolute", "/secret.yaml", "pod.yaml"},
		{"folder", "../out/secret.yaml", "pod.yaml"},
	} {
		system := disk.NewListing(string(filepath.Separator), nil, []disk.Entry{
			{Path: "top/k/kustomization.yaml", Open: text("resources: [pod.yaml]\n")},
			{Path: "top/k/pod.yaml", Mode: fs.ModeSymlink, Open: text(tt.link)},
			{Path: "top/files/pod.yaml", Open: text(pod)},
			{Path: "top/out", Mode: fs.ModeSymlink, Open: text("..")},
			{Path: "secret.yaml", Open: text(pod)},
		})
		top, err := system.Abs(filepath.FromSlash("/top"))
		if err != nil {
			t.Fatal(err)
		}
		r := kustomize.BuildFrom(system, kustomize.Request{Root: top, Folder: filepath.Join(top, "k"), Shown: "k"})
		if r.Outside != tt.outside || (len(r.Data) > 0) != (tt.outside == "") {
			t.Errorf("%s: %q is outside, %q, %q", tt.name, r.Outside, r.Data, r.Reason)
		}
	}
}

// Only the fields in which kustomize replaces images count, and fields whose text may get into them.
func TestUsedFields(t *testing.T) {
	t.Parallel()
	const pod = "-- base/pod.yaml --\napiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {a: o}}\nspec:\n  containers: [{name: a, image: other}]\n-- base/kustomization.yaml --\nresources: [pod.yaml]\n"
	const config = "-- base/cm.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {image: x}\n"
	const runner = "-- base/r.yaml --\napiVersion: e.io/v1\nkind: Runner\nmetadata: {name: r, annotations: {e.io/image: o}}\nspec: {image: x, name: x}\n"
	patch := func(text string) string {
		return pod + "patches:\n- target: {kind: Pod}\n  patch: |\n    " + strings.ReplaceAll(text, "\n", "\n    ") + "\n"
	}
	edit := func(old, text string) string { return strings.Replace(pod, old, text, 1) }
	configured := func(path string) string {
		return strings.Replace(pod, "[pod.yaml]", "[pod.yaml, r.yaml]\nconfigurations: [c.yaml]", 1) + runner + "-- base/c.yaml --\nimages: [{path: " + path + "}]\n"
	}
	replacing := func(to string) string {
		return strings.Replace(pod, "[pod.yaml]", "[pod.yaml, cm.yaml]\nreplacements:\n- source: {kind: ConfigMap, fieldPath: data.image}\n  targets: [{select: {kind: Pod}, fieldPaths: ["+to+"]}]", 1) + config
	}
	for _, c := range []struct {
		name, files string
		used        bool
	}{
		{"a container", edit("image: other", "image: x"), true},
		{"an init container", edit("containers:", "initContainers: [{name: i, image: 'x:1'}]\n  containers:"), true},
		{"a volume", edit("containers:", "volumes: [{name: v, image: {reference: x}}]\n  containers:"), true},
		{"a merge key", edit("{name: a, image: other}", "{name: a, <<: {image: x}}"), true},
		{"another field of the container", edit("image: other", "image: other, args: [x], env: [{name: x, value: x}], workingDir: x"), false},
		{"the container's name", edit("name: a,", "name: x,"), false},
		{"the name of the object", edit("name: p", "name: x"), false},
		{"an ephemeral container", edit("containers:", "ephemeralContainers: [{name: e, image: x}]\n  containers:"), false},
		{"an image that a patch removes", edit("image: other}]", "image: other}, {name: b, image: x}]") + "patches: [{patch: '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: b, $patch: delete}]}}'}]\n", true},
		{"a patch", patch("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: x}]}"), true},
		{"an operation on an image", patch("- {op: replace, path: /spec/containers/0/image, value: x}"), true},
		{"an operation on a container", patch("- {op: add, path: /spec/containers/-, value: {name: b, image: x}}"), true},
		{"an operation on a list", patch("- {op: replace, path: /spec/containers, value: [{name: b, image: x}]}"), true},
		{"an image of an operation that a patch removes", patch("- {op: add, path: /spec/containers, value: [{name: b, image: x}, {name: c, image: o}]}\n- {op: remove, path: /spec/containers/0}"), true},
		{"an operation on another field", patch("- {op: add, path: /spec/containers/0/workingDir, value: x}"), false},
		{"an operation that copies", strings.Replace(patch("- {op: copy, from: /metadata/labels/a, path: /spec/containers/0/image}"), "a: o", "a: x", 1), true},
		{"an operation that copies elsewhere", strings.Replace(patch("- {op: copy, from: /metadata/labels/a, path: /spec/hostname}"), "a: o", "a: x", 1), false},
		{"a custom resource", strings.Replace(pod, "[pod.yaml]", "[pod.yaml, r.yaml]", 1) + runner, false},
		{"a configured field", configured("spec/image"), true},
		{"a configured annotation", strings.NewReplacer("image: o}", "image: x}", "image: x,", "image: o,").Replace(configured(`metadata/annotations/e.io\/image`)), true},
		{"another configured field", configured("spec/runner"), false},
		{"a replacement", replacing(`"spec.containers.[name=a].image"`), true},
		{"a replacement of all", replacing(`"spec.containers.*.image"`), true},
		{"a replacement of another field", replacing("spec.containers.0.name"), false},
		{"a replacement by a generated value", strings.ReplaceAll(replacing("spec.containers.0.image"), ", cm.yaml]", "]\nconfigMapGenerator: [{name: cm, literals: [image=x]}]"), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := build(t, c.files+"-- over/kustomization.yaml --\nresources: [../base]\nimages: [{name: x, newTag: '2'}]\n", "over")
			if r.Reason != "" || r.WithoutOrigins || len(r.Images) != 1 {
				t.Fatalf("reason %q, without origins %v, images %v", r.Reason, r.WithoutOrigins, r.Images)
			}
			if r.Images[0].Used != c.used {
				t.Errorf("used is %v, want %v, in\n%s", r.Images[0].Used, c.used, r.Data)
			}
			if did := bytes.Contains(r.Data, []byte("x:2")); did && !c.used {
				t.Errorf("the entry changes the image:\n%s", r.Data)
			}
		})
	}
}
