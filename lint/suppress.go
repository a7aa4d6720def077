package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/internal/near"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// IDs of the rules that the run itself reports.
const (
	RuleIgnoreUnused        = "ignore-unused"
	RuleIgnoreWithoutReason = "ignore-without-reason"
)

// Kinds of suppressions.
const (
	SuppressedByComment    = "comment"
	SuppressedByAnnotation = "annotation"
	SuppressedByConfig     = "configuration entry"
)

// AnnotationPrefix is the prefix of suppressing annotations: imagelint.dev/ignore.RULE: reason.
const AnnotationPrefix = "imagelint.dev/ignore."

// Ignore is a suppression in the configuration. Empty fields match anything.
type Ignore struct {
	Rules   []string // IDs or groups; "*" is every rule
	Paths   []string // globs of file names
	Objects []string // globs of Kind/name or Namespace/Kind/name
	Images  []string // globs of images as written
	Reason  string
	Expires string // YYYY-MM-DD; without effect from that day on
	Span    source.Span
}

// entry is a suppression of any kind, prepared for matching, that records whether it was used.
type entry struct {
	number  int // order of precedence
	rules   []string
	reason  string
	span    source.Span
	object  *manifests.Object
	doc     *manifests.Document
	used    map[string]bool
	expired string
	where   string  // SuppressedByComment and so on
	ignore  *ignore // further conditions; nil unless it is a configuration entry
	partly  bool    // the run leaves out files that it may be about
	outside bool    // from a file that is not in the set
}

// suppressions collects the suppressions of a set, and reports their mistakes.
func (l *Linter) suppressions(set *manifests.Set, report func(Finding)) *suppressions {
	s := newSuppressions(l.aliases(), l.Settings.Namespace, l.Folder)
	for _, d := range set.Directives {
		s.know(d.Span.File())
		if e := l.fromDirective(d, report); e != nil {
			s.comment(e, d)
		}
	}
	s.load = l.outside(s, func(Finding) {}) // ApplyTraced reports them
	for _, w := range set.Annotated {
		l.fromAnnotations(s, w, report)
	}
	for i := range l.Ignores {
		s.configured(l.fromConfig(&l.Ignores[i]))
	}
	return s
}

// suppressedBy returns what suppresses a finding, at its place or where its text was written, or nil.
func (l *Linter) suppressedBy(s *suppressions, written func(*Finding) []source.Span, f *Finding) *entry {
	e := s.of(f)
	for _, at := range written(f) {
		there := *f
		there.Span = at
		e = first(e, s.of(&there))
	}
	return e
}

// written returns where the text of findings in rendered output was written, in the files whose comments are known.
func (l *Linter) written(s *suppressions) func(*Finding) []source.Span {
	if l.SourceSpans == nil {
		return func(*Finding) []source.Span { return nil }
	}
	return func(f *Finding) []source.Span {
		places := l.SourceSpans(f)
		for i := range places {
			places[i] = places[i].InFile(s.fileOf(places[i].File()))
		}
		return places
	}
}

// outside returns a function that finds the comments of a file outside of the set. A mistake in one is passed to report.
func (l *Linter) outside(s *suppressions, report func(Finding)) func(name string) *source.File {
	if l.Comments == nil {
		return nil
	}
	return func(name string) *source.File {
		var file *source.File
		for _, d := range l.Comments(name) {
			file = d.Span.File()
			if e := l.fromDirective(d, report); e != nil {
				e.outside = true
				s.comment(e, d)
			}
		}
		return file
	}
}

// aliases maps aliases to rule IDs.
func (l *Linter) aliases() map[string]string {
	ids := map[string]string{}
	for i := range l.Rules {
		for _, a := range l.Rules[i].Aliases {
			ids[a] = l.Rules[i].ID
		}
	}
	return ids
}

// named returns the element of list that matches a finding's rule: its ID, an alias, its group, or "*"; else "".
func named(list []string, f *Finding, aliases map[string]string) string {
	for _, n := range list {
		if n == f.Rule || n == f.Group || n == "*" || aliases[n] == f.Rule {
			return n
		}
	}
	return ""
}

// isKnownName reports whether a name is a rule ID, alias or group, and whether all such rules ran that are enabled by default, and any at all.
func isKnownName(name string, all []Rule, ran map[string]bool) (known, didRun bool) {
	missed := false
	for i := range all {
		if r := &all[i]; r.isNamed(name) {
			known = true
			didRun = didRun || ran[r.ID]
			missed = missed || !ran[r.ID] && r.Severity != Off && r.Check != nil
		}
	}
	return known, didRun && !missed
}

// isNamed reports whether a name in a suppression stands for the rule.
func (r *Rule) isNamed(name string) bool {
	return name == "*" || name == r.ID || name == r.Group || slices.Contains(r.Aliases, name)
}

func (l *Linter) withoutReason(span source.Span, object *manifests.Object, doc *manifests.Document, report func(Finding), message, help string) {
	for i := range l.Rules {
		r := &l.Rules[i]
		if level := l.level(r); r.ID == RuleIgnoreWithoutReason && level != Off {
			report(Finding{Rule: r.ID, Group: r.Group, Severity: level, Span: span, Object: object, Document: doc, Message: message, Help: help})
		}
	}
}

func (l *Linter) fromDirective(d *manifests.Directive, report func(Finding)) *entry {
	text, isDirective := strings.CutPrefix(d.Text, "imagelint:")
	if !isDirective {
		if meant := l.mistyped(d.Text); meant != "" {
			l.withoutReason(d.Span, d.Object, d.Doc, report, fmt.Sprintf("unknown directive %q", meant), "write # imagelint:ignore RULE -- reason")
		}
		return nil
	}
	verb, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSpace(rest)
	list, reason, _ := strings.Cut(rest, "--")
	list, reason = strings.TrimSpace(list), strings.TrimSpace(reason)
	if verb != "ignore" {
		l.withoutReason(d.Span, d.Object, d.Doc, report, fmt.Sprintf("unknown directive %q", "imagelint:"+verb), "write # imagelint:ignore RULE -- reason")
		return nil
	}
	rules := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
	if len(rules) == 0 {
		l.withoutReason(d.Span, d.Object, d.Doc, report, "comment names no rule, so it has no effect", "write # imagelint:ignore RULE -- reason")
		return nil
	}
	if reason == "" {
		rules, meant := l.splitReason(list)
		l.withoutReason(d.Span, d.Object, d.Doc, report, fmt.Sprintf("comment ignores %s without a reason, so it has no effect", strings.Join(rules, ", ")), reasonHelp(rules, meant))
		return nil
	}
	return &entry{rules: rules, reason: reason, span: d.Span, object: d.Object, doc: d.Doc, where: SuppressedByComment, used: map[string]bool{}}
}

// splitReason separates rules from the words after them that are not rules, which are probably the reason.
func (l *Linter) splitReason(list string) (rules []string, reason string) {
	all, comma := l.AllRules(), true // only a rule follows a comma
	for rest := strings.TrimLeft(list, ", \t"); rest != ""; {
		end := strings.IndexAny(rest, ", \t")
		if end < 0 {
			end = len(rest)
		}
		if known, _ := isKnownName(rest[:end], all, nil); !known && !comma {
			return rules, strings.TrimLeft(rest, "-–—:#/ \t")
		}
		rules = append(rules, rest[:end])
		next := strings.TrimLeft(rest[end:], ", \t")
		comma = strings.Contains(rest[end:len(rest)-len(next)], ",")
		rest = next
	}
	return rules, ""
}

func reasonHelp(rules []string, reason string) string {
	if reason == "" {
		return "add the reason: # imagelint:ignore " + strings.Join(rules, ",") + " -- reason"
	}
	return "separate the reason with --: # imagelint:ignore " + strings.Join(rules, ",") + " -- " + reason
}

// mistyped returns the directive that a comment was probably meant to begin with; "" for a sentence about imagelint.
func (l *Linter) mistyped(comment string) string {
	words := strings.FieldsFunc(comment, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
	if len(words) < 3 || !strings.EqualFold(words[0], "imagelint") {
		return words[0]
	}
	if known, _ := isKnownName(words[2], l.AllRules(), nil); !known {
		return ""
	}
	return words[0] + " " + words[1]
}

func (l *Linter) fromAnnotations(s *suppressions, a manifests.Annotated, report func(Finding)) {
	for _, t := range a.Ignores {
		rule, reason := strings.TrimPrefix(t.Key, AnnotationPrefix), strings.TrimSpace(t.Value)
		if rule == t.Key || rule == "" {
			l.withoutReason(t.Span, a.Object, a.Object.Doc, report, fmt.Sprintf("annotation %q names no rule in its key, so it has no effect", t.Key), "write "+AnnotationPrefix+"RULE: reason")
			continue
		}
		if reason == "" {
			l.withoutReason(t.Span, a.Object, a.Object.Doc, report, fmt.Sprintf("annotation ignores %s without a reason, so it has no effect", rule), "write the reason as the annotation's value")
			continue
		}
		e := &entry{rules: []string{rule}, reason: reason, span: t.Span, object: a.Object, doc: a.Object.Doc, where: SuppressedByAnnotation, used: map[string]bool{}}
		s.annotation(e, a.Object, t.Scope)
	}
}

func (l *Linter) fromConfig(ig *Ignore) *entry {
	e := &entry{rules: ig.Rules, reason: ig.Reason, span: ig.Span, where: SuppressedByConfig, used: map[string]bool{}, ignore: newIgnore(ig), partly: l.Partly != nil && l.Partly(ig)}
	if ig.Expires != "" && l.Today != "" && ig.Expires <= l.Today {
		e.expired = ig.Expires
	}
	return e
}

// unused reports suppressions, or parts of them, that suppressed nothing, unless their rules did not run. cause says why one
// did not, and what to do if that is not obvious.
func (l *Linter) unused(entries []*entry, ran map[string]bool, cause func(e *entry, name string) (why, help string), report func(Finding)) {
	var rule *Rule
	for i := range l.Rules {
		if l.Rules[i].ID == RuleIgnoreUnused {
			rule = &l.Rules[i]
		}
	}
	if rule == nil || l.level(rule) == Off {
		return
	}
	add := func(e *entry, message, help string) {
		report(Finding{Rule: rule.ID, Group: rule.Group, Severity: l.level(rule), Span: e.span, Object: e.object, Document: e.doc, Message: message, Help: help})
	}
	all := l.AllRules()
	elsewhere := sync.OnceValue(l.elsewhere)
	for _, e := range entries {
		if e.expired != "" && e.partly && len(e.used) == 0 {
			continue // it matters to other files
		}
		if e.expired != "" {
			add(e, fmt.Sprintf("%s expired on %s and has no effect: %s", e.where, e.expired, e.reason), "remove it, or set a later date")
			continue
		}
		for _, name := range e.rules {
			if e.used[name] {
				continue
			}
			known, didRun := isKnownName(name, all, ran)
			switch {
			case !known && !slices.Contains(elsewhere(), name):
				add(e, fmt.Sprintf("%s ignores %q, which is not a rule", e.where, name), meantRule(name, all, elsewhere()))
			case didRun && !e.partly && !l.partlyIn(e, name):
				why, help := cause(e, name)
				add(e, e.unused(name)+but+why, cmp.Or(help, e.unusedHelp(why)))
			}
		}
	}
}

// partlyIn reports whether a run leaves out what a name in a comment or an annotation may be about.
func (l *Linter) partlyIn(e *entry, name string) bool {
	if l.PartlyIn == nil || e.where == SuppressedByConfig {
		return false
	}
	return slices.ContainsFunc(l.Rules, func(r Rule) bool { return r.isNamed(name) && l.PartlyIn(e.span.File(), r.Group) })
}

// unused is the beginning of the message for a rule that an entry names and that it never suppressed. The end says why,
// which may differ between parts of the input.
func (e *entry) unused(name string) string {
	return fmt.Sprintf("%s ignores %s", e.where, name)
}

// unusedHelp says what to do about an entry that suppressed nothing.
func (e *entry) unusedHelp(why string) string {
	switch {
	case !strings.HasPrefix(why, matchesNone):
		return "remove the unused suppression"
	case e.ignore.hasStar:
		return `correct its globs (write ** where * should also match "/"), or remove it`
	}
	return "correct its globs, or remove it"
}

// What is between the two parts of a message about an unused suppression, and how the second part begins.
const (
	but            = ", but "
	reportsNothing = "that rule reports nothing here"
	matchesNone    = "no finding of that rule matches its "
	reportsBeside  = "that rule is reported on line "
)

// Unused returns what a finding says is unused, the same in all parts of the input, if it is about a suppression that
// suppressed nothing and that is correct otherwise; else "".
func (f *Finding) Unused() string {
	if f.Rule != RuleIgnoreUnused {
		return ""
	}
	what, why, _ := strings.Cut(f.Message, but)
	if why != reportsNothing && !strings.HasPrefix(why, matchesNone) && !strings.HasPrefix(why, reportsBeside) {
		return ""
	}
	return what
}

// elsewhere returns the names of rules that only other configurations define.
func (l *Linter) elsewhere() []string {
	if l.Elsewhere == nil {
		return nil
	}
	return l.Elsewhere()
}

// meantRule is the help for a name that is not a rule.
func meantRule(name string, all []Rule, more []string) string {
	words := slices.Clone(more)
	for i := range all {
		words = append(append(words, all[i].ID, all[i].Group), all[i].Aliases...)
	}
	if meant := near.Word(name, words); meant != "" {
		return fmt.Sprintf("did you mean %q?", meant)
	}
	return `run "imagelint rules" to list them`
}
