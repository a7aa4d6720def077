package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/fix"
)

func (c Command) showDiff(files []*fix.File) error {
	for _, f := range files {
		if _, err := io.WriteString(c.Stdout, f.Diff()); err != nil {
			return fmt.Errorf("write the changes: %w", err)
		}
	}
	return nil
}

// reportFixes prints the changes that are not written, and reports on standard error what was changed and what
// was not.
func (c Command) reportFixes(r *run, response *engine.Response) error {
	switch response.NotFixed {
	case engine.FixReadErrors:
		c.PrintError(errors.New("nothing was fixed, because some input could not be read"))
	case engine.FixOmitted:
		c.PrintError(errors.New("nothing was fixed, because --max-findings dropped some findings: use --max-findings 0"))
	case engine.FixNotRequested:
	}
	out := response.Fixes
	if out == nil {
		return nil
	}
	if r.diff {
		if err := c.showDiff(out.Files); err != nil {
			return err
		}
	}
	if !r.quiet {
		c.notes(r).Fixes(out, r.diff)
	}
	return nil
}
