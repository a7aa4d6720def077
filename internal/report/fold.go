package report

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
)

// manyFindings is the number of findings from which the report ends with a table of rules.
const manyFindings = 20

// placesShown limits the places of a folded finding that are listed after the first one.
const placesShown = 3

// folded is one mistake and all places where it occurs.
type folded struct {
	*lint.Finding
	more []*lint.Finding
	// beside are findings about the same references that are not why the pull fails.
	beside []*lint.Finding
}

// fold combines findings that say the same and have the same help, at the position of the first one, and sorts the most severe ones
// first. If every place is to be shown, it only sorts.
func fold(findings []lint.Finding, o Options) []folded {
	type key struct {
		rule, message, help string
		severity            lint.Severity
	}
	out := make([]folded, 0, len(findings))
	at := map[key]int{}
	beside := groupUnderErrors(findings, o)
	for i := range findings {
		f := &findings[i]
		if beside.aside[i] {
			continue
		}
		if !o.NoFold {
			k := key{f.Rule, f.WithoutNamespace(), helpAnywhere(f), f.Severity}
			if n, ok := at[k]; ok {
				out[n].more = append(out[n].more, f)
				out[n].beside = append(out[n].beside, beside.of[i]...)
				continue
			}
			at[k] = len(out)
		}
		out = append(out, folded{Finding: f, beside: beside.of[i]})
	}
	for i := range out {
		out[i].widen()
	}
	slices.SortStableFunc(out, func(a, b folded) int { return int(b.Severity) - int(a.Severity) })
	return out
}

// helpAnywhere returns a help without its object's namespace and without its file.
func helpAnywhere(f *lint.Finding) string { return helpWithoutFile(f, f.HelpAnywhere()) }

// helpWithoutFile returns a help in which FILE stands for the file of its finding.
func helpWithoutFile(f *lint.Finding, help string) string {
	if f.Span.File() == nil || f.Span.File().Name == "" || !strings.Contains(help, " -f ") {
		return help
	}
	return strings.ReplaceAll(help, " -f "+f.Span.File().Name, " -f FILE")
}

// namespaces counts the namespaces of the places; 0 if the finding does not concern one.
func (f *folded) namespaces() int {
	if f.WithoutNamespace() == f.Message {
		return 0
	}
	all := map[string]bool{}
	f.AddNamespaces(all)
	for _, m := range f.more {
		m.AddNamespaces(all)
	}
	return len(all)
}

// widen makes the help apply to all namespaces and files, if there are several.
func (f *folded) widen() {
	for _, m := range f.more {
		if help := helpWithoutFile(f.Finding, f.Help); help != f.Help && m.Span.File() != f.Span.File() {
			whole := *f.Finding
			whole.Help = help
			f.Finding = &whole
		}
	}
	if f.namespaces() > 1 {
		whole := *f.Finding
		whole.WidenHelp()
		f.Finding = &whole
	}
}

// groupedFindings are findings shown under an error about the same reference, and so not on their own.
type groupedFindings struct {
	aside map[int]bool
	of    map[int][]*lint.Finding
}

func groupUnderErrors(findings []lint.Finding, o Options) groupedFindings {
	b := groupedFindings{aside: map[int]bool{}, of: map[int][]*lint.Finding{}}
	if o.NoFold {
		return b
	}
	at := make(map[*lint.Finding]int, len(findings))
	for i := range findings {
		at[&findings[i]] = i
	}
	for i := range findings {
		if n, ok := at[findings[i].NoteOf]; ok {
			b.aside[i] = true
			b.of[n] = append(b.of[n], &findings[i])
		}
	}
	return b
}

// groupedNotes returns the findings in beside, each once: they recur at each folded place.
func (f *folded) groupedNotes() []*lint.Finding {
	listed := map[string]bool{}
	var out []*lint.Finding
	for _, b := range f.beside {
		if !listed[b.Rule+b.Message] {
			listed[b.Rule+b.Message] = true
			out = append(out, b)
		}
	}
	return out
}

// elsewhere returns the further places of a finding, each once. Several objects may be made from one place, such as a base of several overlays.
func (f *folded) elsewhere() []string {
	listed := map[string]bool{place(f.Span): true}
	var out []string
	for _, m := range f.more {
		if at := place(m.Span); !listed[at] {
			listed[at] = true
			out = append(out, at)
		}
	}
	return out
}

// inObjects says what the further objects of a finding have in common, or how many are at its own place if no others are listed; or it returns "".
func (f *folded) inObjects(places int) string {
	switch n := f.namespaces() - 1; { // the message names one
	case n > 0:
		return "in " + Count(n, "more namespace", "more namespaces")
	case places == 0 && len(f.more) > 0:
		return strconv.Itoa(len(f.more)) + " more at this place"
	}
	return ""
}

// also lists the further places of a finding, or returns "".
func (f *folded) also() string {
	places := f.elsewhere()
	out := strings.Join(places[:min(placesShown, len(places))], ", ")
	if len(places) > placesShown {
		out += " and " + Count(len(places)-placesShown, "more place", "more places")
	}
	if in := f.inObjects(len(places)); in != "" {
		out = strings.TrimPrefix(out+", "+in, ", ")
	}
	return out
}

// fixable says how many findings can be fixed, or returns "".
func fixable(findings []lint.Finding) string {
	safe, all := fixes(findings)
	var parts []string
	if safe > 0 {
		parts = append(parts, strconv.Itoa(safe)+" can be fixed with --fix")
	}
	switch {
	case all > safe && safe > 0:
		parts = append(parts, strconv.Itoa(all)+" with --fix=all")
	case all > 0 && safe == 0:
		parts = append(parts, strconv.Itoa(all)+" can be fixed with --fix=all")
	}
	return strings.Join(parts, ", ")
}

// isFixedByFlag reports whether --fix applies a finding's fix. Rendered text and standard input are not fixed; source files of rendered text
// are, if they have the finding when they are linted themselves.
func isFixedByFlag(f *lint.Finding) bool {
	return f.Fix != nil && (len(f.Origins) == 0 || f.FixInSource) && f.Uneditable() == ""
}

// editsOf returns a key of what the fix of a finding changes, or "" if --fix does not apply it. Several findings may have one fix, such as those of all
// overlays of a base.
func editsOf(f *lint.Finding) string {
	if !isFixedByFlag(f) {
		return ""
	}
	var b strings.Builder
	for _, e := range f.Fix.Edits {
		name := ""
		if file := e.Span.File(); file != nil {
			name = filepath.Clean(file.Name)
		}
		fmt.Fprintf(&b, "%s\x00%d\x00%d\x00%q\x00", name, e.Span.Start().Offset, e.Span.End().Offset, e.New)
	}
	return b.String()
}

// fixes counts the safe fixes, and all fixes, that --fix applies, each once.
func fixes(findings []lint.Finding) (safe, all int) {
	counted := map[string]bool{}
	for i := range findings {
		if edits := editsOf(&findings[i]); edits != "" && !counted[edits] {
			counted[edits] = true
			all++
			if findings[i].Fix.Safe {
				safe++
			}
		}
	}
	return safe, all
}

// ruleCount is a row of the table of rules.
type ruleCount struct {
	rule                                    string
	own                                     bool // defined by the configuration
	errors, warnings, infos, fixable, total int
}

// byRule counts findings by rule, sorted by severity and then by number.
func byRule(findings []lint.Finding) []ruleCount {
	at, counted := map[string]int{}, map[string]bool{}
	var out []ruleCount
	for i := range findings {
		f := &findings[i]
		n, ok := at[f.Rule]
		if !ok {
			n = len(out)
			at[f.Rule] = n
			out = append(out, ruleCount{rule: f.Rule, own: f.Own})
		}
		row := &out[n]
		row.total++
		switch f.Severity {
		case lint.Error:
			row.errors++
		case lint.Warning:
			row.warnings++
		default:
			row.infos++
		}
		if edits := editsOf(f); edits != "" && !counted[edits] {
			counted[edits] = true
			row.fixable++
		}
	}
	slices.SortFunc(out, func(a, b ruleCount) int {
		for _, d := range []int{b.errors - a.errors, b.warnings - a.warnings, b.infos - a.infos} {
			if d != 0 {
				return d
			}
		}
		return strings.Compare(a.rule, b.rule)
	})
	return out
}

// ruleTable writes the table of rules.
func (t *textPrinter) ruleTable(rows []ruleCount) {
	width := len("rule")
	for _, r := range rows {
		width = max(width, len(r.rule))
	}
	cell := func(n int) string {
		if n == 0 {
			return strings.Repeat(" ", 10)
		}
		s := strconv.Itoa(n)
		return strings.Repeat(" ", max(0, 10-len(s))) + s
	}
	t.line(t.bold.Sprint("rule" + strings.Repeat(" ", width-len("rule")) + "    errors  warnings     infos   fixable"))
	for _, r := range rows {
		t.line(strings.TrimRight(visible(r.rule)+strings.Repeat(" ", width-len(r.rule))+cell(r.errors)+cell(r.warnings)+cell(r.infos)+cell(r.fixable), " "))
	}
	t.line("every place of one: --select ", visible(rows[0].rule), " --no-fold")
	t.line()
}

// noteAt is where a note is, as "file:line:column"; "" if that is the place of the block.
func (f *folded) noteAt(b *lint.Finding) string {
	at := place(b.Span)
	if at == place(f.Span) {
		return ""
	}
	return at
}
