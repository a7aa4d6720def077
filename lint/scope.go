package lint

import (
	"slices"

	"github.com/imagelint-dev/imagelint/manifests"
)

// scope is a rule and the objects that it is asked about.
type scope struct {
	rule *Rule
	// only are the objects; nil for all of the input.
	only []*manifests.Workload
}

// scopes are the rules of a run. Where an override brings a rule, no other of that ID is asked about its files.
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
		if w.Span.File != nil {
			name = w.Span.File.Name
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

// inForce are the rules that overrides bring to a file, and those of the run that would be in their place elsewhere.
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
		for _, i := range o.of(file) { // the nearest one first
			for j := range o.all[i].Rules {
				add(&o.all[i].Rules[j])
			}
		}
	}
	for _, r := range general {
		add(r) // their order is that of the run, in the end
	}
	return out
}

// AllRules are those of the run, and behind them those that overrides bring for some files.
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

// NeedsMetadata reports whether any rule asks for labels or annotations.
func (l *Linter) NeedsMetadata() bool {
	needs := func(r Rule) bool { return r.NeedsMetadata }
	return slices.ContainsFunc(l.Rules, needs) || slices.ContainsFunc(l.Settings.Overrides, func(o Override) bool { return slices.ContainsFunc(o.Rules, needs) })
}

// byID puts the scopes of one ID together, in the order of the first of each.
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
