package report

import (
	"bufio"
	"io"
)

// writeShort writes one line per finding and nothing else, for editors and matchers: the first line of a
// block in the text format.
func writeShort(w io.Writer, r Report, o Options) error {
	t := &textPrinter{Writer: bufio.NewWriter(w), palette: newPalette(o)}
	for i := range r.Result.Findings {
		t.header(&r.Result.Findings[i])
	}
	return t.Flush()
}
