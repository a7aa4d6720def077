package report

import (
	"iter"
	"strconv"
	"strings"
	"unicode"
)

// markdownProse returns a finding's text for rendered Markdown. Quoted text and every word that is not just
// letters and digits become code, in which nothing is markup, a link, a mention or a reference. The text is
// visible and on one line.
func markdownProse(s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/4)
	i := -1
	for chunk := range items(chunks(s)) {
		if i++; i > 0 {
			b.WriteByte(' ')
		}
		core := strings.TrimLeft(chunk, "(")
		b.WriteString(chunk[:len(chunk)-len(core)])
		rest := core
		core = strings.TrimRight(core, ",.;:)?")
		if strings.IndexFunc(core, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '\'' }) < 0 && (core == "" || strings.Trim(core, "-'") != "") && !(i == 0 && isNumbering(core, rest[len(core):])) {
			b.WriteString(core)
		} else {
			b.WriteString(markdownCode(core))
		}
		b.WriteString(rest[len(core):])
	}
	return b.String()
}

// isNumbering reports whether a word and what follows it begin a numbered list item.
func isNumbering(word, behind string) bool {
	return strings.Trim(word, "0123456789") == "" && behind != "" && strings.IndexByte(".)", behind[0]) >= 0
}

// chunks splits text at spaces outside quotes.
func chunks(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		from := 0
		for i := 0; i < len(s); {
			switch s[i] {
			case '"':
				if quoted, err := strconv.QuotedPrefix(s[i:]); err == nil {
					i += len(quoted)
					continue
				}
			case ' ':
				if i > from && !yield(s[from:i]) {
					return
				}
				from = i + 1
			}
			i++
		}
		if from < len(s) {
			yield(s[from:])
		}
	}
}

// items joins the chunks of each item of a YAML list, such as "- name: x": a dash, and one more chunk, or a key and its value.
func items(all iter.Seq[string]) iter.Seq[string] {
	return func(yield func(string) bool) {
		item := ""
		for chunk := range all {
			switch {
			case item == "" && chunk != "-":
				if !yield(chunk) {
					return
				}
			case item == "":
				item = chunk
			case item == "-" && strings.HasSuffix(chunk, ":"):
				item += " " + chunk
			default:
				if !yield(item + " " + chunk) {
					return
				}
				item = ""
			}
		}
		if item != "" {
			yield(item)
		}
	}
}

// markdownCode returns text as code on one line. If it contains what a code span in a table cannot, it is
// written as HTML with every character except letters and digits as a reference.
func markdownCode(s string) string {
	if s == "" {
		return ""
	}
	if !strings.ContainsAny(s, "`|\\") {
		return "`" + s + "`"
	}
	var b strings.Builder
	b.WriteString("<code>")
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == ' ' {
			b.WriteRune(r)
		} else {
			b.WriteString("&#" + strconv.Itoa(int(r)) + ";")
		}
	}
	b.WriteString("</code>")
	return b.String()
}

// markdownLines is markdownProse for several lines.
func markdownLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = markdownProse(l)
	}
	return strings.Join(lines, "  \n")
}

// markdownLink returns a link to a rule's page.
func markdownLink(rule string, own bool) string {
	return "[" + markdownCode(visible(rule)) + "](" + ruleURL(rule, own) + ")"
}
