package notes

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/internal/baseline"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/manifests"
)

// Written reports that a baseline was written. chosen is true if a flag or the configuration names the file,
// so that the next run uses it. What was not rendered may have findings that are not in the baseline, and are new to a run that renders it.
func (n Notes) Written(name string, findings int, compared *baseline.Compared, chosen bool, skipped []manifests.Skip) {
	hint := ""
	switch {
	case findings == 0 && chosen:
		hint = "; you can delete it, and the flag or key that names it"
	case !chosen:
		hint = fmt.Sprintf("; --baseline %s hides them, or baseline: %[1]s in %s", name, config.Name)
	}
	n.printf("wrote %s to %s, %d of them new; dropped %d%s", report.Count(findings, "finding", "findings"), name, len(compared.New), len(compared.Stale), hint)
	if left := report.Unrendered(skipped); left != "" {
		details := "; --verbose names them"
		if n.Verbose {
			details = ""
		}
		n.printf("findings may be missing from %s: %s; make them render, and write it again%s", name, left, details)
	}
}

// Stale lists baseline entries that no longer occur. They are good news, not findings.
func (n Notes) Stale(name string, compared *baseline.Compared) {
	stale, suppressed := compared.Stale, compared.Suppressed
	if len(stale) == 0 {
		return
	}
	them := "it"
	if len(stale) > 1 {
		them = "them"
	}
	hint := "; --verbose lists " + them
	if n.Verbose {
		hint = ""
		for _, e := range baseline.Sorted(stale) {
			n.printf("stale: %s", e)
		}
	}
	why := "no longer reported"
	switch gone := len(stale) - len(suppressed); {
	case gone == 0:
		why = "suppressed"
	case len(suppressed) > 0:
		why = fmt.Sprintf("%d no longer reported, %d suppressed", gone, len(suppressed))
	}
	n.printf("%s stale in %s: %s; --write-baseline removes %s%s", report.Count(len(stale), "finding is", "findings are"), name, why, them, hint)
}
