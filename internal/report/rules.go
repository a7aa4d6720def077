package report

import (
	"bufio"
	"io"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
)

// ruleFormats are the formats of the table of rules, the default first.
var ruleFormats = []struct {
	name  string
	write func(w *bufio.Writer, rules []lint.Rule, o Options) error
}{
	{"text", writeRulesText},
	{"json", writeRulesJSON},
}

// RuleFormats returns the names of the formats of RulesTable, the default first.
func RuleFormats() []string {
	names := make([]string, len(ruleFormats))
	for i, f := range ruleFormats {
		names[i] = f.name
	}
	return names
}

// RulesTable lists rules in the given order, with group, severity and title. The severity is the one that o.Levels holds, or else the default.
func RulesTable(w io.Writer, rules []lint.Rule, format string, o Options) error {
	for _, f := range ruleFormats {
		if f.name != format {
			continue
		}
		b := bufio.NewWriter(w)
		if err := f.write(b, rules, o); err != nil {
			return err
		}
		return b.Flush()
	}
	return unknownFormat(format, RuleFormats())
}

func writeRulesText(w *bufio.Writer, rules []lint.Rule, o Options) error {
	t := &textPrinter{Writer: w, palette: newPalette(o)}
	head := [...]string{"RULE", "SEVERITY", "GROUP", "REPORTS"}
	var wide [len(head) - 1]int
	for i := range wide {
		wide[i] = len(head[i])
	}
	row := func(r *lint.Rule) [len(head)]string {
		severity := visible(o.level(r).Severity.String())
		if isConfigured(r, o) {
			severity += "*"
		}
		if len(o.level(r).For) > 0 {
			severity += "+"
		}
		return [...]string{visible(r.ID), severity, visible(r.Group), visible(r.Doc.Title)}
	}
	for i := range rules {
		of := row(&rules[i])
		for c := range wide {
			wide[c] = max(wide[c], width(of[c]))
		}
	}
	pad := func(c int, s string) string { return strings.Repeat(" ", wide[c]-width(s)+2) }
	t.line(t.bold.Sprint(head[0]), pad(0, head[0]), t.bold.Sprint(head[1]), pad(1, head[1]), t.bold.Sprint(head[2]), pad(2, head[2]), t.bold.Sprint(head[3]))
	differ, partly := false, false
	for i := range rules {
		s := row(&rules[i])
		t.line(s[0], pad(0, s[0]), t.severity[o.level(&rules[i]).Severity].Sprint(s[1]), pad(1, s[1]), s[2], pad(2, s[2]), s[3])
		differ = differ || isConfigured(&rules[i], o)
		partly = partly || len(o.level(&rules[i]).For) > 0
	}
	if differ || partly {
		t.line()
	}
	if differ {
		t.line("* set by the configuration; explain RULE shows by which file, and the default")
	}
	if partly {
		t.line("+ set to another severity for some paths; explain RULE lists them")
	}
	return nil
}

// level returns the severity of a rule, and what sets it; "" for the default.
func (o *Options) level(r *lint.Rule) lint.Level {
	if l, ok := o.Levels[r.ID]; ok {
		return l
	}
	return lint.Level{Severity: r.Severity}
}

// isConfigured reports whether the severity of a rule differs from the default.
func isConfigured(r *lint.Rule, o Options) bool { return o.level(r).Severity != r.Severity }

type jsonRule struct {
	ID         string          `json:"id"`                   // ID of the rule
	Group      string          `json:"group"`                // group of the rule
	Severity   string          `json:"severity"`             // default severity
	Effective  string          `json:"effective"`            // severity in effect: the configured one, or else the default
	Configured string          `json:"configured,omitempty"` // the file, or the preset and the file that extends it, that sets the severity; left out if none does
	Paths      []jsonPathLevel `json:"paths,omitempty"`      // other severities for some paths, in the order of their entries: the last one that matches a file wins
	Levels     string          `json:"levels,omitempty"`     // severities that evidence can give a finding, in words
	Advice     bool            `json:"advice,omitempty"`     // true if what the rule finds does not make a pull fail
	Aliases    []string        `json:"aliases,omitempty"`    // earlier IDs, which still work
	Title      string          `json:"title"`                // what the rule reports
	Why        string          `json:"why,omitempty"`        // why it matters
	Bad        string          `json:"bad,omitempty"`        // an example with a finding
	Good       string          `json:"good,omitempty"`       // the example without the finding
	Since      string          `json:"since,omitempty"`      // the first release with the rule
	Links      []string        `json:"links,omitempty"`      // further reading
	URL        string          `json:"url"`                  // page of the rule
}

type jsonPathLevel struct {
	Severity   string   `json:"severity"`   // severity for these files
	Paths      []string `json:"paths"`      // globs of the files
	Configured string   `json:"configured"` // the file that sets it, with the line of an overrides entry
}

func writeRulesJSON(w *bufio.Writer, rules []lint.Rule, o Options) error {
	writeAll(w, []byte(`{"version":1,`+"\n"))
	return writeList(w, newJSONEncoder(), "rules", len(rules), func(i int) any {
		r := &rules[i]
		var paths []jsonPathLevel
		for _, l := range o.level(r).For {
			paths = append(paths, jsonPathLevel{l.Severity.String(), l.Paths, l.By})
		}
		return jsonRule{
			r.ID, r.Group, r.Severity.String(), o.level(r).Severity.String(), o.level(r).By, paths, r.Levels, r.Advice, r.Aliases, r.Doc.Title, r.Doc.Why, r.Doc.Bad, r.Doc.Good, r.Doc.Since, r.Doc.Links,
			ruleURL(r.ID, r.Own),
		}
	})
}

// proseWidth is the maximum width of prose: longer lines are hard to read.
const proseWidth = 80

// Explain writes the page of one rule for a terminal.
func Explain(w io.Writer, r lint.Rule, o Options) error {
	t := &textPrinter{Writer: bufio.NewWriter(w), palette: newPalette(o), width: o.Width}
	if t.width <= 0 || t.width > proseWidth {
		t.width = proseWidth
	}
	t.line(t.bold.Sprint(visible(r.ID)), ": ", visible(r.Doc.Title))
	t.line()
	t.line("  group:     ", visible(r.Group))
	t.line("  severity:  ", t.severity[o.level(&r).Severity].Sprint(severityWords(&r, o.level(&r))))
	t.pathLevels(o.level(&r).For)
	if r.Advice {
		t.line("  advice:    ", adviceSentence)
	}
	if len(r.Aliases) > 0 {
		t.line("  also:      ", visible(strings.Join(r.Aliases, ", ")))
	}
	if r.Doc.Since != "" {
		t.line("  since:     ", visible(r.Doc.Since))
	}
	t.section("Why", t.prose(r.Doc.Why))
	t.section("Bad", visibleLines(r.Doc.Bad))
	t.section("Good", visibleLines(r.Doc.Good))
	t.section("Suppress", suppressing(visible(r.ID)))
	t.section("Links", append(append([]string{}, visibleLines(strings.Join(r.Doc.Links, "\n"))...), visible(ruleURL(r.ID, r.Own))))
	return t.Flush()
}

// adviceSentence says what advice is.
const adviceSentence = "no pull fails because of it, unless the finding says what the cluster answers"

// section writes a heading and its lines, or nothing if there are none.
func (t *textPrinter) section(title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	t.line()
	t.line(t.bold.Sprint(title))
	for _, l := range lines {
		if l == "" {
			t.line()
		} else {
			t.line("  ", l)
		}
	}
}

// prose wraps text to fit, indented by two. Empty lines separate paragraphs.
func (t *textPrinter) prose(text string) []string {
	var out []string
	for i, paragraph := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			out = append(out, "")
		}
		var line strings.Builder
		used := 0
		for _, word := range strings.Fields(paragraph) {
			word = visible(word)
			n := width(word)
			if used > 0 && used+1+n > max(t.width-2, minWidth) {
				out = append(out, line.String())
				line.Reset()
				used = 0
			}
			if used > 0 {
				line.WriteByte(' ')
				used++
			}
			line.WriteString(word)
			used += n
		}
		if used > 0 {
			out = append(out, line.String())
		}
	}
	return out
}

// maxPathLevels limits the listed severities for some paths.
const maxPathLevels = 10

// pathLevels lists the severities of a rule for some paths.
func (t *textPrinter) pathLevels(levels []lint.PathLevel) {
	for i, l := range levels {
		if i == maxPathLevels {
			t.line("             and ", Count(len(levels)-i, "more", "more"), "; --format json of \"imagelint rules\" lists them")
			return
		}
		t.line("             ", t.severity[l.Severity].Sprint(l.Severity.String()), " in ", visible(strings.Join(l.Paths, ", ")), " (", visible(l.By), ")")
	}
}

// severityWords returns a rule's severity: the one in effect and the default, or the default and the others that
// evidence can give a finding.
func severityWords(r *lint.Rule, in lint.Level) string {
	s := visible(r.Severity.String())
	switch {
	case in.By != "" && in.Severity == r.Severity:
		return s + " (set by " + visible(in.By) + ")"
	case in.By != "":
		return visible(in.Severity.String()) + " (set by " + visible(in.By) + "; default " + s + ")"
	case r.Severity == lint.Off:
		return s + "; turn it on with --enable " + visible(r.ID)
	case r.Levels != "" && r.Levels != r.Severity.String():
		return s + " (" + visible(r.Levels) + ", by the evidence)"
	}
	return s
}

// suppressing returns how to suppress findings of a rule.
func suppressing(id string) []string {
	off := []string{
		"--disable " + id,
		"    for a whole run; an ignore entry in .imagelint.yaml can limit it to paths, objects or images",
	}
	if id == lint.RuleIgnoreUnused || id == lint.RuleIgnoreWithoutReason {
		return off[:1] // findings about suppressions cannot be suppressed
	}
	return append([]string{
		"# imagelint:ignore " + id + " -- reason",
		"    at the end of the finding's line or on the line above; above a container for its fields; above metadata or kind for the whole object",
		lint.AnnotationPrefix + id + ": reason",
		"    as an annotation of the object or of its pod template",
	}, off...)
}
