package report

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
)

const markdownIntro = `# Rules

<!-- Generated from the rules themselves by "go test ./rules -update": change those. -->

What imagelint reports, by group. A group can be named wherever a rule can: in ` + "`--enable`, `--disable`, `--severity`" + `, in the
configuration, and in a suppression. The severity is the default; some findings become more or less severe depending on the other manifests.
`

// RulesMarkdown returns the page of all rules, rules/README.md: a table for each group, then a section for
// each rule in the given order. A section's heading is the rule's ID, so that findings can link to it. sample
// returns what imagelint prints for the rule's fixture, or ""; example reports whether the playground has an
// example of it. Either may be nil.
func RulesMarkdown(rules []lint.Rule, sample func(id string) string, example func(id string) bool) []byte {
	var b bytes.Buffer
	b.WriteString(markdownIntro)
	var groups []string
	for i := range rules {
		groups = append(groups, rules[i].Group)
	}
	slices.SortFunc(groups, cmp.Compare[string])
	for _, group := range slices.Compact(groups) {
		fmt.Fprintf(&b, "\n## %s\n\n| rule | severity | reports |\n|---|---|---|\n", markdownText(group))
		for i := range rules {
			if r := &rules[i]; r.Group == group {
				fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", markdownText(r.ID), r.ID, cell(severityShort(r)), cell(markdownText(r.Doc.Title)))
			}
		}
	}
	b.WriteString("\n## All rules\n")
	for i := range rules {
		markdownRule(&b, &rules[i], sample)
		if example != nil && example(rules[i].ID) {
			fmt.Fprintf(&b, "\n[Try it in the browser](%s#example=%s)\n", playgroundPage, url.PathEscape(rules[i].ID))
		}
	}
	return b.Bytes()
}

func markdownRule(b *bytes.Buffer, r *lint.Rule, sample func(id string) string) {
	fmt.Fprintf(b, "\n### %s\n\n**%s**\n\n", markdownText(r.ID), markdownText(r.Doc.Title))
	fmt.Fprintf(b, "Group `%s`, severity %s", r.Group, severityShort(r))
	if r.Doc.Since != "" {
		fmt.Fprintf(b, ", since %s", markdownText(r.Doc.Since))
	}
	b.WriteString(".")
	for i, a := range r.Aliases {
		b.WriteString([...]string{" Also known as ", ", "}[min(i, 1)] + "`" + a + "`")
		if i == len(r.Aliases)-1 {
			b.WriteString(".")
		}
	}
	if r.Advice {
		b.WriteString(" Advice: " + adviceSentence + ".")
	}
	b.WriteString("\n")
	markdownBody(b, r, sample)
}

// markdownBody writes a rule's section without its heading.
func markdownBody(b *bytes.Buffer, r *lint.Rule, sample func(id string) string) {
	if r.Doc.Why != "" {
		fmt.Fprintf(b, "\n%s\n", markdownText(strings.TrimSpace(r.Doc.Why)))
	}
	fence(b, "Bad:", "yaml", r.Doc.Bad)
	fence(b, "Good:", "yaml", r.Doc.Good)
	if sample != nil {
		fence(b, "What imagelint prints:", "text", sample(r.ID))
	}
	for i, link := range r.Doc.Links {
		if i == 0 {
			b.WriteString("\nSee also:\n\n")
		}
		fmt.Fprintf(b, "- <%s>\n", visible(link))
	}
}

// severityShort returns a rule's severities in a form short enough for a table.
func severityShort(r *lint.Rule) string {
	return markdownText(cmp.Or(r.Levels, r.Severity.String()))
}

// fence writes text as a code block with a title, or nothing if text is empty. The fence is longer than any
// in the text.
func fence(b *bytes.Buffer, title, language, text string) {
	lines := visibleLines(text)
	if len(lines) == 0 {
		return
	}
	marks := "```"
	for strings.Contains(text, marks) {
		marks += "`"
	}
	fmt.Fprintf(b, "\n%s\n\n%s%s\n%s\n%s\n", title, marks, language, strings.Join(lines, "\n"), marks)
}

// cell escapes text for a table cell, in which a bar ends the cell even inside code.
func cell(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
}

// markdownText escapes text that would be read as markup: "<none>" as a tag, "__TAG__" as bold. Code between
// backticks stays unchanged.
func markdownText(s string) string {
	var b strings.Builder
	code := false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '`':
			code = !code
		case code:
		case c == '*', c == '<', c == '_' && !(i > 0 && i+1 < len(s) && word(s[i-1]) && word(s[i+1])):
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func word(c byte) bool {
	return c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
