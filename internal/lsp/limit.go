package lsp

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/lint"
)

// maxFindings limits the findings of each rule, separately for the open files and for all others. Editors slow
// down with more.
const maxFindings = 1000

// Classes of findings, each with its own limit. The class of a finding in rendered output is known
// only after it is traced to its source.
const (
	classOthers = iota
	classOpen
	classRendered
)

// requestWith returns the request for a run while these documents are open. Their findings must not be dropped
// because other files have many.
func (u *setup) requestWith(docs map[string]*document) engine.Request {
	req := u.request
	req.Linter.Class = func(f *lint.Finding) int {
		switch at := report.Where(f).File(); {
		case at == nil:
			return classOthers
		case docs[at.Name] != nil:
			return classOpen
		case at.InMemory:
			return classRendered
		}
		return classOthers
	}
	return req
}

// dropped returns a message about the findings that are not shown because of the limit, or "". If only open files
// are shown, it only counts theirs.
func (r *result) dropped() string {
	limit := r.setup.request.Linter.MaxFindings
	open := map[string]int{}
	for i := range r.Result.Findings {
		f := &r.Result.Findings[i]
		if at := report.Where(f).File(); at != nil && r.docs[at.Name] != nil {
			open[f.Rule]++
		}
	}
	var rules []string
	for i := range r.Result.Omitted {
		o := &r.Result.Omitted[i]
		if n := o.Findings(); n > 0 && (!r.setup.OpenFilesOnly || open[o.Rule] >= limit) {
			rules = append(rules, fmt.Sprintf("%d of %s", n, o.Rule))
		}
	}
	if len(rules) == 0 {
		return ""
	}
	return fmt.Sprintf("dropped findings after the first %d of each rule, counted apart for the open files: %s; the setting max-findings changes the limit", limit, strings.Join(rules, ", "))
}
