package report

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// The only characters that the runner of GitHub Actions unescapes in workflow commands:
// https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// githubLevels maps severities to commands.
var githubLevels = map[lint.Severity]string{lint.Error: "error", lint.Warning: "warning", lint.Info: "notice"}

// writeGitHub writes a workflow command per finding, which GitHub Actions shows as an annotation.
func writeGitHub(w io.Writer, r Report, o Options) error {
	t := &textPrinter{Writer: bufio.NewWriter(w)}
	for _, e := range r.RunErrors {
		t.command("error", "", "imagelint", visible(e))
	}
	for i := range r.Result.Findings {
		f := &r.Result.Findings[i]
		at, text := where(f), explained(f)
		if at.File() != nil && at.File().InMemory {
			text = place(at) + ": " + text
		}
		t.command(githubLevels[f.Severity], githubPlace(at, o.Root), f.Rule, text)
	}
	return t.Flush()
}

func (t *textPrinter) command(level, at, title, text string) {
	if level == "" {
		level = "notice"
	}
	t.line("::", level, " title=", githubProperty.Replace(visible(title)), at, "::", githubData.Replace(text))
}

// githubPlace returns the properties of a position, each preceded by a comma. Columns are allowed only for a
// range on one line.
func githubPlace(s source.Span, root string) string {
	if s.File() == nil || s.File().InMemory {
		return ""
	}
	out := ",file=" + githubProperty.Replace(visible(filePath(s.File(), root)))
	number := func(name string, n int) { out += "," + name + "=" + strconv.Itoa(n) }
	r := regionOf(s)
	if r == nil {
		return out
	}
	number("line", r.StartLine)
	if r.EndLine > 0 {
		number("endLine", r.EndLine)
	}
	if r.StartColumn > 0 && r.EndLine == r.StartLine {
		number("col", r.StartColumn)
		number("endColumn", r.EndColumn)
	}
	return out
}
