//go:build unix

package render_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// spotOf returns the n-th occurrence of a text in the output.
func spotOf(t *testing.T, o *render.Output, text string, n int) render.OutputSpan {
	t.Helper()
	at := -1
	for range n {
		next := bytes.Index(o.Data[at+1:], []byte(text))
		if next < 0 {
			t.Fatalf("%q is not in\n%s%v", text, o.Data, o.Err)
		}
		at += 1 + next
	}
	line := bytes.Count(o.Data[:at], []byte("\n"))
	from := at - (bytes.LastIndexByte(o.Data[:at], '\n') + 1)
	return render.OutputSpan{Line: line + 1, From: from, To: from + len(text), Text: text}
}

// placed formats a place as FILE:LINE, relative to a folder.
func placed(dir string, s source.Span) string {
	if s.File() == nil {
		return ""
	}
	rel, err := filepath.Rel(dir, s.File().Name)
	if err != nil {
		rel = s.File().Name
	}
	return fmt.Sprintf("%s:%d", filepath.ToSlash(rel), s.Start().Line)
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  template:
    spec:
      {{- with .Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: web
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
`

// Each text is traced to the value to change, and to the line of the template.
func TestOrigins(t *testing.T) {
	t.Parallel()
	const image = "image: {repository: ghcr.io/acme/web, tag: 1.10}\n"
	for _, tt := range []struct {
		name  string
		files map[string]string
		text  string
		n     int    // which occurrence of the text, from 0
		want  string // the places of the origins
		made  string // the position in the template
		flags []string
	}{
		{
			name: "repository", files: map[string]string{"values.yaml": "image:\n  repository: ghcr.io/acme/Web\n  tag: latest\n", "templates/d.yaml": deployment},
			text: "ghcr.io/acme/Web", want: "values.yaml:2", made: "templates/d.yaml:14",
		},
		{
			name: "number", files: map[string]string{"values.yaml": image, "templates/d.yaml": deployment},
			text: "1.1", want: "values.yaml:1", made: "templates/d.yaml:14",
		},
		{
			name: "appVersion", files: map[string]string{
				"Chart.yaml": "name: web\nversion: 1.0.0\nappVersion: \"2.0\"\n", "values.yaml": "image: {repository: acme/web, tag: \"\"}\n", "templates/d.yaml": deployment,
			},
			text: "2.0", want: "Chart.yaml:3 values.yaml:1", made: "templates/d.yaml:14",
		},
		{
			name: "appVersion as a number", files: map[string]string{
				"Chart.yaml": "name: web\nversion: 1.0.0\nappVersion: 1.10\n", "values.yaml": "image: {repository: acme/web, tag: \"\"}\n", "templates/d.yaml": deployment,
			},
			text: "1.1", want: "Chart.yaml:3 values.yaml:1", made: "templates/d.yaml:14",
		},
		{
			name: "empty repository among many that are empty", files: map[string]string{
				"values.yaml":        "a: {image: \"\"}\nb: {image: \"\"}\nc: {image: \"\"}\nweb:\n  image:\n    registry: \"\"\n    repository: \"\"\n    tag: v1\n",
				"templates/_h.tpl":   `{{ define "img" }}{{ $i := printf "%s:%s" .repository .tag }}{{ if .registry }}{{ $i = printf "%s/%s" .registry $i }}{{ end }}image: {{ $i }}{{ end }}`,
				"templates/pod.yaml": "kind: Pod\nspec:\n  containers:\n    - {{ include \"img\" .Values.web.image }}\n",
			},
			text: ":v1", want: "values.yaml:7", made: "templates/pod.yaml:0",
		},
		{
			name: "nothing sets it", files: map[string]string{"values.yaml": "image:\n  tag: v1\n", "templates/d.yaml": deployment},
			text: ":v1", want: "values.yaml:1", made: "templates/d.yaml:14",
		},
		{
			name: "a value that is a key, too", files: map[string]string{
				"values.yaml":      "apps: [{name: svc-a}, {name: svc-b}]\nimages:\n  svc-a: {repository: svc-a, tag: latest}\n  svc-b: {repository: svc-b, tag: latest}\n",
				"templates/a.yaml": "{{- range .Values.apps }}\n---\nkind: Pod\nspec:\n  containers:\n    - image: \"{{ (get $.Values.images .name).repository }}:{{ (get $.Values.images .name).tag }}\"\n{{- end }}\n",
			},
			text: "latest", n: 2, want: "values.yaml:4", made: "templates/a.yaml:6",
		},
		{
			name: "a value that a template computes with", files: map[string]string{
				"values.yaml":      "image:\n  repository: acme/web\n  tag: \"12\"\n  next: \"13\"\n",
				"templates/a.yaml": "kind: Pod\nspec:\n  containers:\n    - image: \"{{ .Values.image.repository }}:{{ whole .Values.image.tag }}\"\n",
			},
			text: "acme/web", want: "values.yaml:2", made: "templates/a.yaml:4",
		},
		{
			name: "notes that refuse other images", files: map[string]string{
				"values.yaml": "image:\n  repository: acme/web\n  tag: v1\n", "templates/d.yaml": deployment,
				"templates/NOTES.txt": `{{ if ne .Values.image.repository "acme/web" }}{{ fail (printf "unknown: %s:%s" .Values.image.repository .Values.image.tag) }}{{ end }}`,
			},
			text: "acme/web", want: "values.yaml:2", made: "templates/d.yaml:14",
		},
		{
			name: "a mapping for a list", files: map[string]string{"values.yaml": image + "imagePullSecrets:\n  name: regcred\n", "templates/d.yaml": deployment},
			text: "regcred", want: "values.yaml:3", made: "templates/d.yaml:4",
		},
		{
			name: "a template in a value", files: map[string]string{
				"values.yaml": "registry: ghcr.io\nimg: '{{ .Values.registry }}/acme/Web:v1'\n", "templates/p.yaml": "kind: Pod\nspec:\n  containers:\n    - image: {{ tpl .Values.img . | quote }}\n",
			},
			text: "ghcr.io/acme/Web:v1", want: "values.yaml:2 values.yaml:1", made: "templates/p.yaml:4",
		},
		{
			name: "the command line", files: map[string]string{"values.yaml": image, "templates/d.yaml": deployment},
			flags: []string{"image.tag=Bad_"}, text: "Bad_", want: " values.yaml:1", made: "templates/d.yaml:14",
		},
		{
			name: "a subchart", files: map[string]string{
				"values.yaml": "db:\n  image: {repository: acme/Db}\n", "charts/db/Chart.yaml": "name: db\nversion: 1.0.0\n",
				"charts/db/values.yaml": "image:\n  repository: acme/other\n  tag: v1\n", "charts/db/templates/d.yaml": deployment,
			},
			text: "acme/Db", want: "values.yaml:2 charts/db/values.yaml:2", made: "charts/db/templates/d.yaml:14",
		},
		{
			name: "a list", files: map[string]string{
				"values.yaml":      "names:\n- {name: a, image: acme/a}\n- {name: b, image: acme/B}\n",
				"templates/p.yaml": "kind: Pod\nspec:\n  containers:\n  {{- range .Values.names }}\n    - name: {{ .name }}\n      image: {{ .image }}\n  {{- end }}\n",
			},
			text: "acme/B", want: "values.yaml:3", made: "templates/p.yaml:6",
		},
		{
			name: "several documents of one template", files: map[string]string{
				"values.yaml": "x: 1\n",
				"templates/p.yaml": "{{- range $n := .Values.none | default \"ab\" | printf \"%s\" | printf \"%.0s12\" | whole | printf \"%d\" | printf \"%.1s\" | whole }}{{ end }}\nkind: Pod\nspec:\n" +
					"  containers:\n    - name: main\n      image: \"{{ .Release.Name }}:v1\"\n    - name: side\n      image: \"{{ .Release.Name }}:v1\"\n---\nkind: Pod\nspec: {}\n",
			},
			text: "release-name:v1", n: 2, want: "", made: "templates/p.yaml:8",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			chart := chartOf(t, tt.files)
			r := render.New(render.Options{Helm: engineNamed(t, "helm")})
			out, err := r.All(t.Context(), []render.Target{{Kind: render.Chart, Path: chart, Set: tt.flags}})
			if err != nil {
				t.Fatal(err)
			}
			o := out[0]
			p := r.Origins(t.Context(), o, []render.OutputSpan{spotOf(t, o, tt.text, max(tt.n, 1))})[0]
			var got []string
			for _, origin := range p.Origins {
				got = append(got, placed(chart, origin.Span))
				if origin.Message == "" {
					t.Errorf("no message about %s", origin.Value)
				}
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("origins %q, want %q: %+v after %d renderings of\n%s", got, tt.want, p.Origins, o.Rerenders(), o.Data)
			}
			if made := placed(chart, p.Template); made != tt.made {
				t.Errorf("made at %s, want %s", made, tt.made)
			}
		})
	}
}

// If rendering takes too long or is canceled, only the templates are known.
func TestCut(t *testing.T) {
	t.Parallel()
	chart := chartOf(t, map[string]string{"values.yaml": "image: {repository: acme/Web, tag: v1}\n", "templates/d.yaml": deployment, "slow": ""})
	r := render.New(render.Options{Helm: engineNamed(t, "helm"), Timeout: 2 * time.Second})
	out, err := r.All(t.Context(), []render.Target{{Kind: render.Chart, Path: chart}})
	if err != nil || out[0].Err != nil {
		t.Fatal(err, out[0].Err)
	}
	spans := []render.OutputSpan{spotOf(t, out[0], "acme/Web", 1)}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, ctx := range map[string]context.Context{"late": t.Context(), "cancelled": ctx} {
		p := r.Origins(ctx, out[0], spans)[0]
		if len(p.Origins) != 0 || placed(chart, p.Template) != "templates/d.yaml:14" {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if !out[0].TimedOut() {
		t.Error("the message does not mention the time limit")
	}
}
