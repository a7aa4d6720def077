// Package glob matches texts against globs, in the one dialect of everything that users write globs in: flags and the configuration.
//
//   - anything but "/"
//     **      between slashes, or at an end: any number of whole parts
//     ?       one character but "/"
//     [a-z]   one character of a class; [!a-z] and [^a-z] are one of all others
//     {a,b}   either; braces nest
//     \c      the character c
//
// Patterns of .gitignore files are another language.
package glob

import (
	"regexp"
	"strings"
	"sync"
)

// special are the characters that mean something in a glob.
const special = `*?[]{}\`

// IsPlain reports whether a pattern has no special characters, so that it matches itself alone.
func IsPlain(pattern string) bool { return !strings.ContainsAny(pattern, special) }

// Glob is one pattern. It is translated into a regular expression when a text first gets past the cheap comparisons: the regular expressions of
// Go take time in proportion to their length and the text's, whatever the pattern, and most patterns of a long list meet nothing.
type Glob struct {
	pattern, before, behind string
	// What all that matches holds: it begins with prefix, or holds it where texts in front of the pattern count, and ends with suffix.
	prefix, suffix string
	once           sync.Once
	re             *regexp.Regexp // nil for a malformed pattern
}

// New takes a pattern. One that is malformed, as Check tells, matches nothing.
func New(pattern string) *Glob {
	g := &Glob{pattern: pattern}
	// Of "a/**" and "**/a" the slash may be missing in what matches.
	g.prefix = strings.TrimSuffix(pattern[:strings.IndexAny(pattern+"*", special)], "/")
	if !strings.ContainsAny(pattern, `[]{}\`) { // what they end is not looked at
		g.suffix = strings.TrimPrefix(pattern[strings.LastIndexAny(pattern, special)+1:], "/")
	}
	return g
}

// Match reports whether the whole text matches.
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

// Folder is the path above all that matches.
func (g *Glob) Folder() string {
	plain := g.pattern[:strings.IndexAny(g.pattern+"*", special)]
	return plain[:strings.LastIndexByte(plain, '/')+1]
}

// List is a list of globs over texts that come again and again: each distinct one is compared once. It is safe for concurrent use.
type List struct {
	plain map[string]bool
	globs []*Glob
	mu    sync.Mutex // guards asked
	asked map[string]bool
}

// NewList takes a list of globs. One that is malformed matches nothing.
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

// Match reports whether a text matches one of the globs.
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

// Paths are globs over paths, of files or of other things. A glob matches the last parts of a path, too, unless it begins with a slash.
type Paths struct {
	plain []string
	trees bool // what is below a match matches
	globs []*Glob
}

// NewPaths takes a list of globs. One that is malformed matches nothing.
func NewPaths(patterns []string) *Paths { return newPaths(patterns, false) }

// NewTrees is NewPaths for globs that stand for all below the folders that they match, too.
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

// Plain are the patterns that match themselves alone, where all are such; else it is empty.
func (p *Paths) Plain() []string {
	if len(p.globs) > 0 {
		return nil
	}
	return p.plain
}

// IsEmpty reports whether there are no globs.
func (p *Paths) IsEmpty() bool { return len(p.plain)+len(p.globs) == 0 }

// Match reports whether a path, with slashes, matches one of the globs.
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
