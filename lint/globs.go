package lint

import (
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Globs is a list of globs as path.Match has them, over texts that come again and again: each distinct one is compared once.
type Globs struct {
	plain map[string]bool // those without a wildcard
	globs []glob
	asked map[string]bool
}

// NewGlobs takes a list of globs. One that is malformed matches nothing.
func NewGlobs(list []string) *Globs {
	g := &Globs{plain: map[string]bool{}, asked: map[string]bool{}}
	for _, pattern := range list {
		if strings.ContainsAny(pattern, `*?[\`) {
			g.globs = append(g.globs, newGlob(pattern))
		} else {
			g.plain[pattern] = true
		}
	}
	return g
}

// Match reports whether a text matches one of the globs.
func (g *Globs) Match(s string) bool {
	if g.plain[s] {
		return true
	}
	if len(g.globs) == 0 {
		return false
	}
	is, ok := g.asked[s]
	if !ok {
		for i := range g.globs {
			if x := &g.globs[i]; x.may(s) {
				matches, err := path.Match(x.pattern, s)
				is = is || matches && err == nil
			}
		}
		g.asked[s] = is
	}
	return is
}

// glob is a pattern with the texts that whatever matches it begins and ends with.
type glob struct {
	pattern        string
	prefix, suffix string
}

func newGlob(pattern string) glob {
	const special = `*?[]{}\`
	// Of "a/**" and "**/a" the slash may be missing in what matches.
	g := glob{pattern: pattern, prefix: strings.TrimSuffix(pattern[:strings.IndexAny(pattern+"*", special)], "/")}
	if strings.ContainsAny(pattern, `[]{}\`) { // what they end is not looked at
		return g
	}
	g.suffix = strings.TrimPrefix(pattern[strings.LastIndexAny(pattern, special)+1:], "/")
	return g
}

// may reports whether a text begins and ends as all that matches does. It spares most of the comparisons.
func (g *glob) may(s string) bool {
	return strings.HasPrefix(s, g.prefix) && strings.HasSuffix(s, g.suffix)
}

// pathGlobs are globs over paths, of files or of other things, in which ** stands for any number of parts. A glob matches the last parts of a
// path, too.
type pathGlobs struct {
	plain []string
	globs []glob
}

func newPathGlobs(list []string) pathGlobs {
	var g pathGlobs
	for _, pattern := range list {
		if strings.ContainsAny(pattern, `*?[]{}\`) {
			g.globs = append(g.globs, newGlob(pattern))
		} else {
			g.plain = append(g.plain, pattern)
		}
	}
	return g
}

func (g *pathGlobs) isEmpty() bool { return len(g.plain)+len(g.globs) == 0 }

// isPlain reports whether the globs are names alone, under which they can be looked up.
func (g *pathGlobs) isPlain() bool { return len(g.plain) > 0 && len(g.globs) == 0 }

func (g *pathGlobs) match(s string) bool {
	for _, name := range g.plain {
		if rest, ok := strings.CutSuffix(s, name); ok && (rest == "" || strings.HasSuffix(rest, "/") && !strings.HasPrefix(name, "/")) {
			return true
		}
	}
	for i := range g.globs {
		x := &g.globs[i]
		if x.suffix != "" && !strings.HasSuffix(s, x.suffix) {
			continue
		}
		if strings.HasPrefix(s, x.prefix) {
			if ok, err := doublestar.Match(x.pattern, s); ok && err == nil {
				return true
			}
		}
		if ok, err := doublestar.Match("**/"+x.pattern, s); ok && err == nil && !strings.HasPrefix(x.pattern, "/") {
			return true
		}
	}
	return false
}
