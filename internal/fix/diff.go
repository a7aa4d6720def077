package fix

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"github.com/imagelint-dev/imagelint/internal/report"
)

// around is how many lines of context a change has.
const around = 3

// Diff is the change as a unified difference that patch and git apply read. Its context leaves out the lines that may hold what a Secret holds,
// those with a value that is secret, those that a CI runner would obey, and those that would not show as they are. No library makes it: which lines were changed is known, and a search for them may take one line for another
// that reads the same, and so show what must not be seen.
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

// line is one line of a difference: ' ' for one that stays, '-' for one that goes, '+' for one that comes.
type line struct {
	kind     byte
	old, now int // which lines, from 0; of a line that comes or goes, where in the other text it is
}

// script is the difference between a text of n lines and one whose lines come from it.
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
		// What goes is in front of what comes.
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

// shows reports whether a line of the context may be seen.
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

// lineRange is where a hunk begins, and how many lines it has where that is not one. One without lines follows the line that it names.
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

// header is a file's name as git writes it.
func header(prefix, name string) string {
	name = prefix + strings.TrimPrefix(filepath.ToSlash(filepath.Clean(name)), "/")
	quoted := strconv.Quote(name)
	if report.IsCommand(name) {
		return strings.ReplaceAll(quoted, "##", `#\043`) // as git writes a character that a name may not have in clear
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
