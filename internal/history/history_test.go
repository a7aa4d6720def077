package history

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/git"
	"github.com/imagelint-dev/imagelint/internal/walk"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// A repository with changes of all kinds, seen from a subfolder.
func TestPast(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	top := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", append([]string{"-C", top, "-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(top, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run("init", "-q")
	for _, name := range []string{"k8s/same.yaml", "k8s/edited.yaml", "k8s/gone.yaml", "k8s/vendor/gone.yaml", "base/gone.yaml", "base/came.yaml", "other/gone.yaml", "k8s/gone.txt"} {
		write(name, name+"\n1\n2\n3\n")
	}
	run("add", "-A")
	run("commit", "-q", "-m", "x")
	for _, name := range []string{"k8s/gone.yaml", "k8s/vendor/gone.yaml", "base/gone.yaml", "other/gone.yaml", "k8s/gone.txt"} {
		run("rm", "-q", name)
	}
	run("mv", "base/came.yaml", "k8s/came.yaml")
	write("k8s/edited.yaml", "k8s/edited.yaml\n1\n2\n4\n")
	write("k8s/new.yaml", "new\n")
	linked := os.Symlink("edited.yaml", filepath.Join(top, "k8s", "link.yaml")) == nil && os.Symlink("same.yaml", filepath.Join(top, "k8s", "alike.yaml")) == nil

	r, err := git.Open(t.Context(), top)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := r.Tree(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	inputs := []manifests.Input{{Name: "./same.yaml"}, {Name: "./edited.yaml"}, {Name: "./new.yaml"}, {Name: "./came.yaml"}, {Name: "/elsewhere/x.yaml", Context: true}}
	if linked {
		inputs = append(inputs, manifests.Input{Name: "./link.yaml"}, manifests.Input{Name: "./alike.yaml"})
	}
	past, err := Compare(t.Context(), r, tree, inputs, nil, filepath.Join(top, "k8s"))
	if err != nil {
		t.Fatal(err)
	}
	touches := func(name string, line int) bool {
		return past.Touches(&lint.Finding{Span: source.NewSpan(&source.File{Name: name}, source.Pos{Line: line}, source.Pos{Line: line}, source.Excerpt{})})
	}
	for _, c := range []struct {
		name string
		line int
		want bool
	}{
		{"./same.yaml", 1, false},
		{"./edited.yaml", 3, false},
		{"./edited.yaml", 4, true},
		{"./new.yaml", 1, true},
		{"./came.yaml", 1, false},
		{"/elsewhere/x.yaml", 1, false},
		{"./link.yaml", 4, linked},
		{"../k8s/edited.yaml", 4, true}, // not an input, such as the configuration
	} {
		if got := touches(c.name, c.line); got != c.want {
			t.Errorf("%s:%d: touched %t, want %t", c.name, c.line, got, c.want)
		}
	}
	if !past.HasChanges() || past.Touches(&lint.Finding{}) {
		t.Error("there are no changes, or a finding without a position is among them")
	}

	blobs, err := r.Blobs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer blobs.Close()
	came, renamed := past.Renames([]string{"."}, walk.Options{}, blobs)
	var got []string
	for _, in := range came {
		got = append(got, in.Name)
	}
	if diff := cmp.Diff([]string{"./came.yaml"}, got); diff != "" {
		t.Errorf("inputs that came from elsewhere (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"./came.yaml": "./came.yaml"}, renamed); diff != "" {
		t.Errorf("renamed (-want +got):\n%s", diff)
	}
	for name, want := range map[string]bool{"./same.yaml": true, "./edited.yaml": false, "./new.yaml": false, "./came.yaml": false, "./alike.yaml": false, "/elsewhere/x.yaml": false, "./unknown.yaml": false} {
		if past.Same(name) != want { // the link may have had another target
			t.Errorf("Same(%q) is %v", name, !want)
		}
	}
	for path, want := range map[string]bool{"k8s/same.yaml": true, "k8s/edited.yaml": false, "k8s/gone.yaml": false, "base/came.yaml": false, "k8s/.gitignore": false} {
		if past.Unchanged(path) != want {
			t.Errorf("%s: unchanged %t", path, !want)
		}
	}
}
