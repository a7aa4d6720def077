package git

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tree is a test repository.
type tree struct {
	t   *testing.T
	dir string
}

func newTree(t *testing.T) tree {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	tr := tree{t, t.TempDir()}
	tr.git("init", "-q", "-b", "main")
	return tr
}

func (tr tree) git(args ...string) string {
	tr.t.Helper()
	cmd := exec.CommandContext(tr.t.Context(), "git", args...)
	cmd.Dir = tr.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	out, err := cmd.CombinedOutput()
	if err != nil {
		tr.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func (tr tree) write(name, text string) {
	tr.t.Helper()
	file := filepath.Join(tr.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		tr.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		tr.t.Fatal(err)
	}
}

func (tr tree) commit() {
	tr.t.Helper()
	tr.git("add", "-A")
	tr.git("commit", "-q", "-m", "x")
}

// changes returns the changes since HEAD, each as "old > now lines" with the old content.
func (tr tree) changes() []string {
	tr.t.Helper()
	r, err := Open(tr.t.Context(), tr.dir)
	if err != nil {
		tr.t.Fatal(err)
	}
	id, err := r.Tree(tr.t.Context(), "HEAD")
	if err != nil {
		tr.t.Fatal(err)
	}
	all, err := r.Changes(tr.t.Context(), id, []string{":(top,icase)*.yaml"})
	if err != nil {
		tr.t.Fatal(err)
	}
	blobs, err := r.Blobs(tr.t.Context())
	if err != nil {
		tr.t.Fatal(err)
	}
	var out []string
	for _, c := range all {
		s := fmt.Sprintf("%q > %q", c.Old, c.Path)
		for _, l := range c.Lines {
			s += fmt.Sprintf(" %d-%d", l.First, l.Last)
		}
		if c.Blob != "" {
			content, err := blobs.Opener(c.Blob)()
			if err != nil {
				tr.t.Fatal(err)
			}
			data, err := io.ReadAll(content)
			if err != nil {
				tr.t.Fatal(err)
			}
			s += fmt.Sprintf(" was %q", data)
		}
		out = append(out, s)
	}
	if err := blobs.Close(); err != nil {
		tr.t.Error(err)
	}
	slices.Sort(out)
	return out
}

func TestChanges(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	quoted := "a \"b\"\n\tü+.yaml"
	if runtime.GOOS == "windows" {
		quoted = "a ü+.yaml"
	}
	tr.write(quoted, "1\n2\n3\n")
	tr.write("gone.yaml", "gone\n")
	tr.write("old.yaml", "1\n2\n3\n4\n5\n6\n7\n8\n")
	tr.write("same.yaml", "1\n")
	tr.write("other.txt", "1\n")
	tr.write("deep/er/UPPER.YAML", "1\n2")
	tr.write("wide.yaml", "\xff\xfea\x00\n\x00b\x00\n\x00")
	tr.commit()
	// Content that looks like a patch, a last line without a line break, UTF-16, and attributes that hide differences.
	tr.write(quoted, "0\n1\n++ b/same.yaml\n@@ -1 +1,9 @@\n3\n")
	tr.git("rm", "-q", "gone.yaml")
	tr.git("mv", "old.yaml", "new.yaml")
	tr.write("new.yaml", "1\n2\n3\n4\n5\n6\n7\n9\n")
	tr.write("other.txt", "2\n")
	tr.write("deep/er/UPPER.YAML", "1\n"+strings.Repeat("x", 1<<18)+"\n4")
	tr.write("wide.yaml", "\xff\xfea\x00\n\x00c\x00\n\x00")
	tr.write(".gitattributes", "*.yaml -diff\n")
	tr.write("added.yaml", "1\n2\n")
	tr.git("add", "added.yaml")
	tr.git("config", "diff.noprefix", "true")
	tr.git("config", "diff.external", "false")
	tr.git("config", "diff.relative", "true")
	want := []string{
		`"" > "added.yaml" 1-2`,
		`"deep/er/UPPER.YAML" > "deep/er/UPPER.YAML" 2-3 was "1\n2"`,
		`"gone.yaml" > "" was "gone\n"`,
		`"old.yaml" > "new.yaml" 8-8 was "1\n2\n3\n4\n5\n6\n7\n8\n"`,
		`"wide.yaml" > "wide.yaml" 2-2 was "\xff\xfea\x00\n\x00b\x00\n\x00"`,
		fmt.Sprintf("%q > %q 1-1 3-4 was \"1\\n2\\n3\\n\"", quoted, quoted),
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, tr.changes()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Submodules and the targets of links are skipped.
func TestSubmodulesAndLinks(t *testing.T) {
	t.Parallel()
	inner, tr := newTree(t), newTree(t)
	inner.write("in.yaml", "1\n")
	inner.commit()
	tr.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", inner.dir, "sub.yaml")
	if err := os.Symlink("nowhere", filepath.Join(tr.dir, "link.yaml")); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	tr.commit()
	tr.write("sub.yaml/in.yaml", "2\n")
	if err := os.Remove(filepath.Join(tr.dir, "link.yaml")); err != nil {
		t.Fatal(err)
	}
	tr.write("link.yaml", "1\n")
	if diff := cmp.Diff([]string{`"link.yaml" > "link.yaml" 1-1`}, tr.changes()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	r, err := Open(t.Context(), filepath.Join(tr.dir))
	if err != nil {
		t.Fatal(err)
	}
	tracked := map[string]bool{}
	if err := r.Tracked(t.Context(), func(path string, submodule bool) { tracked[path] = submodule }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]bool{".gitmodules": false, "link.yaml": false, "sub.yaml": true}, tracked); diff != "" {
		t.Errorf("tracked (-want +got):\n%s", diff)
	}
}

// An unresolved conflict counts as a change of the whole file.
func TestConflict(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	tr.write("a.yaml", "1\n")
	tr.commit()
	tr.git("checkout", "-q", "-b", "other")
	tr.write("a.yaml", "2\n")
	tr.commit()
	tr.git("checkout", "-q", "main")
	tr.write("a.yaml", "3\n")
	tr.commit()
	cmd := exec.CommandContext(t.Context(), "git", "-C", tr.dir, "-c", "user.name=a", "-c", "user.email=a@example.com", "merge", "-q", "other")
	if err := cmd.Run(); err == nil {
		t.Fatal("the merge has no conflict")
	}
	r, err := Open(t.Context(), tr.dir)
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.Changes(t.Context(), "HEAD", nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 || !slices.ContainsFunc(all, func(c *Change) bool { return c.Path == "a.yaml" && c.Touches(1, 1) }) {
		t.Errorf("changes: %+v", all)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	if _, err := Open(t.Context(), t.TempDir()); !errors.Is(err, ErrNoRepository) {
		t.Errorf("no repository: %v", err)
	}
	tr := newTree(t)
	if _, err := Open(t.Context(), filepath.Join(tr.dir, ".git")); !errors.Is(err, ErrNoRepository) {
		t.Errorf("no working tree: %v", err)
	}
	tr.write("a.yaml", "1\n")
	tr.commit()
	r, err := Open(t.Context(), tr.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, rev := range []string{"", "-x", "--help", "nope", "nope...", "a b", "HEAD\nHEAD", "HEAD..HEAD", "HEAD:a.yaml"} {
		if id, err := r.Tree(t.Context(), rev); !errors.Is(err, ErrNoRevision) {
			t.Errorf("%q: %s, %v", rev, id, err)
		}
	}
	blobs, err := r.Blobs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := blobs.Open(strings.Repeat("0", 40)); !errors.Is(err, ErrPartial) {
		t.Errorf("a blob that is missing: %v", err)
	}
	if err := blobs.Close(); err != nil {
		t.Error(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Tree(cancelled, "HEAD"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// Objects that a partial clone lacks are not fetched.
func TestPartialClone(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	for i := range 2 {
		tr.write("a.yaml", fmt.Sprintf("%d\n", i))
		tr.commit()
	}
	tr.git("config", "uploadpack.allowFilter", "true")
	dir := t.TempDir()
	tr.git("clone", "-q", "--filter=blob:none", "file://"+filepath.ToSlash(tr.dir), dir)
	r, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	id, err := r.Tree(t.Context(), "HEAD~1")
	if err != nil {
		t.Fatal(err)
	}
	if all, err := r.Changes(t.Context(), id, nil); !errors.Is(err, ErrPartial) {
		t.Errorf("%+v, %v", all, err)
	}
	left := tree{t, dir}.git("rev-list", "--objects", "--all", "--missing=print")
	if !strings.Contains(left, "?") {
		t.Errorf("nothing is missing: %s", left)
	}
}

// The environment must not make git use another repository, start a program, or fetch.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	got := environment([]string{"PATH=/bin", "GIT_DIR=.git", "GIT_INDEX_FILE=x", "GIT_EXTERNAL_DIFF=evil", "GIT_TRACE=1", "GIT_CONFIG_GLOBAL=g", "LC_MESSAGES=de", "LANGUAGE=de"})
	want := []string{"PATH=/bin", "GIT_CONFIG_GLOBAL=g", "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every patch is read to its end or rejected.
func FuzzPatch(f *testing.F) {
	f.Add(":100644 100644 1 2 M\ta.yaml\n\ndiff --git a/a.yaml b/a.yaml\n--- a/a.yaml\n+++ b/a.yaml\n@@ -1,2 +3 @@\n-x\n-y\n+z\n\\ No newline at end of file\n")
	f.Add(":100644 000000 1 0 D\t\"a\\n\\303\\274\"\n@@ -1 +2,0 @@\n")
	f.Add("@@  \n+++ \"\n:\n")
	f.Fuzz(func(t *testing.T, text string) {
		var p patch
		if err := p.read(bufio.NewReaderSize(strings.NewReader(text), 16)); err != nil {
			return
		}
		for _, c := range p.changes {
			for _, l := range c.Lines {
				if !c.Touches(l.First, l.Last) {
					t.Errorf("%+v does not touch %v", c, l)
				}
			}
		}
	})
}
