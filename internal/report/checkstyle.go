package report

import (
	"bufio"
	"io"
	"strconv"

	"github.com/imagelint-dev/imagelint/lint"
)

// writeCheckstyle writes Checkstyle's XML. It has no specification except its readers: a file element per
// file, with an error element for each finding of any severity.
func writeCheckstyle(w io.Writer, r Report, o Options) error {
	x := newXMLPrinter(bufio.NewWriter(w))
	x.open("", "checkstyle", "version", "4.3")
	shown := lint.Result{Findings: r.Result.Findings}
	for _, file := range byFile(&shown, o.Root) {
		x.open("  ", "file", "name", file.path)
		for _, f := range file.shown {
			attributes := make([]string, 0, 10)
			if re := regionOf(where(f)); re != nil {
				attributes = append(attributes, "line", strconv.Itoa(re.StartLine))
				if re.StartColumn > 0 {
					attributes = append(attributes, "column", strconv.Itoa(re.StartColumn))
				}
			}
			x.element("    ", "error", "", append(attributes, "severity", f.Severity.String(), "message", brief(f), "source", "imagelint."+f.Rule)...)
		}
		x.line("  </file>")
	}
	x.line("</checkstyle>")
	return x.Flush()
}
