package cli

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/complete"
)

// full is a standard output that cannot be written to.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// Anything that cannot be written to standard output fails the run, be it a report or a line.
func TestUnwritableOutput(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "pod.yaml")
	pod := "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: https://ghcr.io/acme/app:1\n"
	if err := os.WriteFile(file, []byte(pod), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"", "--version", "--help", "help lint", "completion bash", complete.Word + " --", "rules", "rules --format json", "explain image-latest", "catalog nginx", "catalog --format json",
		"images FILE --format json", "images FILE --format csv", "pulls FILE", "FILE", "FILE --format json", "FILE --format markdown", "FILE --diff", "FILE --diff --fix=all --quiet",
	} {
		args := append([]string{"imagelint"}, strings.Fields(strings.ReplaceAll(line, "FILE", file))...)
		var stderr bytes.Buffer
		if code := (Command{Stdin: strings.NewReader(""), Stdout: full{}, Stderr: &stderr}).Main(t.Context(), args); code != ExitFailed {
			t.Errorf("imagelint %s: exit code %d, want %d\n%s", line, code, ExitFailed, stderr.String())
		}
	}
}
