//go:build unix

package render_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	disk "github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/manifests"
)

// overlays are a base and an overlay, with the output of kustomize for the overlay.
var overlays = map[string]string{
	"base/kustomization.yaml": "resources: [web.yaml]\nimages:\n- name: unused\n  newTag: v9\n",
	"base/web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      imagePullSecrets:
      - name: regcred
      containers:
      - name: web
        image: ghcr.io/acme/web:v1
      - name: side
        image: ghcr.io/acme/side:v1
`,
	"over/kustomization.yaml": `resources: [../base]
namePrefix: my-
images:
- name: ghcr.io/acme/web
  newName: quay.io/acme/web
  newTag: v2
secretGenerator:
- name: regcred
  type: kubernetes.io/dockerconfigjson
  literals: [.dockerconfigjson=x]
patches:
- path: patch.yaml
configurations: [config.yaml]
`,
	"over/config.yaml": "images:\n- kind: Runner\n  path: spec/image\n",
	"over/patch.yaml":  "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n      - name: side\n        image: ghcr.io/acme/Side:v3\n",
	"over/built": `apiVersion: v1
kind: Secret
metadata:
  name: my-regcred-7h6m8gk2tb
type: kubernetes.io/dockerconfigjson
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: my-web
spec:
  template:
    spec:
      containers:
      - image: quay.io/acme/web:v2
        name: web
      - image: ghcr.io/acme/Side:v3
        name: side
      imagePullSecrets:
      - name: my-regcred-7h6m8gk2tb
`,
}

// With and without an external program, text of a kustomization is traced to the entry, the generator or the
// file that produced it.
func TestBuilt(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]render.Options{"library": {}, "program": {Kustomize: engineNamed(t, "kustomize")}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := files(t, overlays)
			r := render.New(options)
			out, err := r.All(t.Context(), []render.Target{{Kind: render.Kustomization, Path: filepath.Join(dir, "over")}})
			if err != nil || out[0].Err != nil {
				t.Fatal(err, out[0].Err)
			}
			o := out[0]
			for _, tt := range []struct {
				text, want, made string
				kind, name       string
			}{
				{"quay.io/acme/web:v2", "over/kustomization.yaml:5", "base/web.yaml:11", "Deployment", "my-web"},
				{"ghcr.io/acme/Side:v3", "over/patch.yaml:9", "over/patch.yaml:9", "Deployment", "my-web"},
				{"kubernetes.io/dockerconfigjson", "over/kustomization.yaml:9", "over/kustomization.yaml:9", "Secret", ""},
			} {
				s := spotOf(t, o, tt.text, 1)
				s.Kind, s.Name = tt.kind, tt.name
				p := r.Origins(t.Context(), o, []render.OutputSpan{s})[0]
				if len(p.Origins) != 1 || placed(dir, p.Origins[0].Span) != tt.want || placed(dir, p.Template) != tt.made {
					t.Errorf("%s: %+v, made at %s", tt.text, p.Origins, placed(dir, p.Template))
				}
				s.SkipValues = true
				if p := r.Origins(t.Context(), o, []render.OutputSpan{s})[0]; len(p.Origins) != 0 {
					t.Errorf("%s: %+v, with SkipValues", tt.text, p)
				}
			}
			// A generated name has a hash suffix.
			s := spotOf(t, o, "name: my-regcred-", 1)
			line := strings.Split(string(o.Data), "\n")[s.Line-1]
			s.Text, s.To = strings.TrimPrefix(strings.TrimSpace(line), "name: "), len(line)
			s.From = s.To - len(s.Text)
			if p := r.Origins(t.Context(), o, []render.OutputSpan{s})[0]; len(p.Origins) != 1 || !strings.HasPrefix(p.Origins[0].Message, "secretGenerator creates it in ") {
				t.Errorf("generator: %+v", p)
			}
			if used := usedBy(o, dir); name == "library" && !slices.Equal(used, []string{"base/kustomization.yaml", "base/web.yaml", "over/config.yaml", "over/kustomization.yaml", "over/patch.yaml"}) {
				t.Errorf("uses %v", used)
			}
			if uses := o.VerbatimFiles(); name == "program" && len(uses) != 5 {
				t.Errorf("uses %v", uses)
			}
		})
	}
}

func usedBy(o *render.Output, dir string) []string {
	var out []string
	for _, u := range o.UsedFiles() {
		if rel, err := filepath.Rel(dir, u.File); err == nil {
			out = append(out, rel)
		}
	}
	slices.Sort(out)
	return out
}

// Facts about a kustomization built by the library: images entries that match nothing, bases, and fields that
// are images.
func TestMade(t *testing.T) {
	t.Parallel()
	dir := files(t, overlays)
	write(t, filepath.Join(dir, "over/runner.yaml"), "apiVersion: ci.example.com/v1\nkind: Runner\nmetadata: {name: a}\nspec: {image: acme/runner}\n")
	write(t, filepath.Join(dir, "over/kustomization.yaml"), strings.Replace(overlays["over/kustomization.yaml"], "[../base]", "[../base, runner.yaml]", 1))
	r := render.New(render.Options{})
	out, err := r.All(t.Context(), []render.Target{{Kind: render.Kustomization, Path: filepath.Join(dir, "over")}})
	if err != nil || out[0].Err != nil {
		t.Fatal(err, out[0].Err)
	}
	o := out[0]
	var unused []string
	for _, e := range o.KustomizeImages() {
		if !e.Used {
			unused = append(unused, placed(dir, e.Span))
		}
	}
	if want := []string{"base/kustomization.yaml:3"}; !slices.Equal(unused, want) {
		t.Errorf("unused entries %v, want %v", unused, want)
	}
	if bases := o.Bases(); len(bases) != 1 || filepath.Base(bases[0]) != "base" {
		t.Errorf("bases %v", bases)
	}
	fields := o.Fields()
	if len(fields) != 1 || fields[0].Kind != "Runner" {
		t.Fatalf("fields %v", fields)
	}
	if groups := o.Groups(fields[0]); !slices.Equal(groups, []string{"ci.example.com"}) {
		t.Errorf("groups %v", groups)
	}
	if o.File() != filepath.Join(dir, "over/kustomization.yaml") || o.IsComponent() {
		t.Errorf("%s, a component: %v", o.File(), o.IsComponent())
	}
	// Positions in a file do not depend on earlier lookups. For generated text without a source, the
	// position is that of the object.
	s := spotOf(t, o, "ghcr.io/acme/Side:v3", 1)
	if at := r.SourceSpans(o, s); len(at) != 1 || placed(dir, at[0]) != "over/patch.yaml:9" {
		t.Errorf("written at %v", at)
	}
	for text, want := range map[string]string{"Side": "over/patch.yaml:9", "quay.io/acme": "over/kustomization.yaml:5", "v2": "over/kustomization.yaml:6", "web:v2": "", "my-regcred": "", "dockerconfigjson": ""} {
		at, ok := o.EditableSpan(spotOf(t, o, text, 1))
		if ok != (want != "") || placed(dir, at) != want {
			t.Errorf("%s is mended at %q, want %q", text, placed(dir, at), want)
		}
	}
	for text, want := range map[string]string{"kind: Deployment": "base/web.yaml:2", "containers:": "over/patch.yaml:7"} {
		s := spotOf(t, o, text, 1)
		if got := placed(dir, r.Origins(t.Context(), o, []render.OutputSpan{s})[0].Template); got != want {
			t.Errorf("%s is made at %s, want %s", text, got, want)
		}
	}
}

// A failed build says why, and names files that are not complete manifests; omitted parts are reported.
func TestNotMade(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, kustomization, err, left string }{
		{"missing", "resources: [none.yaml]\n", "none.yaml, which ", ""},
		{"remote", "resources: [pod.yaml, \"https://example.com/a.yaml\"]\n", "", "remote bases are not fetched"},
		{"nothing but remote", "resources: [\"https://example.com/a.yaml\"]\n", "remote bases are not fetched", ""},
		{"chart", "resources: [pod.yaml]\nhelmCharts: [{name: web, repo: https://charts.example.com}]\n", "", "names the chart \"web\" (helmCharts)"},
		{"plugin", "resources: [pod.yaml]\ntransformers: [run.yaml]\n", "", "names the plugin "},
		{"outside", "resources: [../../../../../../../../../../etc/hostname]\n", "/etc/hostname", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := files(t, map[string]string{
				"k/kustomization.yaml": tt.kustomization, "k/patch.yaml": "kind: Pod\napiVersion: v1\nmetadata: {name: web}\n",
				"k/pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: acme/web}]}\n",
				"k/run.yaml": "apiVersion: example.com/v1\nkind: Run\nmetadata: {name: run}\n",
			})
			out, err := render.New(render.Options{}).All(t.Context(), []render.Target{{Kind: render.Kustomization, Path: filepath.Join(dir, "k")}})
			if err != nil {
				t.Fatal(err)
			}
			o := out[0]
			switch {
			case tt.err != "" && (o.Err == nil || o.Reason != manifests.SkipNotRendered || !strings.Contains(o.Err.Error(), tt.err)):
				t.Errorf("%q, %v; want %q", o.Reason, o.Err, tt.err)
			case tt.err == "" && o.Err != nil:
				t.Error(o.Err)
			}
			if left := o.Omitted(); tt.left != "" && (len(left) == 0 || !strings.Contains(left[0].String(), tt.left)) {
				t.Errorf("left out %v, want %q", left, tt.left)
			}
		})
	}
}

// If a program fails to build, the missing file is reported under the name that the user knows.
func TestProgramFails(t *testing.T) {
	t.Parallel()
	dir := files(t, map[string]string{"over/kustomization.yaml": "resources: []\n"})
	out, err := render.New(render.Options{Kustomize: engineNamed(t, "kustomize")}).All(t.Context(), []render.Target{{Kind: render.Kustomization, Path: filepath.Join(dir, "over")}})
	if err != nil {
		t.Fatal(err)
	}
	if o := out[0]; o.Err == nil || o.Err.Error() != filepath.Join(dir, "over/base.yaml")+", which it names, is missing" {
		t.Errorf("%v", o.Err)
	}
}

// utf16 encodes a text of ASCII in little endian.
func utf16(text string) string { return strings.Join(strings.Split(text, ""), "\x00") + "\x00" }

// The API group shows whether a kustomization is kustomize's or Flux's.
func TestIsKustomization(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"resources: []\n": true, "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n": true, "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n": false, "\t": true,
		"\"api\\x56ersion\": kustomize.toolkit.fluxcd.io/v1\n": false, "{apiVersion: kustomize.toolkit.fluxcd.io/v1}": false,
		"\xFF\xFE" + utf16("apiVersion: kustomize.toolkit.fluxcd.io/v1\n"): false,
	} {
		dir := files(t, map[string]string{"kustomization.yaml": text})
		if got := render.IsKustomization(disk.OS, dir); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// The output of a program has numbers as they are written in the files and in inline patches.
func TestBuiltNumbers(t *testing.T) {
	t.Parallel()
	head := "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: "
	dir := files(t, map[string]string{
		"over/kustomization.yaml": "namePrefix: my-\nresources: [hr.yaml]\npatches:\n- patch: |\n    kind: HelmRelease\n    metadata: {name: feed}\n    spec: {values: {b: {tag: 0777}, c: {tag: 2.50}}}\n" +
			"patchesStrategicMerge:\n- |\n    kind: HelmRelease\n    metadata: {name: feed}\n    spec: {values: {c: {tag: 3.50}}}\n",
		"over/hr.yaml": head + "feed\nspec:\n  values:\n    a:\n      tag: 1.10\n    b:\n      tag: 1.20\n",
		"over/built":   head + "my-feed\nspec:\n  values:\n    a:\n      tag: 1.1\n    b:\n      tag: 511\n    c:\n      tag: 3.5\n",
	})
	r := render.New(render.Options{Kustomize: engineNamed(t, "kustomize")})
	out, err := r.All(t.Context(), []render.Target{{Kind: render.Kustomization, Path: filepath.Join(dir, "over")}})
	if err != nil || out[0].Err != nil {
		t.Fatal(err, out[0].Err)
	}
	if want := head + "my-feed\nspec:\n  values:\n    a:\n      tag: 1.10\n    b:\n      tag: 0777\n    c:\n      tag: 3.50\n"; string(out[0].Data) != want {
		t.Errorf("%s", out[0].Data)
	}
	s := spotOf(t, out[0], "1.10", 1)
	s.Kind, s.Name = "HelmRelease", "my-feed"
	if p := r.Origins(t.Context(), out[0], []render.OutputSpan{s})[0]; placed(dir, p.Template) != "over/hr.yaml:8" {
		t.Errorf("traced to %s", placed(dir, p.Template))
	}
}
