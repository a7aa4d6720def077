package lint

import (
	"slices"

	"github.com/imagelint-dev/imagelint/manifests"
)

// scope is a rule and the objects that it checks.
type scope struct {
	rule *Rule
	// only lists the objects; nil means the whole input.
	only []*manifests.Workload
}

// scopes returns the rules of a run. A rule from an override replaces others with the same ID in its files.
func (l *Linter) scopes(set *manifests.Set, o *overrides) []scope {
	var out []scope
	redefined := map[string]bool{}
	for i := range o.all {
		for j := range o.all[i].Rules {
			redefined[o.all[i].Rules[j].ID] = true
		}
	}
	if len(redefined) == 0 {
		for i := range l.Rules {
			out = append(out, scope{rule: &l.Rules[i]})
		}
		return out
	}
	general := map[string]*Rule{}
	for i := range l.Rules {
		if redefined[l.Rules[i].ID] {
			general[l.Rules[i].ID] = &l.Rules[i]
		}
	}
	files := map[string][]*Rule{}
	only := map[*Rule][]*manifests.Workload{}
	for _, w := range set.Workloads {
		name := ""
		if w.Span.File() != nil {
			name = w.Span.File().Name
		}
		inForce, ok := files[name]
		if !ok {
			inForce = o.inForce(name, general)
			files[name] = inForce
		}
		for _, r := range inForce {
			only[r] = append(only[r], w)
		}
	}
	for i := range l.Rules {
		if r := &l.Rules[i]; !redefined[r.ID] {
			out = append(out, scope{rule: r})
		} else if len(only[r]) > 0 {
			out = append(out, scope{r, only[r]})
		}
	}
	for i := range o.all {
		for j := range o.all[i].Rules {
			if r := &o.all[i].Rules[j]; len(only[r]) > 0 {
				out = append(out, scope{r, only[r]})
			}
		}
	}
	return out
}

// inForce returns the rules of overrides for a file, and those of general that none of them replaces.
func (o *overrides) inForce(file string, general map[string]*Rule) []*Rule {
	var out []*Rule
	taken := map[string]bool{}
	add := func(r *Rule) {
		if !taken[r.ID] {
			taken[r.ID] = true
			out = append(out, r)
		}
	}
	if file != "" {
		for _, i := range o.of(file) { // the nearest override first
			for j := range o.all[i].Rules {
				add(&o.all[i].Rules[j])
			}
		}
	}
	for _, r := range general {
		add(r) // sorted later
	}
	return out
}

// AllRules returns the rules of the run, followed by those of overrides.
func (l *Linter) AllRules() []Rule {
	out := slices.Clip(l.Rules)
	known := map[string]bool{}
	for i := range out {
		known[out[i].ID] = true
	}
	for i := range l.Settings.Overrides {
		for _, r := range l.Settings.Overrides[i].Rules {
			if !known[r.ID] {
				known[r.ID] = true
				out = append(out, r)
			}
		}
	}
	return out
}

// NeedsMetadata reports whether any rule reads labels or annotations.
func (l *Linter) NeedsMetadata() bool {
	needs := func(r Rule) bool { return r.NeedsMetadata }
	return slices.ContainsFunc(l.Rules, needs) || slices.ContainsFunc(l.Settings.Overrides, func(o Override) bool { return slices.ContainsFunc(o.Rules, needs) })
}

// byID groups scopes with the same ID, in the order of first occurrence.
func byID(all []scope) [][]scope {
	at := map[string]int{}
	var out [][]scope
	for _, s := range all {
		n, ok := at[s.rule.ID]
		if !ok {
			n = len(out)
			at[s.rule.ID] = n
			out = append(out, nil)
		}
		out[n] = append(out[n], s)
	}
	return out
}
