package lint_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
)

// pods are files with a pod each, whose image both test rules report; every third one is suppressed by a comment.
func pods(n int) []file {
	var out []file
	for i := range n {
		comment := ""
		if i%3 == 0 {
			comment = " # imagelint:ignore a-tag -- known"
		}
		out = append(out, file{fmt.Sprintf("%03d.yaml", i), lines("apiVersion: v1", "kind: Pod", "metadata: {name: p}", "spec:", "  containers:",
			fmt.Sprintf("  - {name: a, image: 'bad:%d'}%s", i, comment))})
	}
	return out
}

// A bound keeps the findings that stand first, counts the others, and changes nothing about suppressions.
func TestMaxFindings(t *testing.T) {
	t.Parallel()
	files := pods(30)
	all := run(t, lint.Linter{}, files...)
	slices.Reverse(files)
	for _, most := range []int{1, 2, 7, 20, 30, 1000} {
		res := run(t, lint.Linter{MaxFindings: most}, files...)
		for what, lists := range map[string][2][]lint.Finding{"shown": {all.Findings, res.Findings}, "suppressed": {all.Suppressed, res.Suppressed}} {
			kept := map[string]int{}
			var want []string
			for i := range lists[0] {
				if f := lists[0][i : i+1]; kept[f[0].Rule] < most {
					kept[f[0].Rule]++
					want = append(want, brief(f)...)
				}
			}
			if diff := cmp.Diff(want, brief(lists[1])); diff != "" {
				t.Errorf("%d findings, %s (-want +got):\n%s", most, what, diff)
			}
		}
		var want []lint.Omitted
		if most < 20 {
			want = append(want, lint.Omitted{Rule: "a-tag", Warnings: 20 - most, Suppressed: max(0, 10-most)})
		}
		if most < 30 {
			want = append(want, lint.Omitted{Rule: "b-word", Errors: 30 - most})
		}
		if diff := cmp.Diff(want, res.Omitted); diff != "" {
			t.Errorf("%d findings, left out (-want +got):\n%s", most, diff)
		}
	}
}

// A finding that is left out weighs as much as one that is kept.
func TestWorstOfWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	files := []file{
		{"a.yaml", lines("apiVersion: v1", "kind: Pod", "metadata: {name: p}", "spec:", "  containers:", "  - {name: a, image: 'harmless-bad'}")},
		{"b.yaml", lines("apiVersion: v1", "kind: Pod", "metadata: {name: p}", "spec:", "  containers:", "  - {name: a, image: 'bad'}")},
	}
	res := run(t, lint.Linter{MaxFindings: 1}, files...)
	if res.Count(lint.Error) != 0 || res.Worst() != lint.Error || res.OmittedFindings() != 1 {
		t.Errorf("worst %v, %d left out, of %v", res.Worst(), res.OmittedFindings(), brief(res.Findings))
	}
}

// What several users share is one finding, and takes the place of one.
func TestMaxFindingsOfASharedText(t *testing.T) {
	t.Parallel()
	text := "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - {name: a, image: &i app:1}\n"
	for i := range 20 {
		text += fmt.Sprintf("  - {name: c%d, image: *i}\n", i)
	}
	text += "  - {name: z, image: 'app:2'}\n"
	res := run(t, lint.Linter{MaxFindings: 2}, file{"a.yaml", text})
	if diff := cmp.Diff([]string{"warning a-tag a.yaml:6", "warning a-tag a.yaml:27"}, brief(res.Findings)); diff != "" || len(res.Omitted) > 0 {
		t.Errorf("left %v, findings (-want +got):\n%s", res.Omitted, diff)
	}
}

// Each class of findings has the limit for itself, also when the findings of several runs are combined.
func TestMaxFindingsByClass(t *testing.T) {
	t.Parallel()
	last := func(f *lint.Finding) int {
		if f.Span.File() != nil && f.Span.File().Name == "029.yaml" {
			return 1
		}
		return 0
	}
	linter := lint.Linter{MaxFindings: 2, Class: last}
	want := []string{"error b-word 000.yaml:6", "warning a-tag 001.yaml:6", "error b-word 001.yaml:6", "warning a-tag 002.yaml:6", "warning a-tag 029.yaml:6", "error b-word 029.yaml:6"}
	res := run(t, linter, pods(30)...)
	if diff := cmp.Diff(want, brief(res.Findings)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	all := run(t, lint.Linter{}, pods(30)...)
	linter.Truncate(&all)
	if diff := cmp.Diff(want, brief(all.Findings)); diff != "" {
		t.Errorf("combined (-want +got):\n%s", diff)
	}
}
