package lint

import (
	"iter"
	"slices"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// ofReferences are the groups of rules about what an image's reference says. Of several that would report one mistake, the most specific does.
var ofReferences = []string{"invalid-reference", "suspicious-reference"}

// IsOfReference reports whether a finding is about what an image's reference says, so that the rules that a suppression names may not have judged it.
func (f *Finding) IsOfReference() bool { return slices.Contains(ofReferences, f.Group) }

// excuse marks suppressions as used that may be needed once an image is corrected: their rule cannot judge a reference that is invalid or a template, or
// leaves the mistake to another rule that reports it. It has to follow all rules. In an input with very many images and suppressions, it does not look
// at each, and none is reported as unused.
func (l *Linter) excuse(s *suppressions, written func(*Finding) []source.Span, all *collector, set *manifests.Set) {
	idle := l.idle(s.entries)
	if len(idle) == 0 {
		return
	}
	budget := unusedBudget
	for f := range unjudged(set) {
		if budget -= len(idle); budget < 0 {
			s.markAll(idle)
			return
		}
		places := written(&f)
		for _, r := range idle {
			if f.Object != nil || r.ChecksValues {
				s.mark(&f, places, r)
			}
		}
	}
	idle = slices.DeleteFunc(idle, func(r *Rule) bool { return !slices.Contains(ofReferences, r.Group) })
	if len(idle) == 0 {
		return
	}
	for _, list := range all.lists {
		for i := range list.findings {
			f := &list.findings[i]
			if f.Image == "" || !f.IsOfReference() {
				continue
			}
			if budget -= len(idle); budget < 0 {
				s.markAll(idle)
				return
			}
			places := written(f)
			for _, r := range idle {
				if r.ID != f.Rule {
					s.mark(f, places, r)
				}
			}
		}
	}
}

// mark marks the suppressions as used that a finding of a rule at the place of another one would have.
func (s *suppressions) mark(f *Finding, places []source.Span, r *Rule) {
	there := *f
	there.Rule, there.Group = r.ID, r.Group
	s.of(&there)
	for _, there.Span = range places {
		s.of(&there)
	}
}

// markAll marks the suppressions of some rules as used.
func (s *suppressions) markAll(rules []*Rule) {
	for _, e := range s.entries {
		for _, name := range e.rules {
			if slices.ContainsFunc(rules, func(r *Rule) bool { return r.isNamed(name) }) {
				e.used[name] = true
			}
		}
	}
}

// idle returns the rules about images that suppressions name which suppressed nothing.
func (l *Linter) idle(entries []*entry) []*Rule {
	names := map[string]bool{}
	for _, e := range entries {
		for _, name := range e.rules {
			if e.expired == "" && !e.used[name] {
				names[name] = true
			}
		}
	}
	var out []*Rule
	for i := range l.Rules {
		if r := &l.Rules[i]; len(names) > 0 && r.Check != nil && r.Group != "input" && (names[r.ID] || names[r.Group] || names["*"] || slices.ContainsFunc(r.Aliases, func(a string) bool { return names[a] })) {
			out = append(out, r)
		}
	}
	return out
}

// unjudged yields a finding without a rule for each place where one about an image could be whose reference is invalid or a template.
func unjudged(set *manifests.Set) iter.Seq[Finding] {
	return func(yield func(Finding) bool) {
		for _, list := range [][]*manifests.Workload{set.Workloads, set.Values} {
			for _, w := range list {
				for _, img := range w.Images {
					if img.State == manifests.StateString && img.Err == nil {
						continue
					}
					f := Finding{Span: img.Span, Object: w.Object, Document: w.Doc, Container: img.Container, Path: img.Path, Image: img.Raw}
					if w.ValuesFile {
						f.Object = nil
					}
					if !yield(f) {
						return
					}
					for _, part := range img.Parts() {
						if f.Span = part.Span; !yield(f) {
							return
						}
					}
					if p := img.PullPolicy; p != nil && !p.Span.IsZero() {
						if f.Span, f.Path = p.Span, p.Path; !yield(f) {
							return
						}
					}
				}
			}
		}
	}
}
