// Package glob matches text against globs. All globs in flags and the configuration use this syntax:
//
//   - anything but "/"
//     **      between slashes, or at an end: any number of whole parts
//     ?       one character but "/"
//     [a-z]   one character of a class; [!a-z] and [^a-z] are one of all others
//     {a,b}   either; braces nest
//     \c      the character c
//
// Patterns in .gitignore files have another syntax.
package glob

import (
	"regexp"
	"strings"
	"sync"
)

// special are the characters with a special meaning in globs.
const special = `*?[]{}\`

// IsPlain reports whether a pattern has no special characters, so that it only matches itself.
func IsPlain(pattern string) bool { return !strings.ContainsAny(pattern, special) }

// Glob is a pattern. It is compiled to a regular expression when a text first passes the cheap comparisons. Go's regular expressions run in
// time proportional to the product of pattern and text length, and most patterns in a long list are never compiled.
type Glob struct {
	pattern, before, behind string
	// Every match starts with prefix (or contains it, if the pattern may match the end of a path) and ends with suffix.
	prefix, suffix string
	once           sync.Once
	re             *regexp.Regexp // nil for an invalid pattern
}

// New returns the glob for a pattern. An invalid one, as reported by Check, matches nothing.
func New(pattern string) *Glob {
	g := &Glob{pattern: pattern}
	// A match of "a/**" or "**/a" need not contain the slash.
	g.prefix = strings.TrimSuffix(pattern[:strings.IndexAny(pattern+"*", special)], "/")
	if !strings.ContainsAny(pattern, `[]{}\`) { // otherwise there is no simple suffix
		g.suffix = strings.TrimPrefix(pattern[strings.LastIndexAny(pattern, special)+1:], "/")
	}
	return g
}

// Match reports whether the glob matches all of s.
func (g *Glob) Match(s string) bool {
	if g.before == "" && !strings.HasPrefix(s, g.prefix) || g.before != "" && !strings.Contains(s, g.prefix) {
		return false
	}
	if g.behind == "" && !strings.HasSuffix(s, g.suffix) {
		return false
	}
	g.once.Do(func() {
		if re, err := translate(g.pattern); err == nil {
			g.re = regexp.MustCompile(`(?s)\A` + g.before + "(?:" + re + ")" + g.behind + `\z`)
		}
	})
	return g.re != nil && g.re.MatchString(s)
}

// Folder returns the path of the folder that contains all matches.
func (g *Glob) Folder() string {
	plain := g.pattern[:strings.IndexAny(g.pattern+"*", special)]
	return plain[:strings.LastIndexByte(plain, '/')+1]
}

// List is a list of globs with a cache of results for texts that occur repeatedly. It is safe for concurrent use.
type List struct {
	plain map[string]bool
	globs []*Glob
	mu    sync.Mutex // guards asked
	asked map[string]bool
}

// NewList returns a list of globs. Invalid ones match nothing.
func NewList(patterns []string) *List {
	l := &List{plain: map[string]bool{}, asked: map[string]bool{}}
	for _, p := range patterns {
		if IsPlain(p) {
			l.plain[p] = true
		} else {
			l.globs = append(l.globs, New(p))
		}
	}
	return l
}

// Match reports whether one of the globs matches s.
func (l *List) Match(s string) bool {
	if l.plain[s] {
		return true
	}
	if len(l.globs) == 0 {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	is, ok := l.asked[s]
	if !ok {
		is = anyOf(l.globs, s)
		l.asked[s] = is
	}
	return is
}

func anyOf(globs []*Glob, s string) bool {
	for _, g := range globs {
		if g.Match(s) {
			return true
		}
	}
	return false
}

// Paths is a list of globs for paths. A glob also matches the last elements of a path, unless it starts with a slash.
type Paths struct {
	plain []string
	trees bool // globs also match everything below a match
	globs []*Glob
}

// NewPaths returns a list of globs. Invalid ones match nothing.
func NewPaths(patterns []string) *Paths { return newPaths(patterns, false) }

// NewTrees is like NewPaths, but the globs also match everything below the folders that they match.
func NewTrees(patterns []string) *Paths { return newPaths(patterns, true) }

func newPaths(patterns []string, trees bool) *Paths {
	p := &Paths{trees: trees}
	for _, pattern := range patterns {
		if IsPlain(pattern) {
			p.plain = append(p.plain, pattern)
			continue
		}
		g := New(pattern)
		if !strings.HasPrefix(pattern, "/") {
			g.before = `(?:.*/)?`
		}
		if trees {
			g.behind = `(?:/.*)?`
		}
		p.globs = append(p.globs, g)
	}
	return p
}

// Plain returns the patterns if none has special characters, else nil.
func (p *Paths) Plain() []string {
	if len(p.globs) > 0 {
		return nil
	}
	return p.plain
}

// IsEmpty reports whether there are no globs.
func (p *Paths) IsEmpty() bool { return len(p.plain)+len(p.globs) == 0 }

// Match reports whether one of the globs matches a path with slashes.
func (p *Paths) Match(s string) bool {
	for _, name := range p.plain {
		if p.matchPlain(name, s) {
			return true
		}
	}
	return anyOf(p.globs, s)
}

func (p *Paths) matchPlain(name, s string) bool {
	if rest, ok := strings.CutSuffix(s, name); ok && (rest == "" || strings.HasSuffix(rest, "/") && !strings.HasPrefix(name, "/")) {
		return true
	}
	return p.trees && (strings.HasPrefix(s, name+"/") || !strings.HasPrefix(name, "/") && strings.Contains(s, "/"+name+"/"))
}
