package walk

import (
	"path/filepath"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/files"
)

// ignoreList holds the patterns of the .gitignore files from the repository's root down to a folder
// (gitignore(5)). The last matching pattern decides; files further down come later. The nil list matches
// nothing.
type ignoreList struct {
	outer    *ignoreList
	dir      string // patterns are relative to it; cleaned, with slashes
	patterns []pattern
}

type pattern struct {
	glob    ignoreGlob
	negated bool
	dirOnly bool
	base    bool // the pattern matches a name at any depth
}

// outerIgnores reads the .gitignore files above a folder, up to the root of its repository. abs is an
// absolute path.
func outerIgnores(system files.FS, abs string) *ignoreList {
	var above []string
	for d := abs; ; d = filepath.Dir(d) {
		if d != abs {
			above = append(above, d)
		}
		if _, err := system.Stat(filepath.Join(d, ".git")); err == nil {
			break
		}
		if filepath.Dir(d) == d {
			return nil // no repository: only files below dir count
		}
	}
	var list *ignoreList
	for i := len(above) - 1; i >= 0; i-- {
		list = list.with(system, above[i])
	}
	return list
}

// maxIgnoreFile limits how much of a .gitignore file is read, in bytes.
const maxIgnoreFile = 1 << 20

// with adds the patterns of a folder's .gitignore file, if there is a readable one. Like git, it ignores
// symbolic links. dir is an absolute path.
func (l *ignoreList) with(system files.FS, dir string) *ignoreList {
	name := filepath.Join(dir, ".gitignore")
	if info, err := system.Lstat(name); err != nil || !info.Mode().IsRegular() {
		return l
	}
	data, err := files.ReadFrom(system, name, maxIgnoreFile)
	if err != nil {
		return l
	}
	own := &ignoreList{outer: l, dir: filepath.ToSlash(dir)}
	for line := range strings.Lines(strings.TrimPrefix(string(data), "\uFEFF")) {
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if p, ok := parsePattern(line); ok {
			own.patterns = append(own.patterns, p)
		}
	}
	return own
}

// parsePattern parses one line of a .gitignore file.
func parsePattern(line string) (pattern, bool) {
	var p pattern
	if strings.HasPrefix(line, "#") {
		return p, false
	}
	line = trimBlanks(line)
	if rest, ok := strings.CutPrefix(line, "!"); ok {
		p.negated, line = true, rest
	}
	if rest, ok := strings.CutSuffix(line, "/"); ok {
		p.dirOnly, line = true, rest
	}
	p.base = !strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	if line == "" {
		return p, false
	}
	var ok bool
	p.glob, ok = parseGlob(line)
	return p, ok
}

// trimBlanks removes trailing spaces from a pattern, except one after a backslash.
func trimBlanks(line string) string {
	end := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ' ':
			continue
		case '\\':
			i++
		}
		end = min(i+1, len(line))
	}
	return line[:end]
}

// match reports whether an absolute path is ignored. It need not consider parents, since ignored folders are
// not walked.
func (l *ignoreList) match(abs string, isDir bool) bool {
	if l == nil {
		return false
	}
	abs = filepath.ToSlash(abs)
	base := abs[strings.LastIndexByte(abs, '/')+1:]
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
			if p.base && p.glob.match(base) || !p.base && p.glob.match(rel) {
				return !p.negated
			}
		}
	}
	return false
}
