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

// Linter runs rules over a set. The zero value runs none.
type Linter struct {
	Rules []Rule
	// Levels are severities by rule ID; Off disables a rule.
	Levels   map[string]Severity
	Settings Settings
	// Prober asks registries, once and before the rules; nil for none.
	Prober Prober
	// Ignores are the suppressions in the configuration.
	Ignores []Ignore
	// Partly reports whether the run leaves out files that a suppression in the configuration may be about; then it is
	// not reported as unused. It may be nil.
	Partly func(*Ignore) bool
	// PartlyIn reports for comments and annotations in a file whether findings of a group may appear there in other
	// runs only. It may be nil.
	PartlyIn func(file *source.File, group string) bool
	// Folder is put before relative names of files when the paths of Ignores match them: the working directory as seen
	// from the folder of the configuration. "" puts nothing.
	Folder string
	// Elsewhere returns the names of rules that only other configurations define, so that comments may name them. It
	// is called at most once, and may be nil.
	Elsewhere func() []string
	// SourceSpans returns where the text of a finding in rendered output was written; suppressions there apply to it.
	// It may be nil.
	SourceSpans func(*Finding) []source.Span
	// Sources returns the files that a finding in rendered output may be traced to, so that overrides for them can enable
	// its rule; ApplyTraced must follow. It may be nil, and is not called concurrently.
	Sources func(*Finding) []string
	// Comments returns the directives of a file outside of the set that findings are traced to. They suppress these
	// findings, and are not reported as unused. It may be nil.
	Comments func(name string) []*manifests.Directive
	// Today is the date, YYYY-MM-DD, for the expiry of suppressions; if it is "", none expire. It is a parameter so
	// that runs are reproducible.
	Today string
	// MaxFindings limits the kept findings of a rule, and separately the suppressed ones; 0 means no limit. The first
	// ones by file and position are kept.
	MaxFindings int
	// Class sorts findings into classes, each with the limit for itself, so that many findings in one do not push
	// those in another one out. It may be nil.
	Class func(*Finding) int
	// Planner is that of an earlier run, whose results are reused where still valid; nil for none. Planned, if not
	// nil, receives that of this run.
	Planner *plan.Planner
	Planned func(*plan.Planner)
	// Failing, if not nil, receives the pulls that certainly fail, as the findings that are errors and not suppressed
	// prove. It is not called concurrently.
	Failing  func(FailedPull)
	expected map[string]int
}

// Reserve reserves memory for one more finding of a rule.
func (l *Linter) Reserve(rule string) {
	if l.expected == nil {
		l.expected = map[string]int{}
	}
	l.expected[rule]++
}

// Result contains the findings of a run: leveled, sorted and deduplicated.
type Result struct {
	Findings   []Finding
	Suppressed []Finding
	// Unprobed is the number of images that were not asked about because the run was cancelled.
	Unprobed int
	// Asked lists the questions to registries, in the order of the images.
	Asked []Asked
	// Omitted counts the dropped findings by rule.
	Omitted []Omitted
}

// Omitted counts the findings of a rule beyond Linter.MaxFindings.
type Omitted struct {
	Rule string
	// Errors, Warnings and Infos count dropped findings; Suppressed counts those that were suppressed.
	Errors, Warnings, Infos, Suppressed int
}

// Findings returns the number of dropped findings, without suppressed ones.
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

// Truncate drops findings beyond a linter's limit after findings of several runs were combined.
func (l *Linter) Truncate(r *Result) {
	most := l.MaxFindings
	c := newCollector(most, nil, l.Class)
	for i := range r.Omitted {
		c.left[r.Omitted[i].Rule] = &r.Omitted[i]
	}
	kept := map[kind]int{}
	cut := func(f Finding) bool {
		k := c.kindOf(&f)
		if kept[k]++; most == 0 || kept[k] <= most {
			return false
		}
		c.leaveOut(&f)
		return true
	}
	r.Findings, r.Suppressed = slices.DeleteFunc(r.Findings, cut), slices.DeleteFunc(r.Suppressed, cut)
	r.Omitted = c.lefts()
}

// OmittedFindings returns the number of dropped findings, without suppressed ones.
func (r Result) OmittedFindings() int {
	n := 0
	for i := range r.Omitted {
		n += r.Omitted[i].Findings()
	}
	return n
}

// Count returns the number of kept findings with a severity.
func (r Result) Count(s Severity) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// Worst returns the highest severity of all findings, including dropped ones, or Unset.
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

// level returns the severity with which a rule runs.
func (l *Linter) level(r *Rule) Severity {
	if s, ok := l.Levels[r.ID]; ok {
		return s
	}
	return r.Severity
}

// Run runs all enabled rules. An error means that the run failed, not that there are findings.
func (l *Linter) Run(ctx context.Context, set *manifests.Set) (Result, error) {
	if l.Settings.Kubernetes == 0 { // so that rules can simply compare versions
		newest := *l
		newest.Settings.Kubernetes = l.Settings.KubernetesMinor()
		l = &newest
	}
	ran := map[string]bool{}
	all := newCollector(l.MaxFindings, l.expected, l.Class)
	all.images = set.Stats.Images
	overrides := newOverrides(l.Settings.Overrides, l.Sources)
	add := func(f Finding) {
		if overrides.settle(&f, f.Severity) {
			all.add(f)
		}
	}
	hiding := l.suppressions(set, add)
	written := l.written(hiding)
	planner := plan.Renew(l.Planner, set, l.Settings.PlanOptions())
	if l.Planned != nil {
		l.Planned(planner)
	}
	lists := newLists(&l.Settings)
	facts, asked := l.facts(ctx, set, planner, lists.local)
	unasked := unasked(asked)
	if unasked > 0 || l.Prober != nil && ctx.Err() != nil {
		ctx = context.WithoutCancel(ctx) // report the answers so far
	}
	var running errgroup.Group
	atOnce := l.rulesAtOnce(set)
	running.SetLimit(atOnce)
	var mu sync.Mutex // guards the collected findings
	var shared sync.Map
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
			ran[r.ID] = ran[r.ID] || !overrides.turnsOff(s)
			_, forced := l.Levels[r.ID]
			passes = append(passes, &Pass{Set: set, Settings: l.Settings, Plan: planner, Done: ctx.Done(), facts: facts, lists: lists, shared: &shared, overrides: overrides, rule: r, only: s.only, pulls: l.Failing != nil, report: func(f Finding) {
				f.Rule, f.Group, f.Own, f.Outranks = r.ID, r.Group, r.Own, r.Outranks
				if f.Object != nil && f.Object.Namespace == "" {
					f.Namespace = planner.Namespace("", f.Object)
				}
				f.Advice = f.Advice || r.Advice && f.Cluster == (ClusterError{})
				if f.Severity == Unset || forced {
					f.Severity = level
				}
				if f.Fix != nil && f.Fix.Title == f.Help {
					f.Fix.Title = f.Help // share the string, because there may be many findings
				}
				mu.Lock()
				defer mu.Unlock()
				if !overrides.settle(&f, level) {
					return
				}
				e := l.suppressedBy(hiding, written, &f)
				if f.Settled {
					return
				}
				if e != nil {
					f.Suppressed, f.SuppressedBy = e.reason, e.where
				} else if f.Severity == Error {
					for _, pull := range f.Pulls {
						l.Failing(pull)
					}
				}
				f.Pulls = nil // they are many
				all.add(f)
			}})
		}
		check := func() error {
			for _, pass := range passes { // findings of one rule ID must come in a fixed order
				pass.rule.Check(pass)
			}
			return nil
		}
		if atOnce > 1 {
			running.Go(check)
		} else {
			_ = check() // in this goroutine, because its stack is large enough; a new one would have to grow
		}
	}
	_ = running.Wait() // it never fails
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	l.excuse(hiding, written, all, set)
	causes := newUnusedCauses(hiding, written, all, set)
	l.unused(hiding.entries, ran, causes.of, add)
	res := all.result()
	res.Unprobed, res.Asked = unasked, JoinAsked(asked, nil)
	return res, nil
}

// fewImages is the number of images up to which rules run sequentially, because starting threads would cost more.
const fewImages = 64

// rulesAtOnce is the number of concurrent rules. They do no I/O, so more than the number of processors gains nothing.
func (l *Linter) rulesAtOnce(set *manifests.Set) int {
	images := 0
	for _, w := range set.Workloads {
		if images += len(w.Images); images > fewImages {
			return runtime.GOMAXPROCS(0)
		}
	}
	return 1
}

// finish sorts findings and joins those with the same message about the same text: a value shared through an anchor is
// one mistake.
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

// Compare orders findings by position, then by rule.
func Compare(a, b Finding) int { return compare(&a, &b) }

func same(a, b *Finding) bool {
	return a.Rule == b.Rule && a.Message == b.Message && a.Span.File() == b.Span.File() && a.Span.Start() == b.Span.Start() && a.Span.End() == b.Span.End()
}

// maxUsers is the maximum number of named users of one text.
const maxUsers = 10

// join adds b's user to a.
func join(a, b *Finding) {
	if b.Severity > a.Severity {
		a.Severity = b.Severity
	}
	a.AwaitsSource = a.AwaitsSource && b.AwaitsSource
	if b.Object == nil || a.Object == b.Object && a.Path == b.Path || len(a.Related) > maxUsers {
		return
	}
	if len(a.Related) == maxUsers {
		a.Related = append(a.Related, Related{Message: "also used by others"})
		return
	}
	where := b.Object.Kind + " " + strings.TrimPrefix(b.Object.Namespace+"/"+b.Object.Name, "/")
	if b.Container != "" {
		where += ", container " + strings.TrimSpace(b.Container)
	}
	a.Related = append(a.Related, Related{Span: b.Object.Span, Message: "also used by " + where})
}
