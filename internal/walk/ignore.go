package walk

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// ignoreList is the patterns of the .gitignore files from the repository's root down to a folder (gitignore(5)). Of all patterns that
// match, the last one decides, and files further down come later. The nil list matches nothing.
type ignoreList struct {
	outer    *ignoreList
	dir      string // patterns are relative to it; cleaned, with slashes
	patterns []pattern
}

type pattern struct {
	glob    string // doublestar's, relative to the list's folder
	negated bool
	dirOnly bool
}

// outerIgnores reads the .gitignore files above a folder, up to the root of its repository.
func outerIgnores(dir string) *ignoreList {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil
	}
	var above []string
	for d := abs; ; d = filepath.Dir(d) {
		if d != abs {
			above = append(above, d)
		}
		if _, err := os.Stat(filepath.Join(d, ".git")); err == nil {
			break
		}
		if filepath.Dir(d) == d {
			return nil // no repository: only files below dir count
		}
	}
	var list *ignoreList
	for i := len(above) - 1; i >= 0; i-- {
		list = list.with(above[i])
	}
	return list
}

// maxIgnoreFile bounds what is read of one .gitignore file, in bytes.
const maxIgnoreFile = 1 << 20

// with adds the patterns of a folder's .gitignore file, if there is one that can be read.
func (l *ignoreList) with(dir string) *ignoreList {
	name := filepath.Join(dir, ".gitignore")
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxIgnoreFile {
		return l
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return l
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return l
	}
	own := &ignoreList{outer: l, dir: filepath.ToSlash(abs)}
	for line := range strings.Lines(string(data)) {
		if p, ok := parsePattern(strings.TrimRight(line, "\r\n")); ok {
			own.patterns = append(own.patterns, p)
		}
	}
	return own
}

// parsePattern reads one line of a .gitignore file.
func parsePattern(line string) (pattern, bool) {
	var p pattern
	if strings.HasPrefix(line, "#") {
		return p, false
	}
	for strings.HasSuffix(line, " ") && !strings.HasSuffix(line, `\ `) {
		line = line[:len(line)-1]
	}
	if rest, ok := strings.CutPrefix(line, "!"); ok {
		p.negated, line = true, rest
	}
	if rest, ok := strings.CutSuffix(line, "/"); ok {
		p.dirOnly, line = true, rest
	}
	if line == "" {
		return p, false
	}
	anchored := strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	if !anchored {
		line = "**/" + line
	}
	// Braces are no special characters to git.
	line = strings.NewReplacer("{", `\{`, "}", `\}`).Replace(line)
	p.glob = line
	return p, doublestar.ValidatePattern(line)
}

// match reports whether a path is ignored. A folder that is ignored is not walked, so nothing below it can be asked for.
func (l *ignoreList) match(name string, isDir bool) bool {
	if l == nil {
		return false
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		return false
	}
	abs = filepath.ToSlash(abs)
	for ; l != nil; l = l.outer {
		rel, ok := strings.CutPrefix(abs, strings.TrimSuffix(l.dir, "/")+"/")
		if !ok {
			continue
		}
		for i := len(l.patterns) - 1; i >= 0; i-- {
			p := &l.patterns[i]
			if p.dirOnly && !isDir {
				continue
			}
			if ok, err := doublestar.Match(p.glob, rel); ok && err == nil {
				return !p.negated
			}
		}
	}
	return false
}
