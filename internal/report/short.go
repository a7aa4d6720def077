package report

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// writeShort writes one line per finding and nothing else, for editors and matchers: the first line of a
// block in the text format. If only some builds have the finding, it says which, unless its file or message shows that:
// the block has another line for that.
func writeShort(w io.Writer, r Report, o Options) error {
	t := &textPrinter{Writer: bufio.NewWriter(w), palette: newPalette(o)}
	for i := range r.Result.Findings {
		f := &r.Result.Findings[i]
		t.header(f, onlyWith(f))
	}
	return t.Flush()
}

// maxNamed limits how many builds the line of a finding names.
const maxNamed = 3

// onlyWith returns the end of a message that names the builds with a finding, or "" if all have it, if its file is in the
// folder of the only one, or if its message names a namespace.
func onlyWith(f *lint.Finding) string {
	builds := f.Combinations
	switch more := len(builds) - maxNamed; {
	case len(builds) == 0, f.WithoutNamespace() != f.Message, len(builds) == 1 && isBelow(f.Span.File(), builds[0]):
		return ""
	case more > 1:
		return fmt.Sprintf(" (only with %s and %d more)", visible(strings.Join(builds[:maxNamed], ", ")), more)
	}
	return " (only with " + visible(strings.Join(builds, ", ")) + ")"
}

// isBelow reports whether a file is in a folder or below it.
func isBelow(file *source.File, folder string) bool {
	if file == nil {
		return false
	}
	below, err := filepath.Rel(folder, file.Name)
	return err == nil && filepath.IsLocal(below)
}
