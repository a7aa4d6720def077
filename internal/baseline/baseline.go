// Package baseline knows which findings someone has decided to live with for now: it reads and writes the file that lists them, and tells the
// findings of a run that are there from those that are new. It also tells what is new from what an older state of the files had.
package baseline

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// Name is the file that is written where none is named.
const Name = ".imagelint-baseline.json"

// Stdin is the file of what came through standard input.
const Stdin = "<stdin>"

// Entry is one finding of a baseline. The fingerprint and the file decide whether a finding is meant; the rest is for the people who review
// the baseline.
type Entry struct {
	File        string `json:"file"` // seen from the folder of the baseline, with slashes
	Object      string `json:"object,omitempty"`
	Container   string `json:"container,omitempty"`
	Path        string `json:"path,omitempty"` // where there is no image
	Image       string `json:"image,omitempty"`
	Rule        string `json:"rule"`
	Fingerprint string `json:"fingerprint"`
}

// String names the finding: "k8s/web.yaml: Deployment shop/web, container app: image-latest".
func (e Entry) String() string {
	where := e.File
	if e.Object != "" {
		where += ": " + e.Object
	}
	if e.Container != "" {
		where += ", container " + e.Container
	}
	return where + ": " + e.Rule
}

// compare orders entries as a baseline lists them.
func compare(a, b Entry) int {
	return cmp.Or(strings.Compare(a.File, b.File), strings.Compare(a.Object, b.Object), strings.Compare(a.Container, b.Container),
		strings.Compare(a.Path, b.Path), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Image, b.Image), strings.Compare(a.Fingerprint, b.Fingerprint))
}

// Run is what a baseline has to know of the run whose findings it is compared with.
type Run struct {
	Set *manifests.Set
	// Rel is how the baseline names a file of the run.
	Rel func(name string) string
	// Exists reports whether a file that the baseline names is there.
	Exists func(file string) bool
	// Examined reports whether the run has looked at a file that the baseline names; for one that does not exist, whether it would have.
	Examined func(file string) bool
	// RuleRan reports whether a rule was asked. A rule that there is no longer counts as asked.
	RuleRan func(rule string) bool
}

// Entries are the entries of findings, in no order.
func (r *Run) Entries(findings []lint.Finding) []Entry {
	out := make([]Entry, len(findings))
	for i := range findings {
		f := &findings[i]
		e := Entry{Object: objectOf(f.Object), Container: short(f.Container), Rule: f.Rule, Fingerprint: report.Fingerprint(f)}
		if f.Span.File != nil {
			e.File = r.Rel(f.Span.File.Name)
		}
		if e.Image = short(withoutLogin(f.Image)); e.Image == "" {
			e.Path = short(report.FieldPath(f))
		}
		out[i] = e
	}
	return out
}

// objectOf names an object: its kind, and its name with the namespace where it writes one.
func objectOf(o *manifests.Object) string {
	switch {
	case o == nil:
		return ""
	case o.Namespace != "":
		return short(o.Kind + " " + o.Namespace + "/" + o.Name)
	}
	return short(strings.TrimSpace(o.Kind + " " + o.Name))
}

// withoutLogin is an image reference, or "" where it is a URL that holds a login: behind the "@" of a digest comes no slash.
func withoutLogin(image string) string {
	if _, rest, ok := strings.Cut(image, "@"); ok && strings.Contains(rest, "/") {
		return ""
	}
	return image
}

// mostShown is how much of a text an entry holds, in bytes.
const mostShown = 256

// short is a text as an entry shows it, with nothing in it that speaks to a terminal.
func short(s string) string {
	if s = report.Escape(s); len(s) <= mostShown {
		return s
	}
	at := mostShown
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return s[:at] + "..."
}

// Compared is the result of comparing a run with a baseline.
type Compared struct {
	New, Known []lint.Finding
	// Stale are the entries for which the run has found nothing, though it has looked; Elsewhere, those it has not looked for.
	Stale, Elsewhere []Entry
}

// Compare divides the findings of a run. An entry stands for one finding: of two that are alike, one entry hides one. It hides a finding of the
// same fingerprint in the same file, or in another one if the object is no longer where the entry says.
func Compare(entries []Entry, findings []lint.Finding, r *Run) Compared {
	type place struct{ fingerprint, file string }
	here, anywhere := map[place][]int{}, map[string][]int{}
	for i, e := range entries {
		p := place{e.Fingerprint, e.File}
		here[p] = append(here[p], i)
	}
	used, known := make([]bool, len(entries)), make([]bool, len(findings))
	current := r.Entries(findings)
	for i := range current {
		p := place{current[i].Fingerprint, current[i].File}
		if left := here[p]; len(left) > 0 {
			used[left[0]], known[i] = true, true
			here[p] = left[1:]
		}
	}
	stands := r.objectExists()
	for i, e := range entries {
		if !used[i] && !stands(e) {
			anywhere[e.Fingerprint] = append(anywhere[e.Fingerprint], i)
		}
	}
	for i := range current {
		if left := anywhere[current[i].Fingerprint]; !known[i] && len(left) > 0 {
			used[left[0]], known[i] = true, true
			anywhere[current[i].Fingerprint] = left[1:]
		}
	}
	var out Compared
	for i := range findings {
		if known[i] {
			out.Known = append(out.Known, findings[i])
		} else {
			out.New = append(out.New, findings[i])
		}
	}
	for i, e := range entries {
		switch {
		case used[i]:
		case r.looked(e, stands):
			out.Stale = append(out.Stale, e)
		default:
			out.Elsewhere = append(out.Elsewhere, e)
		}
	}
	return out
}

// looked reports whether the run would have found what an entry stands for. Of standard input it is unknown what else it may hold at other
// times, so the object itself must have come.
func (r *Run) looked(e Entry, stands func(Entry) bool) bool {
	return r.RuleRan(e.Rule) && r.Examined(e.File) && (e.File != Stdin || e.Object == "" || stands(e))
}

// objectExists returns a function that reports whether an entry's object is still in the entry's file, for all that the run can tell.
func (r *Run) objectExists() func(Entry) bool {
	type place struct{ file, object string }
	there := map[place]bool{}
	add := func(o *manifests.Object) {
		if o != nil && !o.Context && o.Span.File != nil {
			there[place{r.Rel(o.Span.File.Name), objectOf(o)}] = true
		}
	}
	for _, w := range r.Set.Workloads {
		add(w.Object)
	}
	for _, s := range r.Set.Secrets {
		add(s.Object)
	}
	for _, a := range r.Set.ServiceAccounts {
		add(a.Object)
	}
	return func(e Entry) bool {
		switch {
		case there[place{e.File, e.Object}]:
			return true
		case e.File == Stdin || !r.Exists(e.File):
			return false
		}
		return e.Object == "" || !r.Examined(e.File)
	}
}

// Worsened divides findings into those that are more severe than any of the same fingerprint was before, and the rest.
func Worsened(now, then []lint.Finding) (louder, rest []lint.Finding) {
	was := map[string]lint.Severity{}
	for i := range then {
		p := report.Fingerprint(&then[i])
		was[p] = max(was[p], then[i].Severity)
	}
	for i := range now {
		if s, ok := was[report.Fingerprint(&now[i])]; ok && now[i].Severity > s {
			louder = append(louder, now[i])
		} else {
			rest = append(rest, now[i])
		}
	}
	return louder, rest
}

// Sorted returns entries in the order of the file.
func Sorted(entries []Entry) []Entry {
	entries = slices.Clone(entries)
	slices.SortFunc(entries, compare)
	return entries
}
