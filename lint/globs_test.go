package lint

import (
	"path"
	"strings"
	"testing"

	"github.com/bmatcuk/doublestar/v4"
)

// patterns and texts meet each other in all pairs below.
var (
	patterns = []string{
		"", "*", "**", "a", "a*", "*a", "a*b", "**/a", "a/**", "a/*/b", "/a", "/a/*", "/a/**", "**/a/b", "a/b", "{a,b}", "{a,b}*", "a{b,/b}", "[ab]", "[^a]*", `\*a`, `a\`, "[a", "a?", "?", "*.a",
		"a/**/b", "**/a*b*", "a]", "*]", "a}", "*}",
	}
	texts = []string{"", "a", "b", "ab", "a/b", "a/a/b", "b/a", "/a", "/a/b", "x/a", "x/y/a", "xa", "x.a", "*a", "a/x/b", "a/x/y/b", "b/ab", "a]", "a}", "xb", "é", "a/", "//a"}
)

// Comparing beginnings and ends first must not change what matches.
func TestPathGlobs(t *testing.T) {
	t.Parallel()
	for _, pattern := range patterns {
		g := newPathGlobs([]string{pattern})
		var names nameIndex
		if g.isPlain() {
			names.add(g.plain, &entry{})
		}
		for _, s := range texts {
			whole, err := doublestar.Match(pattern, s)
			tail, _ := doublestar.Match("**/"+pattern, s)
			want := err == nil && (whole || tail && !strings.HasPrefix(pattern, "/"))
			if got := g.match(s); got != want {
				t.Errorf("%q matches %q: %t, want %t", pattern, s, got, want)
			}
			found := false
			names.look(s, func(*entry) { found = true })
			if g.isPlain() && want && !found {
				t.Errorf("%q is not found under %q", s, pattern)
			}
		}
	}
}

func TestGlobs(t *testing.T) {
	t.Parallel()
	for _, pattern := range patterns {
		g := NewGlobs([]string{"never", pattern})
		for _, s := range texts {
			want, err := path.Match(pattern, s)
			for range 2 { // the second answer is remembered
				if got := g.Match(s); got != (want && err == nil) {
					t.Errorf("%q matches %q: %t, want %t", pattern, s, got, want)
				}
			}
		}
	}
	if NewGlobs(nil).Match("a") {
		t.Error("no globs match something")
	}
}
