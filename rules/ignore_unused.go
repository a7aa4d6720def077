package rules

import (
	"github.com/imagelint-dev/imagelint/lint"
)

// IgnoreUnused reports a suppression that suppresses nothing, or has expired.
var IgnoreUnused = lint.Rule{
	ID: "ignore-unused", Group: "input", Severity: lint.Warning, Levels: "warning",
	Doc: lint.Doc{
		Title: `a suppression suppresses nothing, or has expired`,
		Why:   `A suppression that is no longer needed hides the next mistake. It is not reported if its rule did not run, or cannot judge the image before another mistake is corrected.`,
		Bad:   `# imagelint:ignore image-latest -- pinned by the operator`,
		Good:  `image: nginx:1.27.3`,
		Since: "0.1.0",
	},
}
