package rules

import (
	"github.com/imagelint-dev/imagelint/lint"
)

// IgnoreWithoutReason reports a suppression without a reason, which has no effect.
var IgnoreWithoutReason = lint.Rule{
	ID: "ignore-without-reason", Group: "input", Severity: lint.Warning, Levels: "warning",
	Doc: lint.Doc{
		Title: `a suppression gives no reason, so it has no effect`,
		Why:   `The next reader needs the reason to decide whether it still applies. Misspelled directives such as # imagelint-ignore are reported, too.`,
		Bad:   `# imagelint:ignore image-latest`,
		Good:  `# imagelint:ignore image-latest -- pinned by the operator`,
		Since: "0.1.0",
	},
}
