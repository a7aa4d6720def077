package notes

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/internal/fix"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/lint"
)

// maxListed is the number of fixes that were not applied up to which each is listed with its reason.
const maxListed = 3

// Fixes reports how many fixes were applied and skipped. It lists the skipped ones if they are few, or if Verbose is set, which also lists those that need
// review.
func (n Notes) Fixes(out *fix.Outcome, dry bool) {
	verb := "fixed"
	if dry {
		verb = "would fix"
	}
	look, other := 0, 0
	for _, l := range out.Unfixed {
		if l.NeedsReview {
			look++
		} else {
			other++
		}
	}
	fmt.Fprintf(n.W, "%s %s in %s", verb, report.Count(len(out.Fixed), "finding", "findings"), report.Count(len(out.Files), "file", "files"))
	if look > 0 {
		fmt.Fprintf(n.W, "; %s review: --fix=all", needs(look))
		if !n.Verbose && other <= maxListed { // the others are listed below
			fmt.Fprint(n.W, " (--verbose lists them)")
		}
	}
	if other > 0 {
		fmt.Fprintf(n.W, "; left %d", other)
	}
	if !n.Verbose && other > maxListed {
		fmt.Fprint(n.W, " (--verbose lists them)")
	}
	fmt.Fprintln(n.W)
	for _, l := range out.Unfixed {
		if !n.Verbose && (l.NeedsReview || other > maxListed) {
			continue
		}
		at := l.Finding.Fix.Edits[0].Span
		fmt.Fprintf(n.W, "%s:%d:%d: left [%s]: %s\n", report.EscapePath(at.File().Name), at.Start().Line, at.Start().Col, l.Finding.Rule, report.Escape(l.Why))
	}
}

func needs(n int) string {
	if n == 1 {
		return "1 more needs"
	}
	return fmt.Sprintf("%d more need", n)
}

// Pins lists the images that are not pinned. It returns the worst state: Error if nothing is known about an
// image, Warning if one is left unpinned, Info if all are pinned.
func (n Notes) Pins(out *fix.Outcome, dry, quiet bool) lint.Severity {
	worst := lint.Info
	why := map[*lint.Fix]string{}
	for _, l := range out.Unfixed {
		why[l.Finding.Fix] = l.Why
	}
	left := 0
	for i := range out.Result.Findings {
		f := &out.Result.Findings[i]
		message := f.Message
		if f.Fix != nil {
			message = fmt.Sprintf("image %q is not pinned: %s", f.Image, why[f.Fix])
		}
		if f.Severity == lint.Info && !n.Verbose {
			continue
		}
		if worst = max(worst, f.Severity); f.Severity != lint.Info {
			left++
		}
		fmt.Fprintf(n.W, "%s:%d:%d: %s\n", report.EscapePath(f.Span.File().Name), f.Span.Start().Line, f.Span.Start().Col, report.Escape(message))
	}
	if quiet {
		return worst
	}
	verb := "pinned"
	if dry {
		verb = "would pin"
	}
	fmt.Fprintf(n.W, "%s %s in %s", verb, report.Count(len(out.Fixed), "image", "images"), report.Count(len(out.Files), "file", "files"))
	if left > 0 {
		fmt.Fprintf(n.W, "; left %d", left)
	}
	fmt.Fprintln(n.W)
	return worst
}
