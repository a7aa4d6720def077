package report

import (
	"bufio"
	"io"
)

// writeShort writes a line a finding and nothing else, for editors and matchers: the first line of the text format's block.
func writeShort(w io.Writer, r Report, o Options) error {
	t := &textPrinter{Writer: bufio.NewWriter(w), palette: newPalette(o)}
	for i := range r.Result.Findings {
		t.header(&r.Result.Findings[i])
	}
	return t.Flush()
}
