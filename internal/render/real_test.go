//go:build unix

package render_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	disk "github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/manifests"
)

// TestReal gives hostile input to real programs in the folder IMAGELINT_ENGINES.
func TestReal(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("IMAGELINT_ENGINES")
	if folder == "" {
		t.Skip("needs helm and kustomize, in the folder IMAGELINT_ENGINES: .ci/engines runs it")
	}
	bomb := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 12; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10))
	}
	const chart = "apiVersion: v2\nname: web\nversion: 1.0.0\n"
	for _, tt := range []struct {
		name  string
		files map[string]string // in the target's folder, or next to it
		want  string            // in the output; "" expects an error
	}{
		{"aliases", map[string]string{"web/Chart.yaml": chart, "web/values.yaml": bomb, "web/templates/a.yaml": "a: {{ .Values.a11 }}\n"}, ""},
		{"endless", map[string]string{"web/Chart.yaml": chart, "web/templates/a.yaml": "{{ range until 2000000000 }}a{{ end }}\n"}, ""},
		{"recursion", map[string]string{"web/Chart.yaml": chart, "web/templates/a.yaml": `{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}` + "\n"}, ""},
		{"much", map[string]string{"web/Chart.yaml": chart, "web/templates/a.yaml": `a: "{{ repeat 100000000 "x" }}"` + "\n"}, ""},
		{"names", map[string]string{"web/Chart.yaml": chart, "web/templates/a.yaml": `host: "{{ getHostByName "localhost" }}"` + "\n"}, `host: ""`},
		{"lookup", map[string]string{"web/Chart.yaml": chart, "web/templates/a.yaml": `found: {{ len (lookup "v1" "Secret" "default" "x") }}` + "\n"}, "found: 0"},
		{"outside", map[string]string{"web/Chart.yaml": chart, "web/templates/a.yaml": `file: "{{ .Files.Get "../secret.yaml" }}"` + "\n", "secret.yaml": "not-a-real-one"}, `file: ""`},
		{"file outside", map[string]string{"web/kustomization.yaml": "resources: [../secret.yaml]\n", "secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"}, ""},
		{"program", map[string]string{
			"web/kustomization.yaml": "resources: [a.yaml]\ntransformers: [run.yaml]\n", "web/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
			"web/run.yaml": "apiVersion: v1\nkind: Run\nmetadata:\n  name: run\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ./run.sh}\n",
			"web/run.sh":   "#!/bin/sh\ntouch \"$(dirname \"$0\")/ran\"\n",
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for name, data := range tt.files {
				write(t, filepath.Join(dir, name), data)
				if err := os.Chmod(filepath.Join(dir, name), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			before := hash(t, dir)
			path := filepath.Join(dir, "web")
			r := render.New(render.Options{Helm: filepath.Join(folder, "helm"), Kustomize: filepath.Join(folder, "kustomize"), Timeout: 10 * time.Second})
			out, err := r.All(t.Context(), []render.Target{{Kind: render.KindOf(disk.OS, path), Path: path}})
			if err != nil {
				t.Fatal(err)
			}
			switch o := out[0]; {
			case tt.want == "" && (o.Err == nil || o.Reason != manifests.SkipNotRendered):
				t.Errorf("%q, %v: %.200s", o.Reason, o.Err, o.Data)
			case tt.want != "" && !strings.Contains(string(o.Data), tt.want):
				t.Errorf("%v: %s\nwant %q", o.Err, o.Data, tt.want)
			}
			if after := hash(t, dir); after != before {
				t.Error("the tree was written to")
			}
		})
	}
}

// hash returns a checksum of all names and contents below a folder.
func hash(t *testing.T, dir string) string {
	t.Helper()
	sum := sha256.New()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			data, err := os.ReadFile(path)
			fmt.Fprintf(sum, "%s %d %s\n", path, len(data), data)
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sum.Sum(nil))
}
