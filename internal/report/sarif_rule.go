package report

import (
	"bytes"
	"cmp"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
)

func newSARIFRule(r *lint.Rule) sarifRule {
	level := r.Severity
	if level == lint.Off {
		level = lint.Warning // the level that --enable gives it
	}
	var markdown bytes.Buffer
	markdownBody(&markdown, r, nil)
	return sarifRule{
		ID: r.ID, DeprecatedID: r.Aliases,
		Short: sarifText{Text: visible(r.Doc.Title)}, Full: sarifText{Text: visible(sarifWhy(r))},
		Help:    sarifText{ruleHelp(r), strings.TrimSpace(markdown.String() + "\n" + markdownLink(r.ID, r.Own))},
		HelpURI: ruleURL(r.ID, r.Own), Default: sarifConfiguration{r.Severity != lint.Off, sarifLevel(level)}, Properties: sarifTags{[]string{r.Group}},
	}
}

// sarifWhy returns why a rule exists, in one line.
func sarifWhy(r *lint.Rule) string {
	return cmp.Or(strings.Join(strings.Fields(r.Doc.Why), " "), r.Doc.Title)
}

// ruleHelp returns a rule's page as plain text.
func ruleHelp(r *lint.Rule) string {
	var b strings.Builder
	b.WriteString(visible(sarifWhy(r)) + "\n")
	for _, part := range []struct{ title, text string }{{"Bad:", r.Doc.Bad}, {"Good:", r.Doc.Good}, {"See also:", strings.Join(append(append([]string{}, r.Doc.Links...), ruleURL(r.ID, r.Own)), "\n")}} {
		lines := visibleLines(part.text)
		if len(lines) == 0 {
			continue
		}
		b.WriteString("\n" + part.title + "\n")
		for _, l := range lines {
			b.WriteString("  " + l + "\n")
		}
	}
	return b.String()
}
