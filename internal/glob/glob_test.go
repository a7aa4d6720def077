package glob

import (
	"path"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern  string
		yes, not []string
	}{
		{"", []string{""}, []string{"a"}},
		{"a.b", []string{"a.b"}, []string{"axb", "a.b\n", "A.B"}},
		{"a*", []string{"a", "ab", "a\nb"}, []string{"a/", "a/b", "ba"}},
		{"a?", []string{"ab", "aé"}, []string{"a", "a/", "abc"}},
		{"**", []string{"", "a", "a/b/c", "/"}, nil},
		{"**/a", []string{"a", "/a", "x/a", "x/y/a"}, []string{"xa", "a/x"}},
		{"a/**", []string{"a", "a/", "a/b", "a/b/c"}, []string{"ab", "b/a"}},
		{"a/**/**/b", []string{"a/b", "a/x/b"}, []string{"ab"}},
		{"a/**/b", []string{"a/b", "a/x/b", "a/x/y/b"}, []string{"ab", "a/xb", "x/a/b"}},
		{"a**b", []string{"ab", "axb"}, []string{"a/b"}},
		{"**a", []string{"a", "xa"}, []string{"x/a"}},
		{"[ab]", []string{"a", "b"}, []string{"c", "ab", ""}},
		{"[!ab]", []string{"c", "é"}, []string{"a", "cc", ""}},
		{"[^a-c]x", []string{"dx"}, []string{"bx"}},
		{`[a\]]`, []string{"a", "]"}, []string{`\`}},
		{"[a-]", []string{"a", "-"}, []string{"b"}},
		{"[z-a]", nil, []string{"a", "m", "z", "-"}},
		{"[!z-a]", []string{"a", "é"}, []string{"", "ab"}},
		{"{a,b}", []string{"a", "b"}, []string{"", "{a,b}", "a,b"}},
		{"{,x}a", []string{"a", "xa"}, []string{"x"}},
		{"x{a,{b,c}d}y", []string{"xay", "xbdy", "xcdy"}, []string{"xby", "xy"}},
		{"{a/**,b}", []string{"a", "a/x/y", "b"}, []string{"b/x"}},
		{"{**/a,b}/c", []string{"a/c", "x/y/a/c", "b/c"}, []string{"x/b/c"}},
		{"a{/,/x/}**", []string{"a/b/c", "a/x/b/c"}, []string{"ab"}},
		{"{[,],a}", []string{",", "a"}, []string{"["}},
		{`\*\{a`, []string{"*{a"}, []string{"x{a"}},
		{`a\,b`, []string{"a,b"}, nil},
		{"a,b", []string{"a,b"}, []string{"a"}},
		{"]", []string{"]"}, nil},
		{"(a|b)+.$", []string{"(a|b)+.$"}, []string{"a"}},
		{"é*", []string{"éa"}, []string{"e"}},
		{"a\xffb*", []string{"a\xffbc"}, []string{"abc"}},
	}
	for _, tt := range tests {
		if err := Check(tt.pattern); err != nil {
			t.Errorf("%q: %v", tt.pattern, err)
		}
		for _, s := range tt.yes {
			if !New(tt.pattern).Match(s) {
				t.Errorf("%q does not match %q", tt.pattern, s)
			}
		}
		for _, s := range tt.not {
			if New(tt.pattern).Match(s) {
				t.Errorf("%q matches %q", tt.pattern, s)
			}
		}
	}
}

func TestFolder(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{"a": "", "*": "", "a/b": "a/", "a/b/c*": "a/b/", "a/{b,c}/d": "a/", "../a*": "../", `a/\*b/c`: "a/"} {
		if got := New(pattern).Folder(); got != want {
			t.Errorf("%q is in %q, want %q", pattern, got, want)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for pattern, why := range map[string]string{
		"[": "bracket", "[]": "bracket", "[]a]": "bracket", "[!]": "bracket", `[a\]`: "bracket", "x[a": "bracket", "{[}": "bracket",
		"{": "brace", "{a": "brace", "a}": "brace", "{a{b}": "brace", `{a\}`: "brace",
		`a\`: "backslash", strings.Repeat("{", 101) + strings.Repeat("}", 101): "100 deep",
	} {
		if err := Check(pattern); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: error %v, want one with %q", pattern, err, why)
		}
		for _, s := range []string{"", "a", pattern} {
			if New(pattern).Match(s) || NewList([]string{pattern}).Match(s) || NewPaths([]string{pattern}).Match(s) {
				t.Errorf("%q matches %q", pattern, s)
			}
		}
	}
	deep := strings.Repeat("{a,", 100) + strings.Repeat("}", 100)
	if err := Check(deep); err != nil {
		t.Error(err)
	}
	if !New(deep).Match("a") {
		t.Error("deep braces do not match")
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	l := NewList([]string{"never", "a", "b*"})
	for s, want := range map[string]bool{"a": true, "b": true, "bc": true, "ab": false, "": false} {
		for range 2 { // the second result is cached
			if got := l.Match(s); got != want {
				t.Errorf("%q matches: %t, want %t", s, got, want)
			}
		}
	}
	if NewList(nil).Match("") {
		t.Error("an empty list of globs matches")
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, s  string
		path, trees bool
	}{
		{"a", "a", true, true},
		{"a", "x/a", true, true},
		{"a", "xa", false, false},
		{"a", "a/x", false, true},
		{"a", "y/a/x", false, true},
		{"a", "y/ab/x", false, false},
		{"a/b", "x/a/b/c", false, true},
		{"/a", "/a", true, true},
		{"/a", "x/a", false, false},
		{"/a", "/a/x", false, true},
		{"/a", "x//a", false, false},
		{"/a*", "x/ab", false, false},
		{"a*", "x/ab", true, true},
		{"a*", "x/ab/c", false, true},
		{"a*/c", "x/ab/c", true, true},
		{"*.yaml", "x/a.yaml", true, true},
		{"*.yaml", "x/a.yml", false, false},
		{"a/*.yaml", "a/b/c.yaml", false, false},
		{"a/**", "x/a/b/c", true, true},
		{"{a,b}", "x/b", true, true},
		{"{a,b}", "x/b/c", false, true},
		{"web/Deployment/*", "shop/web/Deployment/a", true, true},
	}
	for _, tt := range tests {
		if got := NewPaths([]string{"never", tt.pattern}).Match(tt.s); got != tt.path {
			t.Errorf("%q matches %q as a path: %t, want %t", tt.pattern, tt.s, got, tt.path)
		}
		if got := NewTrees([]string{"never", tt.pattern}).Match(tt.s); got != tt.trees {
			t.Errorf("%q matches %q as a tree: %t, want %t", tt.pattern, tt.s, got, tt.trees)
		}
	}
	if plain := NewPaths([]string{"a", "b/c"}).Plain(); len(plain) != 2 {
		t.Errorf("the plain names are %q", plain)
	}
	if plain := NewPaths([]string{"a", "b*"}).Plain(); len(plain) != 0 {
		t.Errorf("the plain names beside a glob are %q", plain)
	}
}

// FuzzMatch compares the common syntax with package path, and checks that the cheap comparisons never reject a match.
func FuzzMatch(f *testing.F) {
	f.Add("a*[b-d]?", "axcé")
	f.Add(`\**/[^x]`, "*ab/y")
	f.Add("*/a*b*", "x/aabb")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if len(pattern) > 100 || len(s) > 1000 || !utf8.ValidString(pattern) { // package regexp treats all invalid bytes alike
			return
		}
		got := New(pattern).Match(s)
		if full := (&Glob{pattern: pattern}).Match(s); full != got {
			t.Errorf("%q matches %q: %t, but %t at length", pattern, s, got, full)
		}
		want, err := path.Match(pattern, s)
		if _, nonsense := path.Match(pattern, ""); nonsense != nil || err != nil || Check(pattern) != nil {
			return
		}
		if strings.ContainsAny(pattern, "{}!") || strings.Contains(pattern, "**") {
			return // not supported by package path
		}
		if strings.Contains(pattern, "[") && got != want && strings.Contains(s, "/") {
			return // path.Match fails if a class between two stars matches a slash
		}
		if got != want {
			t.Errorf("%q matches %q: %t, want %t", pattern, s, got, want)
		}
	})
}

// FuzzGlobTime checks that every match ends soon. The time limit is far above what is needed, so it only catches exponential backtracking.
func FuzzGlobTime(f *testing.F) {
	f.Add("**/*a*b", "x/aab")
	f.Add(strings.Repeat("*a", 190)+"b", strings.Repeat("a", 400))
	f.Add(strings.Repeat("{a,a}", 75)+"{b,c}", strings.Repeat("a", 75))
	f.Add(strings.Repeat("{,a}", 95)+"{b,c}", strings.Repeat("a", 400))
	f.Add(strings.Repeat("**/*/", 75)+"b?", strings.Repeat("a/", 200))
	f.Add("{a,{b,{c,d}}}*[!x-", "abcd")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		const long, limit = 400, 3 * time.Second
		if len(pattern) > long || len(s) > long {
			return
		}
		started := time.Now()
		NewTrees([]string{pattern}).Match(s)
		if took := time.Since(started); took > limit {
			t.Fatalf("%s for %q and %q", took, pattern, s)
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	g := NewPaths([]string{"tools-*/x:1*"})
	for b.Loop() {
		g.Match("registry.example.com/acme/tools-abc/x:1.2.3")
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		NewPaths([]string{"tools-*/x:1*"}).Match("registry.example.com/acme/tools-abc/x:1.2.3")
	}
}
