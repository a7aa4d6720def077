package fix

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"github.com/imagelint-dev/imagelint/internal/report"
)

// around is the number of context lines around a change.
const around = 3

// Diff returns the change as a unified diff for patch and git apply. The context omits lines that may hold the content of a Secret or a secret value, lines
// that are commands to a CI runner, and lines that would not display as they are. It does not use a diff library: the changed lines are known, and a library
// may match a line with another equal one and so show what must be hidden.
func (f *File) Diff() string {
	old, now := lines(newText(mustDecode(f.raw)).data), lines(f.text.data)
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s\n+++ %s\n", header("a/", f.Name), header("b/", f.Name))
	all := script(f.text.from, len(old))
	for i := 0; i < len(all); {
		if all[i].kind == ' ' {
			i++
			continue
		}
		from := i
		for from > 0 && i-from < around && f.shows(old, all[from-1]) {
			from--
		}
		to, quiet := i+1, 0
		for to < len(all) && quiet < 2*around && (all[to].kind != ' ' || f.shows(old, all[to])) {
			if quiet++; all[to].kind != ' ' {
				quiet = 0
			}
			to++
		}
		to -= max(0, quiet-around)
		writeHunk(&b, all[from:to], old, now)
		i = to
	}
	return b.String()
}

// line is a line of a diff: ' ' for context, '-' for a removed line, '+' for an added one.
type line struct {
	kind     byte
	old, now int // line numbers from 0; for a removed or added line, its position in the other text
}

// script returns the lines of the diff between a text with n lines and one whose lines have the origins from.
func script(from []int, n int) []line {
	var out []line
	old := 0
	for now := 0; now <= len(from); now++ {
		origin := n
		if now < len(from) {
			if origin = from[now]; origin < 0 {
				continue
			}
		}
		// Removed lines come before added ones.
		first := now
		for first > 0 && from[first-1] < 0 {
			first--
		}
		for ; old < origin; old++ {
			out = append(out, line{'-', old, first})
		}
		for i := first; i < now; i++ {
			out = append(out, line{'+', old, i})
		}
		if origin < n {
			out = append(out, line{' ', old, now})
			old++
		}
	}
	return out
}

// shows reports whether a context line may be shown.
func (f *File) shows(old []string, l line) bool {
	if l.kind != ' ' || l.old < len(f.secret) && f.secret[l.old] || l.old < len(f.quiet) && f.quiet[l.old] {
		return false
	}
	text := strings.TrimRight(old[l.old], "\r\n")
	return !report.IsCommand(text) && strings.IndexFunc(text, func(r rune) bool { return r != '\t' && !unicode.IsPrint(r) }) < 0
}

func writeHunk(b *strings.Builder, hunk []line, old, now []string) {
	var minus, plus int
	for _, l := range hunk {
		if l.kind != '+' {
			minus++
		}
		if l.kind != '-' {
			plus++
		}
	}
	fmt.Fprintf(b, "@@ -%s +%s @@\n", lineRange(hunk[0].old, minus), lineRange(hunk[0].now, plus))
	for _, l := range hunk {
		var text string
		if l.kind == '+' {
			text = now[l.now]
		} else {
			text = old[l.old]
		}
		b.WriteByte(l.kind)
		b.WriteString(text)
		if !strings.HasSuffix(text, "\n") {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

// lineRange returns the start of a hunk and its length if that is not 1. An empty hunk starts after the given line.
func lineRange(from, n int) string {
	if n == 0 {
		return fmt.Sprintf("%d,0", from)
	}
	if n == 1 {
		return strconv.Itoa(from + 1)
	}
	return fmt.Sprintf("%d,%d", from+1, n)
}

func lines(data []byte) []string {
	starts := lineStarts(data)
	out := make([]string, len(starts))
	for i, start := range starts {
		end := len(data)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		out[i] = string(data[start:end])
	}
	return out
}

// header returns a file name in a diff header as git writes it.
func header(prefix, name string) string {
	name = prefix + strings.TrimPrefix(filepath.ToSlash(filepath.Clean(name)), "/")
	quoted := strconv.Quote(name)
	if report.IsCommand(name) {
		return strings.ReplaceAll(quoted, "##", `#\043`) // as git escapes characters in names
	}
	if quoted != `"`+name+`"` {
		return quoted
	}
	return name
}

func mustDecode(raw []byte) []byte {
	data, _, _ := decode(raw)
	return data
}
