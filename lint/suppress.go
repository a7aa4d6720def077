package lint

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// IDs of the rules that the run itself reports.
const (
	RuleIgnoreUnused        = "ignore-unused"
	RuleIgnoreWithoutReason = "ignore-without-reason"
)

// What a finding can be suppressed by.
const (
	SuppressedByComment    = "comment"
	SuppressedByAnnotation = "annotation"
	SuppressedByConfig     = "entry of the configuration"
)

// AnnotationPrefix begins the annotations that suppress: imagelint.dev/ignore.RULE: reason.
const AnnotationPrefix = "imagelint.dev/ignore."

// Ignore is a suppression in the configuration. Empty fields match anything.
type Ignore struct {
	Rules   []string // IDs or groups; "*" is every rule
	Paths   []string // globs over the file's name
	Objects []string // globs over Kind/name or Namespace/Kind/name
	Images  []string // globs over the image as written
	Reason  string
	Expires string // YYYY-MM-DD; from that day on the entry has no effect
	Span    source.Span
}

// entry is any suppression, with what is needed to match it and to say that it matched nothing.
type entry struct {
	rules   []string
	reason  string
	span    source.Span
	object  *manifests.Object
	doc     *manifests.Document
	matches func(*Finding) bool
	used    map[string]bool
	expired string
	where   string // SuppressedByComment and the like
}

// scope is what the finding of an entry that it can concern must have: its object, or its file; the empty scope is any.
type scope struct {
	object *manifests.Object
	file   *source.File
}

// suppress divides findings into those to show and those suppressed, and adds what it has to say about the suppressions.
func (l *Linter) suppress(set *manifests.Set, all []Finding, ran map[string]bool) Result {
	var res Result
	var entries []*entry
	// By scope, since a cluster's dump holds many findings and many annotations that have nothing to do with each other.
	in := map[scope][]*entry{}
	add := func(e *entry, s scope) {
		entries = append(entries, e)
		if e.expired == "" {
			in[s] = append(in[s], e)
		}
	}
	for _, d := range set.Directives {
		if e := l.fromDirective(d, &all); e != nil {
			add(e, scope{file: d.Span.File})
		}
	}
	for _, w := range set.Annotated {
		for _, e := range l.fromAnnotations(w, &all) {
			add(e, scope{object: w.Object})
		}
	}
	for i := range l.Ignores {
		add(l.fromConfig(&l.Ignores[i]), scope{})
	}
	aliases := l.aliases()
	written := l.written(set)
	for _, f := range all {
		if f.Rule != RuleIgnoreWithoutReason {
			f.Suppressed, f.SuppressedBy = reasonFor(&f, in, aliases)
			for _, at := range written(&f) {
				if f.Suppressed == "" {
					g := f
					g.Span = at
					f.Suppressed, f.SuppressedBy = reasonFor(&g, in, aliases)
				}
			}
		}
		if f.Suppressed != "" {
			res.Suppressed = append(res.Suppressed, f)
		} else {
			res.Findings = append(res.Findings, f)
		}
	}
	l.unused(entries, ran, &res)
	return res
}

// written tells where findings in rendered output were written, in terms of the files of the set.
func (l *Linter) written(set *manifests.Set) func(*Finding) []source.Span {
	if l.Written == nil {
		return func(*Finding) []source.Span { return nil }
	}
	files := map[string]*source.File{}
	for _, d := range set.Directives {
		files[path.Clean(d.Span.File.Name)] = d.Span.File
	}
	return func(f *Finding) []source.Span {
		places := l.Written(f)
		for i, p := range places {
			if p.File == nil {
				continue
			}
			if known := files[path.Clean(p.File.Name)]; known != nil {
				places[i].File = known
			}
		}
		return places
	}
}

// reasonFor marks the entries that suppress a finding as used and returns the reason of the first one, and what it is; "" where there is none.
func reasonFor(f *Finding, in map[scope][]*entry, aliases map[string]string) (reason, by string) {
	scopes := [...]scope{{file: f.Span.File}, {object: f.Object}, {}}
	for i, s := range scopes {
		if s == (scope{}) && i < len(scopes)-1 {
			continue // a finding without a file or without an object
		}
		for _, e := range in[s] {
			if !e.matches(f) {
				continue
			}
			if which := named(e.rules, f, aliases); which != "" {
				e.used[which] = true
				if reason == "" && e.reason != "" {
					reason, by = e.reason, e.where
				}
			}
		}
	}
	return reason, by
}

// aliases are the rules' IDs by their aliases.
func (l *Linter) aliases() map[string]string {
	ids := map[string]string{}
	for i := range l.Rules {
		for _, a := range l.Rules[i].Aliases {
			ids[a] = l.Rules[i].ID
		}
	}
	return ids
}

// named returns the element of list that names a finding's rule: its ID, an alias, its group, or "*"; "" where none does.
func named(list []string, f *Finding, aliases map[string]string) string {
	for _, n := range list {
		if n == f.Rule || n == f.Group || n == "*" || aliases[n] == f.Rule {
			return n
		}
	}
	return ""
}

// known reports whether a name is a rule's ID, an alias or a group, and whether any rule so named ran.
func (l *Linter) known(name string, ran map[string]bool) (known, didRun bool) {
	for i := range l.Rules {
		r := &l.Rules[i]
		if name == "*" || name == r.ID || name == r.Group || slices.Contains(r.Aliases, name) {
			known = true
			didRun = didRun || ran[r.ID]
		}
	}
	return known, didRun
}

func (l *Linter) withoutReason(span source.Span, object *manifests.Object, doc *manifests.Document, all *[]Finding, message, help string) {
	for i := range l.Rules {
		r := &l.Rules[i]
		if level := l.level(r); r.ID == RuleIgnoreWithoutReason && level != Off {
			*all = append(*all, Finding{Rule: r.ID, Group: r.Group, Severity: level, Span: span, Object: object, Document: doc, Message: message, Help: help})
		}
	}
}

func (l *Linter) fromDirective(d *manifests.Directive, all *[]Finding) *entry {
	verb, rest, _ := strings.Cut(strings.TrimPrefix(d.Text, "imagelint:"), " ")
	rest = strings.TrimSpace(rest)
	list, reason, _ := strings.Cut(rest, "--")
	list, reason = strings.TrimSpace(list), strings.TrimSpace(reason)
	if verb != "ignore" {
		l.withoutReason(d.Span, d.Object, d.Doc, all, fmt.Sprintf("comment says %q, which is no directive", "imagelint:"+verb), "write # imagelint:ignore RULE -- reason")
		return nil
	}
	rules := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
	if len(rules) == 0 {
		l.withoutReason(d.Span, d.Object, d.Doc, all, "comment names no rule to ignore, so it has no effect", "write # imagelint:ignore RULE -- reason")
		return nil
	}
	if reason == "" {
		l.withoutReason(d.Span, d.Object, d.Doc, all, fmt.Sprintf("comment ignores %s without a reason, so it has no effect", strings.Join(rules, ", ")), "add the reason: # imagelint:ignore "+strings.Join(rules, ",")+" -- reason")
		return nil
	}
	return &entry{rules: rules, reason: reason, span: d.Span, object: d.Object, doc: d.Doc, where: SuppressedByComment, used: map[string]bool{}, matches: func(f *Finding) bool {
		return f.Span.File == d.Span.File && (f.Span.Start.Line == d.Line || f.Span.Start.Line == d.Span.Start.Line ||
			f.Span.Start.Line >= d.From && f.Span.Start.Line <= d.To)
	}}
}

func (l *Linter) fromAnnotations(a manifests.Annotated, all *[]Finding) []*entry {
	var out []*entry
	for _, t := range a.Ignores {
		rule, reason := strings.TrimPrefix(t.Key, AnnotationPrefix), strings.TrimSpace(t.Value)
		if reason == "" {
			l.withoutReason(t.Span, a.Object, a.Object.Doc, all, fmt.Sprintf("annotation ignores %s without a reason, so it has no effect", rule), "write the reason as the annotation's value")
			continue
		}
		out = append(out, &entry{rules: []string{rule}, reason: reason, span: t.Span, object: a.Object, doc: a.Object.Doc, where: SuppressedByAnnotation, used: map[string]bool{}, matches: func(f *Finding) bool {
			return f.Object == a.Object && under(f.Path, t.Scope)
		}})
	}
	return out
}

// under reports whether a path leads to something under another one.
func under(path, above string) bool {
	rest, ok := strings.CutPrefix(path, above)
	return ok && (above == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
}

func (l *Linter) fromConfig(ig *Ignore) *entry {
	e := &entry{rules: ig.Rules, reason: ig.Reason, span: ig.Span, where: SuppressedByConfig, used: map[string]bool{}}
	if ig.Expires != "" && l.Today != "" && ig.Expires <= l.Today {
		e.expired = ig.Expires
	}
	e.matches = func(f *Finding) bool {
		if len(ig.Paths) > 0 && (f.Span.File == nil || !anyGlob(ig.Paths, path.Clean(strings.ReplaceAll(f.Span.File.Name, `\`, "/")))) {
			return false
		}
		if len(ig.Objects) > 0 {
			if f.Object == nil {
				return false
			}
			name := f.Object.Kind + "/" + f.Object.Name
			if !anyGlob(ig.Objects, name) && !anyGlob(ig.Objects, cmp.Or(f.Object.Namespace, l.Settings.Namespace)+"/"+name) {
				return false
			}
		}
		return len(ig.Images) == 0 || anyGlob(ig.Images, f.Image)
	}
	return e
}

// anyGlob reports whether s matches one of the globs; a glob without a slash matches the last part of a path, too.
func anyGlob(globs []string, s string) bool {
	for _, g := range globs {
		if ok, err := doublestar.Match(g, s); ok && err == nil {
			return true
		}
		if ok, err := doublestar.Match("**/"+g, s); ok && err == nil && !strings.HasPrefix(g, "/") {
			return true
		}
	}
	return false
}

// unused reports suppressions, or parts of them, that suppressed nothing, unless their rules did not run.
func (l *Linter) unused(entries []*entry, ran map[string]bool, res *Result) {
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
		f := Finding{Rule: rule.ID, Group: rule.Group, Severity: l.level(rule), Span: e.span, Object: e.object, Document: e.doc, Message: message, Help: help}
		res.Findings = append(res.Findings, f)
	}
	for _, e := range entries {
		if e.expired != "" {
			add(e, fmt.Sprintf("%s expired on %s and has no effect: %s", e.where, e.expired, e.reason), "remove it, or set a later date")
			continue
		}
		for _, name := range e.rules {
			if e.used[name] {
				continue
			}
			known, didRun := l.known(name, ran)
			switch {
			case !known:
				add(e, fmt.Sprintf("%s ignores %q, which is no rule", e.where, name), `run "imagelint rules" for the names`)
			case didRun:
				add(e, fmt.Sprintf("%s ignores %s, which reports nothing here", e.where, name), "remove what is no longer needed")
			}
		}
	}
}
