package walk

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/files"
)

func TestIgnorePatterns(t *testing.T) {
	t.Parallel()
	tests := []struct {
		patterns string
		ignored  []string // a name that ends with "/" is a folder
		kept     []string
	}{
		{"a.yaml", []string{"a.yaml", "x/a.yaml", "a.yaml/"}, []string{"b.yaml", "aa.yaml", "a.yamls"}},
		{"/a.yaml", []string{"a.yaml"}, []string{"x/a.yaml"}},
		{"x/a.yaml", []string{"x/a.yaml"}, []string{"y/x/a.yaml", "a.yaml"}},
		{"x/", []string{"x/", "y/x/"}, []string{"x", "y/x"}},
		{"/x/", []string{"x/"}, []string{"x", "y/x/"}},
		{"x/y/", []string{"x/y/"}, []string{"x/y", "z/x/y/"}},
		{"*.yaml", []string{"a.yaml", "x/.yaml"}, []string{"a.yml"}},
		{"x/*.yaml", []string{"x/a.yaml"}, []string{"x/y/a.yaml", "z/x/a.yaml"}},
		{"a?.yaml", []string{"ab.yaml"}, []string{"a.yaml", "abc.yaml"}},
		{"x?y", nil, []string{"x/y"}},
		{"/x?y", nil, []string{"x/y"}},
		{"**/a", []string{"a", "x/a", "x/y/a"}, []string{"aa", "x/ba"}},
		{"x/**", []string{"x/a", "x/y/a", "x/y/"}, []string{"x/", "x", "y/x/a"}},
		{"x/**/a", []string{"x/a", "x/y/a", "x/y/z/a"}, []string{"xa", "x/ya", "z/x/a"}},
		{"**/x/**/a", []string{"x/a", "b/x/c/a"}, []string{"a"}},
		{"**", []string{"a", "x/a"}, nil},
		{"a**b", []string{"ab", "axxb", "x/ayb"}, []string{"a/b"}},
		{"x/a**", []string{"x/a", "x/ab"}, []string{"x/a/b"}},
		{"x**/a", []string{"x/a", "xy/a"}, []string{"x/y/a"}},
		{"***/a", []string{"a", "x/a", "x/y/a"}, nil},
		{"[ab].yaml", []string{"a.yaml", "x/b.yaml"}, []string{"c.yaml"}},
		{"[!ab].yaml", []string{"c.yaml"}, []string{"a.yaml"}},
		{"[^ab].yaml", []string{"c.yaml"}, []string{"a.yaml"}},
		{"[a-c]1", []string{"b1"}, []string{"d1", "-1"}},
		{"[]-]1", []string{"]1", "-1"}, []string{"[1"}},
		{"[a-]1", []string{"-1", "a1"}, []string{"b1"}},
		{`[\]x]1`, []string{"]1", "x1"}, []string{`\1`}},
		{"[[:digit:]x]1", []string{"71", "x1"}, []string{"a1"}},
		{"[[:]1", []string{"[1", ":1"}, []string{"]1"}},
		{"[[::]]", nil, []string{":", "[]"}},
		{"[[:nothing:]]", nil, []string{"n", ":"}},
		{"x[!a]y", nil, []string{"x/y"}},
		{"[a", nil, []string{"[a", "a"}},
		{"{a,b}", []string{"{a,b}"}, []string{"a", "b"}},
		{`a\*`, []string{"a*"}, []string{"ab"}},
		{`a\`, nil, []string{"a", `a\`}},
		{`\#a`, []string{"#a"}, nil},
		{`\!a`, []string{"!a"}, nil},
		{"#a", nil, []string{"#a", "a"}},
		{"a # b", []string{"a # b"}, []string{"a"}},
		{"", nil, []string{"a"}},
		{"/", nil, []string{"a", "x/"}},
		{"a  ", []string{"a"}, []string{"a  "}},
		{`a\ `, []string{"a "}, []string{"a", `a\`}},
		{`a\  `, []string{"a "}, []string{"a", "a  "}},
		{"a\t", []string{"a\t"}, []string{"a"}},
		{" a", []string{" a"}, []string{"a"}},
		{"a\r\nb\r\n", []string{"a", "b"}, []string{"a\r"}},
		{"\uFEFFa\nb", []string{"a", "b"}, nil},
		{"*\n!a", []string{"b", "x/b"}, []string{"a", "x/a"}},
		{"!a\na", []string{"a"}, nil},
		{"a\n!a", nil, []string{"a"}},
		{"*.yaml\n!x/*.yaml\nx/b.yaml", []string{"a.yaml", "x/b.yaml", "y/x/a.yaml"}, []string{"x/a.yaml"}},
		{"a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", nil, []string{strings.Repeat("a", 200)}},
		{"**/a*/**/a*/**/a*/**/b", nil, []string{strings.Repeat("a/", 100) + "c"}},
		{"é?", []string{"éa"}, []string{"é"}},
		{"??", []string{"é"}, nil}, // git counts two characters
	}
	for _, tt := range tests {
		t.Run(tt.patterns, func(t *testing.T) {
			t.Parallel()
			dir := tree(t, map[string]string{".gitignore": tt.patterns})
			list := (*ignoreList)(nil).with(files.OS, dir)
			for _, c := range []struct {
				names []string
				want  bool
			}{{tt.ignored, true}, {tt.kept, false}} {
				for _, name := range c.names {
					if got := list.match(dir+"/"+strings.TrimSuffix(name, "/"), strings.HasSuffix(name, "/")); got != c.want {
						t.Errorf("%q: ignored %t, want %t", name, got, c.want)
					}
				}
			}
		})
	}
}

// TestLikeGit compares a walk with git, for random trees and patterns.
func TestLikeGit(t *testing.T) {
	t.Parallel()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not on PATH, and this test is about being like it")
	}
	r := rand.New(rand.NewPCG(1, 2))
	parts := []string{"a", "b", "ab", "x", "[b", "a b", "é", "#a", "!b", "b ", "{a}", "-", `a\b`}
	for range 30 {
		files := map[string]string{".git/": ""}
		var paths []string
		for range 30 {
			var path []string
			for range r.IntN(4) {
				path = append(path, parts[r.IntN(len(parts))])
			}
			paths = append(paths, strings.Join(append(path, parts[r.IntN(len(parts))]+".yaml"), "/"))
			files[paths[len(paths)-1]] = ""
		}
		for range 1 + r.IntN(3) {
			dir := ""
			if r.IntN(2) == 0 {
				dir = filepath.Dir(paths[r.IntN(len(paths))]) + "/"
			}
			var lines strings.Builder
			for range 1 + r.IntN(6) {
				path := paths[r.IntN(len(paths))]
				if rest, ok := strings.CutPrefix(path, dir); ok && r.IntN(4) > 0 {
					path = rest
				}
				lines.WriteString(randomPattern(r, path) + []string{"\n", "\n", "\r\n"}[r.IntN(3)])
			}
			files[filepath.Clean(dir+".gitignore")] = lines.String()
		}
		compareWithGit(t, git, files)
	}
}

// randomPattern returns a pattern that matches a path or nearly does.
func randomPattern(r *rand.Rand, path string) string {
	var b strings.Builder
	b.WriteString([]string{"", "", "", "!", "!", "/", "**/", "!/"}[r.IntN(8)])
	steps := strings.Split(path, "/")
	for i, step := range steps {
		if r.IntN(5) == 0 {
			continue
		}
		if i+1 < len(steps) && r.IntN(8) == 0 {
			break
		}
		switch r.IntN(8) {
		case 0:
			step = "*"
		case 1:
			step = "**"
		case 2:
			step = step[:r.IntN(len(step))] + "*"
		case 3:
			step = "*" + step[r.IntN(len(step)):]
		case 4:
			at := r.IntN(len(step))
			class := []string{"?", "[" + step[at:at+1] + "]", "[!x]", "[a-z]", "[[:alnum:]]", `\` + step[at:at+1], "**"}
			step = step[:at] + class[r.IntN(len(class))] + step[at+1:]
		}
		b.WriteString(step)
		if i+1 < len(steps) || r.IntN(6) == 0 {
			b.WriteByte('/')
		}
	}
	return b.String() + []string{"", "", "", "", " ", "  ", `\ `}[r.IntN(7)]
}

func compareWithGit(t *testing.T, git string, files map[string]string) {
	t.Helper()
	root := tree(t, files)
	run := func(args ...string) []byte {
		cmd := exec.CommandContext(context.Background(), git, args...)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "HOME="+root, "XDG_CONFIG_HOME="+root, "GIT_DIR="+filepath.Join(root, ".git"), "GIT_WORK_TREE="+root)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("git %v: %v", args, err)
		}
		return out
	}
	run("init", "-q")
	want := []string{}
	for name := range bytes.SplitSeq(run("ls-files", "-z", "--others", "--exclude-standard"), []byte{0}) {
		if IsManifestName(string(name)) {
			want = append(want, string(name))
		}
	}
	res, err := walkIn(t, root, Options{}, "")
	if err != nil {
		t.Fatal(err)
	}
	got := names(res)
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		for name, text := range files {
			if filepath.Base(name) == ".gitignore" {
				t.Logf("%s: %q", name, text)
			}
		}
		t.Errorf("(-git +walk):\n%s", diff)
	}
}

func FuzzGlob(f *testing.F) {
	f.Add("a/**/b[!c]*?", "a/x/y/bdz")
	f.Add("**/*a*/**", "xa/b")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		g, ok := parseGlob(pattern)
		if !ok || len(pattern) > 60 || len(text) > 60 {
			return
		}
		if got, want := g.match(text), slowMatch(g, text); got != want {
			t.Fatalf("%q matches %q: %t, want %t", pattern, text, got, want)
		}
	})
}

// slowMatch tries all possibilities.
func slowMatch(g ignoreGlob, text string) bool {
	type state struct{ i, j int }
	memo := map[state]bool{}
	var match func(i, j int) bool
	match = func(i, j int) (ok bool) {
		if m, seen := memo[state{i, j}]; seen {
			return m
		}
		defer func() { memo[state{i, j}] = ok }()
		if j == len(g) {
			return i == len(text)
		}
		switch g[j].kind {
		case rest:
			return true
		case star:
			return match(i, j+1) || i < len(text) && text[i] != '/' && match(i+1, j)
		case dirs:
			if match(i, j+1) {
				return true
			}
			slash := strings.IndexByte(text[i:], '/')
			return slash >= 0 && match(i+slash+1, j)
		default:
			return i < len(text) && g[j].matches(text[i]) && match(i+1, j+1)
		}
	}
	return match(0, 0)
}
