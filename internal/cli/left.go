package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/baseline"
	"github.com/imagelint-dev/imagelint/lint"
)

// defaultMaxFindings is how many findings of a rule are kept unless something else is said. Nobody reads as many, and a small input can ask for
// millions.
const defaultMaxFindings = 10_000

// tellLeft says which findings are not kept.
func (c Command) tellLeft(r *run, result lint.Result) {
	var rules []string
	for i := range result.Left {
		if n := result.Left[i].Findings(); n > 0 {
			rules = append(rules, fmt.Sprintf("%d of %s", n, result.Left[i].Rule))
		}
	}
	if len(rules) > 0 {
		c.complain(fmt.Errorf("left out findings beyond the first %d of each rule: %s; --max-findings 0 keeps all", r.linter.MaxFindings, strings.Join(rules, ", ")))
	}
}

// mostLeft joins what two layers leave out. What stands in files is in both, so that of each rule the higher number counts.
func mostLeft(a, b []lint.Left) []lint.Left {
	out := slices.Clone(a)
	for _, l := range b {
		i, ok := slices.BinarySearchFunc(out, l.Rule, func(l lint.Left, rule string) int { return strings.Compare(l.Rule, rule) })
		if !ok {
			out = slices.Insert(out, i, l)
			continue
		}
		o := &out[i]
		o.Errors, o.Warnings, o.Infos, o.Suppressed = max(o.Errors, l.Errors), max(o.Warnings, l.Warnings), max(o.Infos, l.Infos), max(o.Suppressed, l.Suppressed)
	}
	return out
}

// withoutLeft leaves the entries of a baseline out that may be among the findings that are not kept.
func withoutLeft(stale []baseline.Entry, left []lint.Left) []baseline.Entry {
	return slices.DeleteFunc(slices.Clone(stale), func(e baseline.Entry) bool {
		return slices.ContainsFunc(left, func(l lint.Left) bool { return l.Rule == e.Rule && l.Findings() > 0 })
	})
}
