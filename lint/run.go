package lint

import (
	"cmp"
	"context"
	"slices"
	"strings"

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
	// Written tells where the text of a finding in rendered output was written: suppressions there hold for it. nil knows no such places.
	Written func(*Finding) []source.Span
	// Today is the date, YYYY-MM-DD, that decides which suppressions have expired. It is given, so that a run can be repeated.
	Today string
}

// Result is what a run found: leveled, sorted, without doubles.
type Result struct {
	Findings   []Finding
	Suppressed []Finding
	// Unasked is how many images no registry was asked about, because the run was cancelled.
	Unasked int
}

// Count is the number of findings of a severity.
func (r Result) Count(s Severity) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// Worst is the highest severity among the findings, Unset where there is none.
func (r Result) Worst() Severity {
	worst := Unset
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
	var all []Finding
	ran := map[string]bool{}
	planner := plan.New(set, l.Settings.PlanOptions())
	facts, unasked := l.facts(ctx, set, planner)
	if unasked > 0 {
		ctx = context.WithoutCancel(ctx) // what is known is judged and shown
	}
	for i := range l.Rules {
		if err := ctx.Err(); err != nil {
			return Result{}, err
		}
		r := &l.Rules[i]
		level := l.level(r)
		if level == Off || r.Check == nil {
			continue
		}
		ran[r.ID] = true
		_, forced := l.Levels[r.ID]
		r.Check(&Pass{Set: set, Settings: l.Settings, Plan: planner, facts: facts, rule: r, report: func(f Finding) {
			f.Rule, f.Group = r.ID, r.Group
			if f.Severity == Unset || forced {
				f.Severity = level
			}
			all = append(all, f)
		}})
	}
	res := l.suppress(set, all, ran)
	res.Unasked = unasked
	res.Findings = finish(res.Findings)
	res.Suppressed = finish(res.Suppressed)
	return res, nil
}

// finish sorts findings by place and joins those that say the same of the same text: a value that several containers share through
// an anchor is one mistake.
func finish(all []Finding) []Finding {
	slices.SortStableFunc(all, Compare)
	out := all[:0]
	for _, f := range all {
		if n := len(out); n > 0 && same(&out[n-1], &f) {
			join(&out[n-1], &f)
			continue
		}
		out = append(out, f)
	}
	return out
}

// Compare orders findings by place, and then by rule.
func Compare(a, b Finding) int {
	an, bn := "", ""
	if a.Span.File != nil {
		an = a.Span.File.Name
	}
	if b.Span.File != nil {
		bn = b.Span.File.Name
	}
	return cmp.Or(strings.Compare(an, bn), cmp.Compare(a.Span.Start.Offset, b.Span.Start.Offset), strings.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Span.End.Offset, b.Span.End.Offset), strings.Compare(a.Message, b.Message))
}

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
		a.Related = append(a.Related, Related{Message: "used too by others"})
		return
	}
	where := b.Object.Kind + " " + b.Object.Name
	if b.Container != "" {
		where += ", container " + strings.TrimSpace(b.Container)
	}
	a.Related = append(a.Related, Related{Span: b.Object.Span, Message: "used too by " + where})
}
