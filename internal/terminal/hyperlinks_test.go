package terminal

import (
	"strings"
	"testing"
)

func TestHyperlinks(t *testing.T) {
	t.Parallel()
	for env, want := range map[string]bool{
		"":                    false,
		"TERM=xterm-256color": false,
		"TERM=xterm-256color COLORTERM=truecolor":            false,
		"TERM=xterm-256color VTE_VERSION=6003":               true,
		"VTE_VERSION=5000":                                   false,
		"VTE_VERSION=4205":                                   false,
		"VTE_VERSION=x":                                      false,
		"WT_SESSION=1":                                       true,
		"KONSOLE_VERSION=220401":                             true,
		"TERM=xterm-kitty":                                   true,
		"TERM_PROGRAM=iTerm.app TERM_PROGRAM_VERSION=3.4.19": true,
		"TERM_PROGRAM=iTerm.app TERM_PROGRAM_VERSION=3.0.15": false,
		"TERM_PROGRAM=iTerm.app":                             false,
		"TERM_PROGRAM=vscode TERM_PROGRAM_VERSION=1.95.3":    true,
		"TERM_PROGRAM=vscode TERM_PROGRAM_VERSION=1.71.0":    false,
		"TERM_PROGRAM=vscode TERM_PROGRAM_VERSION=2":         true,
		"TERM_PROGRAM=WezTerm":                               true,
		"TERM_PROGRAM=Apple_Terminal":                        false,
		"TERM_PROGRAM=tmux TMUX=/tmp/x VTE_VERSION=6003":     false,
		"TERM=screen-256color VTE_VERSION=6003":              false,
		"TERM=dumb VTE_VERSION=6003":                         false,
		"TERM=dumb FORCE_HYPERLINK=1":                        false,
		"FORCE_HYPERLINK=1":                                  true,
		"TERM=tmux-256color TMUX=x FORCE_HYPERLINK=1":        true,
		"FORCE_HYPERLINK=0 WT_SESSION=1":                     false,
		"CI=true WT_SESSION=1":                               false,
		"NO_COLOR=1 WT_SESSION=1":                            true,
	} {
		getenv := func(name string) string {
			for _, pair := range strings.Fields(env) {
				if key, value, _ := strings.Cut(pair, "="); key == name {
					return value
				}
			}
			return ""
		}
		if got := Hyperlinks(getenv); got != want {
			t.Errorf("%q: %t", env, got)
		}
	}
}
