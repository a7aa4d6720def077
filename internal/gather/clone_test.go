package gather

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// tagsOf returns the tags of an image with their months: "2014-05..2016-06", or "2016-06.." if still listed.
func tagsOf(t *testing.T, c catalog.Contents, name string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, im := range c.Images {
		for _, tag := range im.Tags {
			if im.Name == name {
				out[tag.Name] = tag.First.String() + ".."
				if !tag.Current {
					out[tag.Name] += tag.Last.String()
				}
			}
		}
	}
	return out
}

// Changes of files that occur in the real repository's history, and others that may occur.
func TestHistoryOfFiles(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.commit("2013-09-02T00:00:00Z", map[string]string{"stackbrew/library/old": "1.0: git://github.com/a/b@1\n2.0: git://github.com/a/b@2 dir\n"})
	r.git("2014-02-02T00:00:00Z", "mv", "stackbrew/library", "library")
	r.commit("2014-02-02T00:00:00Z", map[string]string{"library/old": "1.0: git://github.com/a/b@3\n2.0: git://github.com/a/b@2 dir\n"})
	r.commit("2016-07-02T00:00:00Z", map[string]string{
		"library/old": "# generated\nMaintainers: A <a@example.com> (@a),\n             B <b@example.com> (@b)\nGitRepo: https://example.com/a.git\nGitFetch: refs/heads/x\n\n" +
			"Tags: 2.0,\n# not this one: 2.9\n      2\nSharedTags: latest\nArchitectures: amd64, arm32v7\namd64-GitCommit: 1\narm32v7-Directory: x\nConstraints: !aufs\n\n" +
			"Tags: 2.0-nanoserver\nSharedTags: latest\nArchitectures: windows-amd64\nConstraints: nanoserver\n",
		"library/linked": "Tags: 5\n", "library/Dockerfile": "Tags: 1\n", "library/sub/dir": "Tags: 1\n",
	})
	r.git("2017-01-02T00:00:00Z", "mv", "library/old", "library/new")
	r.git("2017-01-02T00:00:00Z", "commit", "-q", "-m", "rename")
	// Links and submodules list no tags.
	if err := os.Remove(filepath.Join(r.dir, "library", "linked")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("new", filepath.Join(r.dir, "library", "linked")); err != nil {
		t.Skipf("no links here: %v", err) // on Windows, links require a privilege
	}
	r.git("", "update-index", "--add", "--cacheinfo", "160000,0123456789012345678901234567890123456789,library/module")
	r.git("2017-02-02T00:00:00Z", "add", "library/linked")
	r.git("2017-02-02T00:00:00Z", "commit", "-q", "-m", "link")
	r.git("1999-01-01T00:00:00Z", "commit", "-q", "--allow-empty", "-m", "a clock that is wrong")
	r.commit("2031-01-01T00:00:00Z", map[string]string{"library/new": "Tags: 3\n"})
	r.commit("2018-03-02T00:00:00Z", map[string]string{"README.md": "x", "web/deprecated.md": "x"})

	c, err := Official(t.Context(), r.dir, r.dir, catalog.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]map[string]string{
		"old": {
			"1.0": "2013-09..2016-07", "2.0": "2013-09..2017-01", "2": "2016-07..2017-01", "latest": "2016-07..2017-01", "2.0-nanoserver": "2016-07..2017-01",
		},
		"new":    {"2.0": "2017-01..2018-03", "2": "2017-01..2018-03", "latest": "2017-01..2018-03", "2.0-nanoserver": "2017-01..2018-03", "3": "2018-03.."},
		"linked": {"5": "2016-07..2017-02"},
		"module": {},
		"dir":    {},
	} {
		if diff := cmp.Diff(want, tagsOf(t, c, name)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, im := range c.Images {
		for _, tag := range im.Tags {
			if im.Name == "new" && tag.Name == "latest" && tag.Architectures != "amd64 arm32v7 windows-amd64" {
				t.Errorf("latest is for %q", tag.Architectures)
			}
		}
	}
	if _, err := catalog.Encode(c, nil); err != nil {
		t.Error(err)
	}
}

// Nothing in a clone's configuration is run, even if it names a command that can fetch a missing
// object.
func TestCloneRunsNothing(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.commit("2018-01-01T00:00:00Z", map[string]string{"library/web": "Tags: 1\n", "library/lost": "Tags: 2\n", "web/deprecated.md": "x", ".gitattributes": "* diff=x filter=x\n"})
	mark := filepath.Join(t.TempDir(), "ran")
	run := "touch '" + filepath.ToSlash(mark) + "';"
	for key, value := range map[string]string{
		"core.fsmonitor": run, "core.pager": run, "pager.log": "true", "diff.external": run, "diff.x.textconv": run, "filter.x.smudge": run,
		"log.showSignature": "true", "gpg.program": run, "core.sshCommand": run, "protocol.allow": "always", "protocol.ext.allow": "always",
		"core.repositoryFormatVersion": "1", "extensions.partialClone": "origin", "remote.origin.promisor": "true",
		"remote.origin.url": r.dir, "remote.origin.uploadpack": run,
	} {
		r.git("", "config", key, value)
	}
	if _, err := Official(t.Context(), r.dir, r.dir, catalog.Builtin()); err != nil {
		t.Errorf("a whole clone: %v", err)
	}
	lost, err := line(t.Context(), r.dir, "rev-parse", "HEAD:library/lost")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(r.dir, ".git", "objects", lost[:2], lost[2:])); err != nil {
		t.Fatal(err)
	}
	if _, err := Official(t.Context(), r.dir, r.dir, catalog.Builtin()); err == nil || !strings.Contains(err.Error(), "missing in the clone") {
		t.Errorf("a clone without an object: %v", err)
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("a command of the configuration ran")
	}
}

// The named folder is used, whatever repository contains it and whatever the environment sets.
func TestCloneIsTheFolder(t *testing.T) {
	outer, inner := newRepository(t), newRepository(t)
	outer.commit("2018-01-01T00:00:00Z", map[string]string{"library/outer": "Tags: 1\n", "docs/x": "y"})
	inner.commit("2018-01-01T00:00:00Z", map[string]string{"library/inner": "Tags: 1\n", "web/deprecated.md": "x"})
	if _, err := Official(t.Context(), inner.dir, filepath.Join(outer.dir, "docs"), catalog.Builtin()); err == nil || !strings.Contains(err.Error(), "not a git repository") {
		t.Errorf("a folder in a repository is accepted as a repository: %v", err)
	}
	t.Setenv("GIT_DIR", filepath.Join(outer.dir, ".git"))
	c, err := Official(t.Context(), inner.dir, inner.dir, catalog.Builtin())
	if err != nil || len(tagsOf(t, c, "inner")) != 1 || len(tagsOf(t, c, "outer")) != 0 {
		t.Errorf("GIT_DIR is obeyed: %v", err)
	}
}

func TestCloneTooLarge(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.commit("2018-01-01T00:00:00Z", map[string]string{"library/web": "Tags: 1\n" + strings.Repeat("# x\n", maxBlob/4)})
	if _, err := Official(t.Context(), r.dir, r.dir, catalog.Builtin()); err == nil || !strings.Contains(err.Error(), "exceeds the limit") {
		t.Errorf("a list of a megabyte: %v", err)
	}
	r = newRepository(t)
	r.commit("2018-01-01T00:00:00Z", map[string]string{"library/web": "Tags: 1\n", "web/deprecated.md": strings.Repeat("x", maxBlob+1)})
	if _, err := Official(t.Context(), r.dir, r.dir, catalog.Builtin()); err == nil || !strings.Contains(err.Error(), "exceeds the limit") {
		t.Errorf("a note of a megabyte: %v", err)
	}
	all := replay{images: map[string]*image{}, words: map[string]string{}, tags: maxTags}
	if err := all.list(&image{tags: map[string]*tag{}}, map[string]string{"1": ""}); err == nil {
		t.Error("tags have no end")
	}
}
