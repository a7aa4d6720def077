package report

import (
	"bufio"
	"cmp"
	"io"
	"strconv"

	"github.com/imagelint-dev/imagelint/lint"
)

// junitRun is the name of the suite about the run itself.
const junitRun = "imagelint"

// writeJUnit writes JUnit XML: a suite about the run, which has a passing case for a clean run, then a suite
// per file. Each finding is a case: errors fail, warnings and infos pass with output, suppressed findings are
// skipped.
//
// Times are omitted, since they would change the report on every run.
func writeJUnit(w io.Writer, r Report, o Options) error {
	x := newXMLPrinter(bufio.NewWriter(w))
	suites := byFile(&r.Result, o.Root)
	cases := max(len(r.RunErrors), 1)
	for _, s := range suites {
		cases += len(s.shown) + len(s.suppressed)
	}
	count := strconv.Itoa
	x.open("", "testsuites", "name", junitRun, "tests", count(cases), "failures", count(failures(r.Result.Findings, r.fails)), "errors", count(len(r.RunErrors)))
	x.run(r)
	for _, s := range suites {
		failed := 0
		for _, f := range s.shown {
			if r.fails(f) {
				failed++
			}
		}
		x.open("  ", "testsuite", "name", s.path, "tests", count(len(s.shown)+len(s.suppressed)), "failures", count(failed), "errors", "0", "skipped", count(len(s.suppressed)))
		for _, f := range s.shown {
			x.shown(f, r.fails(f))
		}
		for _, f := range s.suppressed {
			x.openCase(f)
			x.element("      ", "skipped", cmp.Or(visible(f.Suppressed), "suppressed"))
			x.line("    </testcase>")
		}
		x.line("  </testsuite>")
	}
	x.line("</testsuites>")
	return x.Flush()
}

// fails reports whether a finding fails the run.
func (r *Report) fails(f *lint.Finding) bool {
	return r.FailOn != lint.Off && f.Severity >= max(r.FailOn, lint.Info) && (r.FailOn != lint.Unset || f.Severity == lint.Error)
}

func failures(findings []lint.Finding, fails func(*lint.Finding) bool) int {
	n := 0
	for i := range findings {
		if fails(&findings[i]) {
			n++
		}
	}
	return n
}

// run writes the suite about the run: a case for each unreadable input, or one that passes, and what was
// examined.
func (x *xmlPrinter) run(r Report) {
	n := strconv.Itoa(max(len(r.RunErrors), 1))
	x.open("  ", "testsuite", "name", junitRun, "tests", n, "failures", "0", "errors", strconv.Itoa(len(r.RunErrors)), "skipped", "0")
	if len(r.RunErrors) == 0 {
		x.element("    ", "testcase", "", "name", "every input could be read", "classname", junitRun)
	}
	for _, e := range r.RunErrors {
		x.open("    ", "testcase", "name", visible(e), "classname", junitRun)
		x.element("      ", "error", "", "message", visible(e), "type", "unreadable-input")
		x.line("    </testcase>")
	}
	x.element("    ", "system-out", summary(r))
	x.line("  </testsuite>")
}

func (x *xmlPrinter) openCase(f *lint.Finding) {
	name := visible(f.Message)
	if at := place(where(f)); at != "" {
		name = at + ": " + name
	}
	x.open("    ", "testcase", "name", name, "classname", junitRun+"."+visible(f.Rule))
}

func (x *xmlPrinter) shown(f *lint.Finding, fails bool) {
	x.openCase(f)
	if fails {
		x.element("      ", "failure", explained(f), "message", visible(f.Message), "type", visible(f.Rule))
	} else {
		x.element("      ", "system-out", f.Severity.String()+": "+explained(f))
	}
	x.line("    </testcase>")
}
