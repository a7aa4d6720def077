package cli

import (
	"strconv"

	"github.com/imagelint-dev/imagelint/internal/flags"
)

// ManPage returns the manual page imagelint(1). The tests write it to docs/imagelint.1, which the packages
// include.
func ManPage() string {
	return flags.Manual(Command{}.app(), []flags.Section{
		{Name: "EXIT STATUS", Items: [][2]string{
			{strconv.Itoa(ExitOK), "nothing at or above --fail-on"},
			{strconv.Itoa(ExitFindings), "findings at or above --fail-on"},
			{strconv.Itoa(ExitUsage), "wrong usage or configuration, or nothing to check"},
			{strconv.Itoa(ExitFailed), "the run failed: a path that cannot be read, a report that cannot be written"},
		}},
		{
			Name: "ENVIRONMENT",
			Text: "Every flag has an environment variable, IMAGELINT_ and its name: IMAGELINT_FAIL_ON for --fail-on, with one value per line if the flag can be repeated. Flags override variables, which override the configuration.",
			Items: [][2]string{
				{"NO_COLOR", "if set, output is not colored unless --color is given"},
				{"FORCE_HYPERLINK", "1 makes the rules in the text report links on any terminal, 0 on none; otherwise they are links on terminals known to support them"},
			},
		},
		{Name: "FILES", Items: [][2]string{
			{".imagelint.yaml", "the configuration, searched for in the current folder and its parents, up to the repository root; imagelint init writes one that explains every key"},
		}},
		{Name: "SEE ALSO", Text: "https://github.com/imagelint-dev/imagelint/tree/main/docs"},
	})
}
