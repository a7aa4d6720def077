package lint

import (
	"path"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// ApplyTraced applies comments, suppressions of the configuration and overrides to findings that were traced to their sources after the run, by
// these places. Suppressions that are used there are no longer reported as unused. The set contains the files of the comments.
func (l *Linter) ApplyTraced(r *Result, set *manifests.Set) {
	s := newSuppressions(l.aliases(), l.Settings.Namespace, l.Folder)
	for _, d := range set.Directives {
		s.know(d.Span.File())
		if e := l.fromDirective(d, func(Finding) {}); e != nil {
			s.comment(e, d)
		}
	}
	var mistakes []Finding // in comments of files that are not in the set
	mistake := func(f Finding) { mistakes = append(mistakes, f) }
	s.load = l.outside(s, mistake)
	for i := range l.Ignores {
		s.configured(l.fromConfig(&l.Ignores[i]))
	}
	overrides := newOverrides(l.Settings.Overrides, nil)
	var moved []Finding
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool {
		e := s.traced(&f)
		if e == nil {
			return false
		}
		if f.Suppressed, f.SuppressedBy = e.reason, e.where; overrides.applyTraced(&f) {
			moved = append(moved, f)
		}
		return true
	})
	for i := range r.Suppressed { // marks what else suppresses them
		s.traced(&r.Suppressed[i])
	}
	r.Suppressed = slices.DeleteFunc(r.Suppressed, func(f Finding) bool { return f.AwaitsSource && !overrides.applyTraced(&f) })
	l.unused(s.outside, nil, nil, mistake) // no rule ran only for them, so that only names which are not rules are reported
	r.Findings = slices.DeleteFunc(r.Findings, s.disproved())
	shown := r.Findings[:0]
	for i := range r.Findings {
		if f := &r.Findings[i]; overrides.applyTraced(f) {
			shown = append(shown, *f)
		}
	}
	clear(r.Findings[len(shown):])
	r.Findings = shown
	for _, f := range mistakes {
		if overrides.settle(&f, f.Severity) {
			r.Findings = append(r.Findings, f)
		}
	}
	if len(mistakes) > 0 {
		r.Findings = Merge(r.Findings)
	}
	if len(moved) > 0 {
		r.Suppressed = Merge(append(r.Suppressed, moved...))
	}
}

// applyTraced sets the severity of a finding by the file that it was traced to, and reports whether it is reported there. Of the overrides for that
// file and for the rendered output, the last one wins.
func (o *overrides) applyTraced(f *Finding) bool {
	if len(f.Origins) == 0 || f.Span.File() == nil || f.Document == nil || f.Document.File == nil {
		return !f.AwaitsSource
	}
	here, there := o.last(f.Rule, f.Span.File().Name), o.last(f.Rule, f.Document.File.Name)
	if here <= there {
		return !f.AwaitsSource
	}
	f.Severity = o.all[here].Levels[f.Rule]
	return f.Severity != Off
}

// last returns the index of the override that determines the severity of a rule in a file, or -1.
func (o *overrides) last(rule, file string) int {
	for _, i := range o.of(file) {
		if _, ok := o.all[i].Levels[rule]; ok {
			return i
		}
	}
	return -1
}

func cleanName(name string) string { return path.Clean(strings.ReplaceAll(name, `\`, "/")) }

// traced returns what suppresses a finding at one of the places it was traced to, or nil. A finding without any was not moved.
func (s *suppressions) traced(f *Finding) *entry {
	var found *entry
	for _, o := range f.Origins {
		if o.Span.File() == nil {
			continue
		}
		there := *f
		there.Span = o.Span
		there.Span = there.Span.InFile(s.fileOf(o.Span.File()))
		found = first(found, s.of(&there))
	}
	return found
}

// disproved returns a function that reports whether a finding says that one of the entries is unused although it is used.
func (s *suppressions) disproved() func(Finding) bool {
	type claim struct {
		at     source.Pos
		file   string
		unused string
	}
	used := map[claim]bool{}
	for _, e := range s.entries {
		for name := range e.used {
			if e.span.File() == nil {
				continue
			}
			used[claim{e.span.Start(), e.span.File().Name, e.unused(name)}] = true
		}
	}
	return func(f Finding) bool {
		return f.Rule == RuleIgnoreUnused && f.Span.File() != nil && used[claim{f.Span.Start(), f.Span.File().Name, f.Unused()}]
	}
}
