//go:build unix

package render_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/render"
)

// TestCIValues finds the values with which a chart is tested, in a folder and in an archive, and reports
// errors in them under their original names.
func TestCIValues(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := map[string]string{
		"Chart.yaml": "name: web\nversion: 1.0.0\n", "ci/b-values.yaml": "image: b\n", "ci/a-values.yaml": "image: a\n", "ci/values.yaml": "", "ci/deep/c-values.yaml": "",
		"templates/pod.yaml": "image: {{ .Values.image }}\n", "ci/notes.txt": "",
	}
	packed := map[string]string{}
	for name, text := range files {
		packed["web/"+name] = text
		write(t, filepath.Join(dir, "web", filepath.FromSlash(name)), text)
	}
	write(t, filepath.Join(dir, "web.tgz"), archive(t, packed))
	fails := fakeHelm(t, dir)
	for _, chart := range []string{"web", "web.tgz"} {
		p := filepath.Join(dir, chart)
		if diff := cmp.Diff([]string{"ci/a-values.yaml", "ci/b-values.yaml"}, render.CIValues(p)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", chart, diff)
		}
		outputs, err := render.New(render.Options{Helm: fails}).All(t.Context(), []render.Target{{Kind: render.Chart, Path: p, Inside: []string{"ci/a-values.yaml"}}})
		if err != nil || outputs[0].Err == nil || !strings.Contains(outputs[0].Err.Error(), "cannot read "+filepath.ToSlash(p)+"/ci/a-values.yaml: image: a") {
			t.Errorf("%s: %v %v", chart, err, outputs[0].Err)
		}
	}
	if got := render.CIValues(filepath.Join(dir, "none")); got != nil {
		t.Errorf("of nothing: %v", got)
	}
}

// fakeHelm is a helm that fails with the content of its values file.
func fakeHelm(t *testing.T, dir string) string {
	t.Helper()
	name := filepath.Join(dir, "helm")
	script := "#!/bin/sh\nwhile [ $# -gt 0 ]; do\n  case $1 in\n  version) echo v3.21.4; exit;;\n  --values) read -r line <\"$2\"; echo \"Error: cannot read $2: $line\" >&2; exit 1;;\n  esac\n  shift\ndone\n"
	if err := os.WriteFile(name, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return name
}
