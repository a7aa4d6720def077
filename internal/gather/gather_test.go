package gather

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/rules/catalog"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		text string
		want map[string]string
	}{
		"fields": {
			"# a comment\nMaintainers: A <a@example.com> (@a),\n             B <b@example.com> (@b)\nArchitectures: arm64v8, amd64\nGitRepo: https://example.com/a.git\n\n" +
				"Tags: 1.2.3, 1.2,\n      1, latest\nGitCommit: abc\nDirectory: 1\n\nTags: 1.2.3-alpine\nArchitectures: amd64\nSharedTags: shared\n\n" +
				"Tags: 1.2.3-windows\nArchitectures: windows-amd64\nSharedTags: shared, -bad\n",
			map[string]string{
				"1.2.3": "amd64 arm64v8", "1.2": "amd64 arm64v8", "1": "amd64 arm64v8", "latest": "amd64 arm64v8",
				"1.2.3-alpine": "amd64", "1.2.3-windows": "windows-amd64", "shared": "amd64 windows-amd64",
			},
		},
		"no architectures": {"Maintainers: A\nGitRepo: x\n\nTags: 1\n", map[string]string{"1": "amd64"}},
		"lines": {
			"# maintainer: A <a@example.com> (@a)\n\nlatest: git://github.com/a/b@0123 sub/dir\r\n1.0: git://github.com/a/b@v1.0\nnonsense\n1.1 git://github.com/a/b@x\n",
			map[string]string{"latest": "", "1.0": ""},
		},
		"empty": {"\n# nothing\n", map[string]string{}},
	} {
		if diff := cmp.Diff(tt.want, parse(tt.text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("Tags: 1, 2\nArchitectures: amd64\n\nTags:\n")
	f.Add("latest: git://x@y\n\t\n:\n")
	f.Fuzz(func(t *testing.T, text string) {
		for tag := range parse(text) {
			if !isTag(tag) {
				t.Errorf("%q is not a valid tag", tag)
			}
		}
	})
}

// repository creates a repository from states of its files, one per commit; a file with the content "" is removed.
type repository struct {
	t   *testing.T
	dir string
}

func newRepository(t *testing.T) repository {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	r := repository{t, t.TempDir()}
	r.git("", "init", "-q", "-b", "main")
	return r
}

func (r repository) git(date string, args ...string) {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), "git", args...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "GIT_AUTHOR_DATE="+date, "GIT_COMMITTER_DATE="+date, "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (r repository) commit(date string, files map[string]string) {
	r.t.Helper()
	for name, text := range files {
		file := filepath.Join(r.dir, filepath.FromSlash(name))
		if text == "" {
			if err := os.Remove(file); err != nil {
				r.t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			r.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			r.t.Fatal(err)
		}
	}
	r.git(date, "add", "-A")
	r.git(date, "commit", "-q", "-m", "x")
}

func TestOfficial(t *testing.T) {
	t.Parallel()
	images, docs := newRepository(t), newRepository(t)
	images.commit("2014-05-02T00:00:00Z", map[string]string{"library/web": "latest: git://github.com/a/b@1\n1.0: git://github.com/a/b@1\n", "library/README.md": "x"})
	images.commit("2016-06-02T00:00:00Z", map[string]string{"library/web": "Maintainers: A\n\nTags: 1.1, latest\nArchitectures: amd64, s390x\n", "library/gone": "Tags: 3\n"})
	// A tag that is added and removed in a branch before the merge was never built.
	images.git("2017-01-01T00:00:00Z", "checkout", "-q", "-b", "change")
	images.commit("2017-01-01T00:00:00Z", map[string]string{"library/web": "Tags: 6.6.6\n"})
	images.commit("2017-01-02T00:00:00Z", map[string]string{"library/web": "Tags: 1.2, latest\n"})
	images.git("2017-01-03T00:00:00Z", "checkout", "-q", "main")
	images.git("2017-01-03T00:00:00Z", "merge", "-q", "--no-ff", "-m", "merge", "change")
	images.commit("2018-08-02T00:00:00Z", map[string]string{"library/gone": ""})
	docs.commit("2018-01-01T00:00:00Z", map[string]string{"gone/deprecated.md": "Use [this](https://hub.docker.com/_/gone) no more, but [that](https://hub.docker.com/r/acme/new).\n"})

	c, err := Official(t.Context(), images.dir, docs.dir, catalog.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	data, err := catalog.Encode(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := catalog.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	if got := fresh.Sources()[0]; got.Day.String() != "2018-08-02" || len(got.Revision) != 40 {
		t.Errorf("source %+v", got)
	}
	want := map[string][]catalog.Tag{
		"web": {
			{Name: "1.0", First: catalog.MonthOf(2014, 5), Last: catalog.MonthOf(2016, 6)},
			{Name: "1.1", First: catalog.MonthOf(2016, 6), Last: catalog.MonthOf(2017, 1), Architectures: "amd64 s390x"},
			{Name: "1.2", First: catalog.MonthOf(2017, 1), Last: catalog.MonthOf(2018, 8), Current: true, Architectures: "amd64"},
			{Name: "latest", First: catalog.MonthOf(2014, 5), Last: catalog.MonthOf(2018, 8), Current: true, Architectures: "amd64"},
		},
		"gone": {{Name: "3", First: catalog.MonthOf(2016, 6), Last: catalog.MonthOf(2018, 8), Architectures: "amd64"}},
	}
	for name, tags := range want {
		im, ok := fresh.Lookup("docker.io", "library/"+name)
		if !ok {
			t.Fatalf("%s is missing", name)
		}
		all, err := im.All()
		if diff := cmp.Diff(tags, all); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
		if gone := name == "gone"; im.Deprecated != gone || gone && im.Replacement != "acme/new" {
			t.Errorf("%s: deprecated %t, replacement %q", name, im.Deprecated, im.Replacement)
		}
	}
	if im, ok := fresh.Lookup("registry.k8s.io", "kube-proxy"); !ok || im.Tags == 0 || im.Source.Day != catalog.Builtin().Sources()[1].Day {
		t.Errorf("kube-proxy is missing: %+v", im)
	}
	others := 0
	for _, name := range catalog.Builtin().Images() {
		if strings.Contains(name, "/") {
			others++
		}
	}
	if len(fresh.Images()) != 2+others {
		t.Errorf("images: %v", fresh.Images())
	}
}

func TestOfficialErrors(t *testing.T) {
	t.Parallel()
	empty := newRepository(t)
	empty.commit("2018-01-01T00:00:00Z", map[string]string{"README.md": "x"})
	if _, err := Official(t.Context(), empty.dir, empty.dir, catalog.Builtin()); err == nil || !strings.Contains(err.Error(), "no files in library/") {
		t.Errorf("a clone of something else: %v", err)
	}
	noNotes := newRepository(t)
	noNotes.commit("2018-01-01T00:00:00Z", map[string]string{"library/web": "Tags: 1\n", "deprecated.md": "x"})
	if _, err := Official(t.Context(), noNotes.dir, noNotes.dir, catalog.Builtin()); err == nil || !strings.Contains(err.Error(), "is it a clone of docker-library/docs?") {
		t.Errorf("a clone without notes: %v", err)
	}
	if _, err := Official(t.Context(), t.TempDir(), empty.dir, catalog.Builtin()); err == nil || !strings.Contains(err.Error(), "git rev-parse") {
		t.Errorf("not a clone: %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Official(cancelled, empty.dir, empty.dir, catalog.Builtin()); err == nil {
		t.Error("a cancelled run succeeds")
	}
	shallow := filepath.Join(t.TempDir(), "shallow")
	empty.commit("2018-01-02T00:00:00Z", map[string]string{"README.md": "y"})
	empty.git("", "clone", "-q", "--depth", "1", "file://"+empty.dir, shallow)
	if _, err := Official(t.Context(), shallow, empty.dir, catalog.Builtin()); err == nil || !strings.Contains(err.Error(), "shallow") {
		t.Errorf("a shallow clone: %v", err)
	}
}
