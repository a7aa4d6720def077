// Package terminal knows what a terminal can do beyond text, judging by the environment, and shows the
// progress of long work on it. It does not know the work, and reads variables only through the function it is
// given.
package terminal

import (
	"strconv"
	"strings"
)

// Hyperlinks reports whether the terminal supports links written with OSC 8
// (https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda). It returns true only for known
// terminals; others could print the address. FORCE_HYPERLINK overrides this; 0 disables links.
func Hyperlinks(getenv func(string) string) bool {
	term := getenv("TERM")
	if term == "dumb" {
		return false
	}
	if force := getenv("FORCE_HYPERLINK"); force != "" {
		return force != "0" && force != "false"
	}
	// A multiplexer inherits the variables of the terminal in which it was started, but may not support
	// links.
	if getenv("CI") != "" || getenv("TMUX") != "" || getenv("STY") != "" || strings.HasPrefix(term, "screen") || strings.HasPrefix(term, "tmux") {
		return false
	}
	if getenv("WT_SESSION") != "" || getenv("KONSOLE_VERSION") != "" || getenv("DOMTERM") != "" {
		return true
	}
	if vte, err := strconv.Atoi(getenv("VTE_VERSION")); err == nil { // 6003 is 0.60.3; 0.50.0 crashed on links
		return vte > 5000
	}
	switch getenv("TERM_PROGRAM") {
	case "iTerm.app":
		return atLeast(getenv("TERM_PROGRAM_VERSION"), 3, 1)
	case "vscode":
		return atLeast(getenv("TERM_PROGRAM_VERSION"), 1, 72)
	case "WezTerm", "ghostty", "zed", "rio":
		return true
	}
	switch term {
	case "xterm-kitty", "alacritty", "alacritty-direct", "foot", "foot-extra", "xterm-ghostty", "wezterm":
		return true
	}
	return false
}

// atLeast compares the first two numbers of a version.
func atLeast(version string, major, minor int) bool {
	a, rest, _ := strings.Cut(version, ".")
	b, _, _ := strings.Cut(rest, ".")
	m, err := strconv.Atoi(a)
	n, errMinor := strconv.Atoi(b)
	return err == nil && (m > major || m == major && errMinor == nil && n >= minor)
}
