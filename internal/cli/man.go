package cli

import (
	"strconv"

	"github.com/imagelint-dev/imagelint/internal/flags"
)

// ManPage is the manual page imagelint(1). The tests write it to docs/imagelint.1, from where the packages take it.
func ManPage() string {
	return flags.Manual(Command{}.app(), []flags.Section{
		{Name: "EXIT STATUS", Items: [][2]string{
			{strconv.Itoa(ExitOK), "nothing at or above --fail-on"},
			{strconv.Itoa(ExitFindings), "findings at or above --fail-on"},
			{strconv.Itoa(ExitUsage), "wrong usage or configuration, or nothing to examine"},
			{strconv.Itoa(ExitFailed), "the run failed: a path that cannot be read, a report that cannot be written"},
		}},
		{
			Name: "ENVIRONMENT",
			Text: "Every flag has a variable, IMAGELINT_ and its name: IMAGELINT_FAIL_ON for --fail-on, with one value a line where a flag may be repeated. A flag beats a variable, and a variable beats the configuration.",
			Items: [][2]string{
				{"NO_COLOR", "where it is set and --color is not given, nothing is colored"},
			},
		},
		{Name: "FILES", Items: [][2]string{
			{".imagelint.yaml", "the configuration, looked for from the working directory up to the root of the repository; imagelint init writes one in which every key is explained"},
		}},
		{Name: "SEE ALSO", Text: "https://github.com/imagelint-dev/imagelint/tree/main/docs"},
	})
}
