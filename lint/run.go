package lint

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Linter runs rules over a set. Its zero value runs nothing.
type Linter struct {
	Rules []Rule
	// Levels are severities by rule ID; Off keeps a rule from running.
	Levels   map[string]Severity
	Settings Settings
	// Prober asks registries, once and before the rules; nil in a run that asks none.
	Prober Prober
	// Ignores are the suppressions of the configuration.
	Ignores []Ignore
	// Elsewhere returns the names of rules that only other configurations define, so that comments may name them; nil for none. It is asked at most once.
	Elsewhere func() []string
	// SourceSpans tells where the text of a finding in rendered output was written: suppressions there hold for it. nil knows no such places.
	SourceSpans func(*Finding) []source.Span
	// Today is the date, YYYY-MM-DD, by which suppressions expire; "" lets none expire. It is given, so that a run can be repeated.
	Today string
	// MaxFindings bounds how many findings of a rule are kept, and as many that are suppressed; 0 is no bound. Those come first that stand first by
	// file and place.
	MaxFindings int
	// Planner is that of an earlier run, which keeps what it answered where that still holds; nil for none. Planned is told the one of this run; nil for
	// nobody.
	Planner  *plan.Planner
	Planned  func(*plan.Planner)
	expected map[string]int
}

// Reserve makes room for one more finding of a rule.
func (l *Linter) Reserve(rule string) {
	if l.expected == nil {
		l.expected = map[string]int{}
	}
	l.expected[rule]++
}

// Result is what a run found: leveled, sorted, without doubles.
type Result struct {
	Findings   []Finding
	Suppressed []Finding
	// Unprobed is how many images no registry was asked about, because the run was cancelled.
	Unprobed int
	// Asked is what registries were asked, in the order of the images.
	Asked []Asked
	// Omitted are the findings that are not kept, by rule.
	Omitted []Omitted
}

// Omitted counts the findings of a rule beyond Linter.MaxFindings.
type Omitted struct {
	Rule string
	// Errors, Warnings and Infos are findings that count like those that are kept; Suppressed are the others.
	Errors, Warnings, Infos, Suppressed int
}

// Findings is how many findings are left out of those that are not suppressed.
func (l *Omitted) Findings() int { return l.Errors + l.Warnings + l.Infos }

func (l *Omitted) worst() Severity {
	switch {
	case l.Errors > 0:
		return Error
	case l.Warnings > 0:
		return Warning
	case l.Infos > 0:
		return Info
	}
	return Unset
}

// Truncate leaves out what is beyond a bound, where findings of several runs came together; 0 is no bound.
func (r *Result) Truncate(most int) {
	c := newCollector(most, nil)
	for i := range r.Omitted {
		c.left[r.Omitted[i].Rule] = &r.Omitted[i]
	}
	kept := map[kind]int{}
	cut := func(f Finding) bool {
		k := kind{f.Rule, f.Suppressed != ""}
		if kept[k]++; most == 0 || kept[k] <= most {
			return false
		}
		c.leave(&f)
		return true
	}
	r.Findings, r.Suppressed = slices.DeleteFunc(r.Findings, cut), slices.DeleteFunc(r.Suppressed, cut)
	r.Omitted = c.lefts()
}

// OmittedFindings is how many findings are not kept of those that are not suppressed.
func (r Result) OmittedFindings() int {
	n := 0
	for i := range r.Omitted {
		n += r.Omitted[i].Findings()
	}
	return n
}

// Count is the number of findings of a severity that are kept.
func (r Result) Count(s Severity) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// Worst is the highest severity among the findings, and those that are left out; Unset where there is none.
func (r Result) Worst() Severity {
	worst := Unset
	for i := range r.Omitted {
		worst = max(worst, r.Omitted[i].worst())
	}
	for _, f := range r.Findings {
		worst = max(worst, f.Severity)
	}
	return worst
}

// level is the severity that a rule runs with.
func (l *Linter) level(r *Rule) Severity {
	if s, ok := l.Levels[r.ID]; ok {
		return s
	}
	return r.Severity
}

// Run asks every rule that is on. An error means that the run failed, never that there are findings.
func (l *Linter) Run(ctx context.Context, set *manifests.Set) (Result, error) {
	if l.Settings.Kubernetes == 0 { // so that rules compare versions without a special case
		newest := *l
		newest.Settings.Kubernetes = l.Settings.KubernetesMinor()
		l = &newest
	}
	ran := map[string]bool{}
	all := newCollector(l.MaxFindings, l.expected)
	overrides := newOverrides(l.Settings.Overrides)
	add := func(f Finding) {
		if overrides.settle(&f, f.Severity) {
			all.add(f)
		}
	}
	hiding := l.suppressions(set, add)
	written := l.written(set)
	planner := plan.Renew(l.Planner, set, l.Settings.PlanOptions())
	if l.Planned != nil {
		l.Planned(planner)
	}
	lists := newLists(&l.Settings)
	facts, asked := l.facts(ctx, set, planner, lists.local)
	unasked := unasked(asked)
	if unasked > 0 || l.Prober != nil && ctx.Err() != nil {
		ctx = context.WithoutCancel(ctx) // what is known is judged and shown
	}
	var running errgroup.Group
	atOnce := l.rulesAtOnce(set)
	running.SetLimit(atOnce)
	var mu sync.Mutex // guards what findings are held against and gathered in
	for _, same := range byID(l.scopes(set, overrides)) {
		if ctx.Err() != nil {
			break
		}
		var passes []*Pass
		for _, s := range same {
			r := s.rule
			level := l.level(r)
			if level == Off && !overrides.turnsOn(r.ID) || r.Check == nil {
				continue
			}
			ran[r.ID] = true
			_, forced := l.Levels[r.ID]
			passes = append(passes, &Pass{Set: set, Settings: l.Settings, Plan: planner, Done: ctx.Done(), facts: facts, lists: lists, overrides: overrides, rule: r, only: s.only, report: func(f Finding) {
				f.Rule, f.Group, f.Own, f.Outranks = r.ID, r.Group, r.Own, r.Outranks
				f.Advice = f.Advice || r.Advice && f.Cluster == (ClusterError{})
				if f.Severity == Unset || forced {
					f.Severity = level
				}
				if f.Fix != nil && f.Fix.Title == f.Help {
					f.Fix.Title = f.Help // one string in memory, for findings may be many
				}
				mu.Lock()
				defer mu.Unlock()
				if !overrides.settle(&f, level) {
					return
				}
				if e := l.suppressedBy(hiding, written, &f); e != nil {
					f.Suppressed, f.SuppressedBy = e.reason, e.where
				}
				all.add(f)
			}})
		}
		check := func() error {
			for _, pass := range passes { // of one ID, findings come in one order
				pass.rule.Check(pass)
			}
			return nil
		}
		if atOnce > 1 {
			running.Go(check)
		} else {
			_ = check() // in this goroutine, whose stack is large enough: that of each new one would have to grow
		}
	}
	_ = running.Wait() // nothing fails
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	l.unused(hiding.entries, ran, add)
	res := all.result()
	res.Unprobed, res.Asked = unasked, JoinAsked(asked, nil)
	return res, nil
}

// fewImages is up to how many images rules run one after the other: starting threads would cost more than they gain.
const fewImages = 64

// rulesAtOnce is how many rules run at once. They do no I/O, so that more than there are processors gain nothing.
func (l *Linter) rulesAtOnce(set *manifests.Set) int {
	images := 0
	for _, w := range set.Workloads {
		if images += len(w.Images); images > fewImages {
			return runtime.GOMAXPROCS(0)
		}
	}
	return 1
}

// finish sorts findings by place and joins those that say the same of the same text: a value that several containers share through
// an anchor is one mistake.
func finish(all []Finding) []Finding {
	sortFindings(all)
	out := all[:0]
	for i := range all {
		if n := len(out); n > 0 && same(&out[n-1], &all[i]) {
			join(&out[n-1], &all[i])
			continue
		}
		if len(out) < i {
			out = append(out, all[i])
		} else {
			out = all[:i+1]
		}
	}
	return out
}

// Compare orders findings by place, and then by rule.
func Compare(a, b Finding) int { return compare(&a, &b) }

func same(a, b *Finding) bool {
	return a.Rule == b.Rule && a.Message == b.Message && a.Span.File == b.Span.File && a.Span.Start == b.Span.Start && a.Span.End == b.Span.End
}

// mostUsers is how many users of one text are named.
const mostUsers = 10

// join names b's user in a.
func join(a, b *Finding) {
	if b.Severity > a.Severity {
		a.Severity = b.Severity
	}
	if b.Object == nil || a.Object == b.Object && a.Path == b.Path || len(a.Related) > mostUsers {
		return
	}
	if len(a.Related) == mostUsers {
		a.Related = append(a.Related, Related{Message: "also used by others"})
		return
	}
	where := b.Object.Kind + " " + b.Object.Name
	if b.Container != "" {
		where += ", container " + strings.TrimSpace(b.Container)
	}
	a.Related = append(a.Related, Related{Span: b.Object.Span, Message: "also used by " + where})
}
