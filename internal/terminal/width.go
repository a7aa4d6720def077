package terminal

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// Width reports whether a stream is a terminal, and returns its width.
func Width(w io.Writer) (width int, ok bool) {
	f, isFile := w.(*os.File)
	if !isFile {
		return 0, false
	}
	return widthOf(f)
}

func widthOf(f *os.File) (int, bool) {
	fd := int(f.Fd())
	if !term.IsTerminal(fd) {
		return 0, false
	}
	width, _, err := term.GetSize(fd)
	if err != nil {
		return 0, true
	}
	return width, true
}

// Color reports whether to print in color: always, never, or, with auto, if the output is a terminal that
// supports it and the environment does not say otherwise.
func Color(when string, getenv func(string) string, onTerminal bool) (bool, error) {
	switch when {
	case "", "never":
		return false, nil
	case "always":
		return true, nil
	case "auto":
		forced := getenv("FORCE_COLOR") + getenv("CLICOLOR_FORCE")
		return getenv("NO_COLOR") == "" && (forced != "" && forced != "0" || onTerminal && getenv("TERM") != "dumb"), nil
	}
	return false, fmt.Errorf("invalid value %q: use auto, always or never", when)
}
