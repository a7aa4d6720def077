package plugin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/cli"
	"github.com/imagelint-dev/imagelint/internal/complete"
	"github.com/imagelint-dev/imagelint/internal/live"
)

// Completion directives of kubectl (cobra) for the shell.
const (
	orFiles = ":0" // completes file names if there are no words
	noFiles = ":4"
)

// complete prints the completions for the words typed so far, the last of which is incomplete or empty.
func (c runner) complete(words []string) int {
	if len(words) == 0 {
		words = []string{""}
	}
	begun := words[len(words)-1]
	form, choices, _ := strings.Cut(complete.Answer(c.app, words), "\n")
	var b strings.Builder
	for line := range strings.Lines(choices) {
		word, _, _ := strings.Cut(line, "\t")
		if !slices.Contains(live.Flags(), strings.TrimPrefix(word, "--")) { // those are for kubectl
			b.WriteString(line)
		}
	}
	isValue := len(words) > 1 && strings.HasPrefix(words[len(words)-2], "-") && takesValue(c.app)(words[len(words)-2])
	if strings.HasPrefix(begun, "-") && !strings.Contains(begun, "=") && !isValue {
		for _, flag := range live.Flags() {
			if strings.HasPrefix("--"+flag, begun) {
				fmt.Fprintf(&b, "--%s\tof kubectl\n", flag)
			}
		}
	}
	if form == "files" && (isValue || strings.HasPrefix(begun, "-")) {
		b.WriteString(orFiles)
	} else {
		b.WriteString(noFiles) // the other words are resources
	}
	if err := c.Print(b.String() + "\n"); err != nil {
		return cli.ExitFailed // a shell has no use for the reason
	}
	return cli.ExitOK
}
