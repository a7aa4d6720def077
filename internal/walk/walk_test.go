package walk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/manifests"
)

// tree creates files in a new folder. A name that ends with "/" is a folder; content "-> x" makes a link to
// x.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		at := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if target, ok := strings.CutPrefix(text, "-> "); ok {
			err = os.Symlink(filepath.FromSlash(target), at)
		} else if strings.HasSuffix(name, "/") {
			err = os.MkdirAll(at, 0o755)
		} else {
			err = os.WriteFile(at, []byte(text), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// walkIn walks paths below root, and returns names relative to it.
func walkIn(t testing.TB, root string, o Options, paths ...string) (Result, error) {
	t.Helper()
	full := make([]string, 0, len(paths))
	for _, p := range paths {
		full = append(full, root+"/"+p)
	}
	res, err := Walk(context.Background(), full, o)
	for i := range res.Files {
		res.Files[i].Name = strings.TrimPrefix(strings.TrimPrefix(filepath.ToSlash(res.Files[i].Name), filepath.ToSlash(root)), "/")
	}
	for i := range res.Skipped {
		res.Skipped[i].File = strings.TrimPrefix(strings.TrimPrefix(filepath.ToSlash(res.Skipped[i].File), filepath.ToSlash(root)), "/")
	}
	return res, err
}

func names(res Result) []string {
	out := []string{}
	for _, f := range res.Files {
		out = append(out, f.Name)
	}
	return out
}

func skips(res Result) []string {
	out := []string{}
	for _, s := range res.Skipped {
		out = append(out, s.Reason+" "+s.File)
	}
	return out
}

func TestWalk(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		files    map[string]string
		options  Options
		paths    []string
		want     []string
		skipped  []string
		excluded int
	}{
		{
			name:  "names that may be manifests, in order",
			files: map[string]string{"b.yaml": "", "a.yml": "", "c.JSON": "", "d.txt": "", "e": "", "sub/z.yaml": "", "sub/deep/y.yaml": "", "B.YAML": ""},
			want:  []string{"B.YAML", "a.yml", "b.yaml", "c.JSON", "sub/deep/y.yaml", "sub/z.yaml"},
		},
		{
			name:    "folders that hold nothing of one's own",
			files:   map[string]string{".git/x.yaml": "", "node_modules/x.yaml": "", "a/vendor/x.yaml": "", "vendor.yaml": "", ".github/x.yaml": ""},
			want:    []string{".github/x.yaml", "vendor.yaml"},
			skipped: []string{manifests.SkipVendor + " a/vendor"},
		},
		{
			name:  "files that are named, of any name and below any folder",
			files: map[string]string{"notes.txt": "", "vendor/x.yaml": "", "deploy": ""},
			paths: []string{"notes.txt", "vendor/x.yaml", "deploy"},
			want:  []string{"notes.txt", "vendor/x.yaml", "deploy"},
		},
		{
			name:    "a named folder of those that are passed over",
			files:   map[string]string{"vendor/x.yaml": "", "vendor/vendor/y.yaml": ""},
			paths:   []string{"vendor"},
			want:    []string{"vendor/x.yaml"},
			skipped: []string{manifests.SkipVendor + " vendor/vendor"},
		},
		{
			name:  "overlapping paths, each file once and where it comes first",
			files: map[string]string{"a/x.yaml": "", "b.yaml": ""},
			paths: []string{"a/../b.yaml", "a", "", "a/x.yaml"},
			want:  []string{"a/../b.yaml", "a/x.yaml"},
		},
		{
			name: "charts",
			files: map[string]string{
				"one/Chart.yaml": "", "one/values.yaml": "", "one/templates/x.yaml": "", "one/templates/sub/y.yaml": "", "one/crds/z.yaml": "",
				"one/charts/two/Chart.yaml": "", "one/charts/two/templates/x.yaml": "", "templates/x.yaml": "",
			},
			want:    []string{"one/Chart.yaml", "one/charts/two/Chart.yaml", "one/crds/z.yaml", "one/values.yaml", "templates/x.yaml"},
			skipped: []string{manifests.SkipChart + " one/charts/two/templates", manifests.SkipChart + " one/templates"},
		},
		{
			name:    "templates of a chart that are named, and named once",
			files:   map[string]string{"c/Chart.yaml": "", "c/templates/x.yaml": "", "c/templates/sub/y.yaml": "", "c/templates/z.yaml": ""},
			paths:   []string{"c/templates/x.yaml", "c/templates/sub", "c/templates", "c"},
			want:    []string{"c/Chart.yaml"},
			skipped: []string{manifests.SkipChart + " c/templates"},
		},
		{
			name:     "excluded by globs",
			files:    map[string]string{"a/x.yaml": "", "a/test/y.yaml": "", "b/x.yaml": "", "c.yaml": "", "c.txt": ""},
			options:  Options{Exclude: []string{"test", "b/*.yaml", "c.*"}},
			want:     []string{"a/x.yaml"},
			excluded: 3,
			skipped:  []string{manifests.SkipExcluded + " a/test", manifests.SkipExcluded + " b/x.yaml", manifests.SkipExcluded + " c.yaml"},
		},
		{
			name:     "excluded is not what is named",
			files:    map[string]string{"a/x.yaml": "", "a/y.yaml": ""},
			options:  Options{Exclude: []string{"x.yaml"}},
			paths:    []string{"a/x.yaml", "a"},
			want:     []string{"a/x.yaml", "a/y.yaml"},
			excluded: 1,
		},
		{
			name:     "ignored by git, outside of a repository too",
			files:    map[string]string{".gitignore": "x.yaml\n", "x.yaml": "", "y.yaml": "", "sub/x.yaml": "", "sub/.gitignore": "!x.yaml\ny.yaml", "sub/y.yaml": ""},
			want:     []string{"sub/x.yaml", "y.yaml"},
			skipped:  []string{manifests.SkipIgnored + " sub/y.yaml", manifests.SkipIgnored + " x.yaml"},
			excluded: 2,
		},
		{
			name:    "what git ignores, when asked",
			files:   map[string]string{".gitignore": "x.yaml\n", "x.yaml": ""},
			options: Options{NoIgnore: true},
			want:    []string{"x.yaml"},
		},
		{
			name:     "ignored from above, up to the repository's root",
			files:    map[string]string{".gitignore": "z.yaml", "repo/.git/": "", "repo/.gitignore": "/a/x.yaml", "repo/a/x.yaml": "", "repo/a/y.yaml": "", "repo/a/z.yaml": ""},
			paths:    []string{"repo/a"},
			want:     []string{"repo/a/y.yaml", "repo/a/z.yaml"},
			skipped:  []string{manifests.SkipIgnored + " repo/a/x.yaml"},
			excluded: 1,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			paths := tt.paths
			if paths == nil {
				paths = []string{""}
			}
			if tt.skipped == nil {
				tt.skipped = []string{}
			}
			res, err := walkIn(t, tree(t, tt.files), tt.options, paths...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, names(res)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.skipped, skips(res)); diff != "" {
				t.Errorf("skipped (-want +got):\n%s", diff)
			}
			if res.Excluded != tt.excluded {
				t.Errorf("%d excluded, want %d", res.Excluded, tt.excluded)
			}
		})
	}
}

// Files of a large tree are local if their folder is; what links lead to may be anywhere.
func TestLocal(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	for i := range 2 * manyEntries {
		texts[fmt.Sprintf("%d/a.yaml", i)] = ""
	}
	dir := tree(t, texts)
	last := fmt.Sprintf("%s/%d/", dir, 2*manyEntries-1)
	if err := os.Symlink("a.yaml", last+"link.yaml"); err != nil {
		t.Skip(err)
	}
	res, err := Walk(t.Context(), []string{dir}, Options{})
	if err != nil || len(res.Files) != 2*manyEntries+1 {
		t.Fatalf("%d files, %v", len(res.Files), err)
	}
	for _, f := range res.Files {
		if want := files.IsLocal(dir) && !strings.HasSuffix(f.Name, "link.yaml"); f.Local != want {
			t.Errorf("%s: %v, want %v", f.Name, f.Local, want)
		}
	}
	one, err := Walk(t.Context(), []string{last + "a.yaml"}, Options{})
	if err != nil || len(one.Files) != 1 || one.Files[0].Local {
		t.Errorf("a file that the user names may be anything: %+v, %v", one.Files, err)
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	res, err := walkIn(t, tree(t, map[string]string{"a.yaml": "", "b/c.yaml": ""}), Options{}, "a.yaml", "b")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]File{{Name: "a.yaml", Named: true}, {Name: "b/c.yaml"}}, res.Files); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestShown checks names as the user typed them. It changes the working directory, so it cannot run in
// parallel.
func TestShown(t *testing.T) {
	root := tree(t, map[string]string{"k8s/a.yaml": "", "k8s/sub/b.yaml": "", "c/Chart.yaml": "", "c/templates/x.yaml": "", "c/templates/sub/y.yaml": ""})
	t.Chdir(root)
	for _, tt := range []struct {
		path    string
		want    []string
		skipped []string
	}{
		{"k8s", []string{"k8s/a.yaml", "k8s/sub/b.yaml"}, []string{}},
		{"./k8s", []string{"./k8s/a.yaml", "./k8s/sub/b.yaml"}, []string{}},
		{"k8s/", []string{"k8s/a.yaml", "k8s/sub/b.yaml"}, []string{}},
		{"k8s/sub/..", []string{"k8s/sub/../a.yaml", "k8s/sub/../sub/b.yaml"}, []string{}},
		{".", []string{"c/Chart.yaml", "k8s/a.yaml", "k8s/sub/b.yaml"}, []string{"helm-chart c/templates"}},
		{"c/templates/sub/y.yaml", []string{}, []string{"helm-chart c/templates"}},
		{"c/templates/", []string{}, []string{"helm-chart c/templates/"}},
	} {
		res, err := Walk(context.Background(), []string{tt.path}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, names(res)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.path, diff)
		}
		if diff := cmp.Diff(tt.skipped, skips(res)); diff != "" {
			t.Errorf("%s, skipped (-want +got):\n%s", tt.path, diff)
		}
	}
	res, err := Walk(context.Background(), []string{"./k8s", "k8s", filepath.Join(root, "k8s"), "k8s/sub/../a.yaml"}, Options{})
	if err != nil || len(res.Files) != 2 {
		t.Errorf("%v, %v: spellings of one folder count as several", res.Files, err)
	}
	t.Chdir("c/templates/sub")
	res, err = Walk(context.Background(), []string{"."}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"helm-chart .."}, skips(res)); diff != "" {
		t.Errorf("in a chart's templates, skipped (-want +got):\n%s", diff)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege on Windows")
	}
	root := tree(t, map[string]string{
		"real/a.yaml": "", "link.yaml": "-> real/a.yaml", "folder": "-> real", "folder.yaml": "-> real", "up": "-> ..", "loop.yaml": "-> loop.yaml",
		"gone.yaml": "-> nowhere", "gone": "-> nowhere", ".gitignore": "ignored", "ignored": "-> real",
	})
	res, err := walkIn(t, root, Options{}, "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"link.yaml", "real/a.yaml"}, names(res)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	want := []string{"symlink folder", "symlink folder.yaml", "unreadable gone.yaml", "gitignored ignored", "unreadable loop.yaml", "symlink up"}
	if diff := cmp.Diff(want, skips(res)); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	named, err := walkIn(t, root, Options{}, "folder", "link.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"folder/a.yaml", "link.yaml"}, names(named)); diff != "" {
		t.Errorf("links that are named (-want +got):\n%s", diff)
	}
}

// A link to a file is followed within the walked tree, which is its repository if there is one.
func TestLinksOut(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege on Windows")
	}
	root := tree(t, map[string]string{
		"out.yaml": "", "plain/out.yaml": "-> ../out.yaml", "plain/a.yaml": "", "plain/b/in.yaml": "-> ../a.yaml", "plain/chain.yaml": "-> out.yaml",
		"repo/.git": "", "repo/base/a.yaml": "", "repo/web/in.yaml": "-> ../base/a.yaml", "repo/web/out.yaml": "-> ../../out.yaml",
	})
	for _, tt := range []struct {
		folder, files string
		skipped       []string
	}{
		{"plain", "plain/a.yaml plain/b/in.yaml", []string{"outside plain/chain.yaml", "outside plain/out.yaml"}},
		{"repo/web", "repo/web/in.yaml", []string{"outside repo/web/out.yaml"}},
		{"plain/out.yaml", "plain/out.yaml", []string{}}, // named by the user
	} {
		res, err := walkIn(t, root, Options{}, tt.folder)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(names(res), " "); got != tt.files {
			t.Errorf("%s: files %s, want %s", tt.folder, got, tt.files)
		}
		if diff := cmp.Diff(tt.skipped, skips(res)); diff != "" {
			t.Errorf("%s: skipped (-want +got):\n%s", tt.folder, diff)
		}
	}
}

// TestErrors checks that good paths are walked despite bad ones.
func TestErrors(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{"a.yaml": "", "b.yaml": ""})
	res, err := walkIn(t, root, Options{}, "gone", "a.yaml", "missing", "b.yaml")
	if err == nil || strings.Count(err.Error(), "no such file or directory") != 2 {
		t.Errorf("error %v, want both names", err)
	}
	if diff := cmp.Diff([]string{"a.yaml", "b.yaml"}, names(res)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Walk(ctx, []string{root}, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

// TestUnreadableFolder is about permissions, which do not apply to root.
func TestUnreadableFolder(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("permissions keep neither root nor Windows from reading")
	}
	root := tree(t, map[string]string{"a.yaml": "", "closed/b.yaml": ""})
	closed := filepath.Join(root, "closed")
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(closed, 0o700) }) // so that it can be removed
	res, err := walkIn(t, root, Options{}, "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"unreadable closed"}, skips(res)); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	if _, err := walkIn(t, root, Options{}, "closed"); !errors.Is(err, os.ErrPermission) {
		t.Errorf("error %v, want %v", err, os.ErrPermission)
	}
}

func TestTrees(t *testing.T) {
	t.Parallel()
	tests := []struct {
		glob, name string
		want       bool
	}{
		{"test", "test/a.yaml", true},
		{"test", "a/test/b.yaml", true},
		{"test/", "a/test/b.yaml", true},
		{"test", "testing/a.yaml", false},
		{"*.yaml", "a/b.yaml", true},
		{"a/*.yaml", "a/b.yaml", true},
		{"a/*.yaml", "c/a/b.yaml", true},
		{"a/*.yaml", "a/b/c.yaml", false},
		{"a/**/c.yaml", "a/c.yaml", true},
		{"**/c.yaml", "c.yaml", true},
		{"./a", "a/b.yaml", true},
		{"/a", "b/a/c.yaml", false},
		{"{a,b}.yaml", "x/b.yaml", true},
		{"[", "[", false},
	}
	for _, tt := range tests {
		if got := Trees([]string{tt.glob}).Match(tt.name); got != tt.want {
			t.Errorf("%q matches %q: %t, want %t", tt.glob, tt.name, got, tt.want)
		}
	}
}

func BenchmarkWalk(b *testing.B) {
	files := map[string]string{".gitignore": "*.log\n/build/\nnode_modules\n.idea\n*.tmp\n!keep.tmp\ndocs/**/generated\n"}
	for i := range 2000 {
		files["d"+string(rune('a'+i%26))+"/s"+string(rune('a'+i/26%26))+"/f"+string(rune('a'+i/676))+".yaml"] = ""
	}
	root := tree(b, files)
	for b.Loop() {
		res, err := Walk(context.Background(), []string{root}, Options{})
		if err != nil || len(res.Files) != len(files)-1 {
			b.Fatal(len(res.Files), err)
		}
	}
}
