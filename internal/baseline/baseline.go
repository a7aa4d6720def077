// Package baseline reads and writes baseline files, which list accepted findings. It compares the findings of a run with a baseline and divides
// them into known and new ones. It also finds findings that are more severe than in an older state of the files.
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

// Name is the default name of a baseline file.
const Name = ".imagelint-baseline.json"

// Stdin is the file name in entries for standard input.
const Stdin = "<stdin>"

// Entry is one finding of a baseline. Only the fingerprint and the file decide whether a finding matches; the other fields help people review
// the file.
type Entry struct {
	File        string `json:"file"` // relative to the folder of the baseline, with slashes
	Object      string `json:"object,omitempty"`
	Container   string `json:"container,omitempty"`
	Path        string `json:"path,omitempty"` // if the finding has no image
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

// compare orders entries as they are sorted in the file.
func compare(a, b Entry) int {
	return cmp.Or(strings.Compare(a.File, b.File), strings.Compare(a.Object, b.Object), strings.Compare(a.Container, b.Container),
		strings.Compare(a.Path, b.Path), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Image, b.Image), strings.Compare(a.Fingerprint, b.Fingerprint))
}

// Run describes the run whose findings are compared with a baseline.
type Run struct {
	Set *manifests.Set
	// Rel returns the name that a baseline uses for a file of the run.
	Rel func(name string) string
	// Exists reports whether a file named in the baseline exists.
	Exists func(file string) bool
	// Examined reports whether the run examined a file named in the baseline or, if the file does not exist, whether it would have.
	Examined func(file string) bool
	// RuleRan reports whether a rule ran for a file named in the baseline and, if it is not "", for the rendered output that a finding in the file was
	// traced from. It is true for rules that no longer exist.
	RuleRan func(rule, file, rendered string) bool
}

// Entries returns an entry for each finding, in the order of findings.
func (r *Run) Entries(findings []lint.Finding) []Entry {
	out := make([]Entry, len(findings))
	for i := range findings {
		f := &findings[i]
		e := Entry{Object: objectOf(f.Object), Container: short(f.Container), Rule: f.Rule, Fingerprint: report.Fingerprint(f)}
		if f.Span.File() != nil {
			e.File = r.Rel(f.Span.File().Name)
		}
		if e.Image = short(withoutLogin(f.Image)); e.Image == "" {
			e.Path = short(report.FieldPath(f))
		}
		out[i] = e
	}
	return out
}

// objectOf returns the kind and name of an object, with the namespace if the object sets one.
func objectOf(o *manifests.Object) string {
	switch {
	case o == nil:
		return ""
	case o.Namespace != "":
		return short(o.Kind + " " + o.Namespace + "/" + o.Name)
	}
	return short(strings.TrimSpace(o.Kind + " " + o.Name))
}

// withoutLogin returns image, or "" if it is a URL with a login: no slash can follow the "@" of a digest.
func withoutLogin(image string) string {
	if _, rest, ok := strings.Cut(image, "@"); ok && strings.Contains(rest, "/") {
		return ""
	}
	return image
}

// maxShown is the maximum length of a text in an entry, in bytes.
const maxShown = 256

// short escapes s for terminals and truncates it to maxShown bytes.
func short(s string) string {
	if s = report.Escape(s); len(s) <= maxShown {
		return s
	}
	at := maxShown
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return s[:at] + "..."
}

// Compared is the result of comparing a run with a baseline.
type Compared struct {
	New, Known []lint.Finding
	// Stale holds entries without a finding in files that the run examined; Elsewhere holds those that the run could not check.
	Stale, Elsewhere []Entry
	// Suppressed holds the stale entries whose findings are suppressed; see Run.Suppressed.
	Suppressed []Entry
}

// Compare divides findings into known and new ones. An entry matches one finding, so of two equal findings one entry hides only one. It matches
// a finding with the same fingerprint in the same file, or in another file if the entry's object is no longer in its file.
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
	r.knowAtHome(entries, findings, used, known)
	stands, ran := r.objectExists(), r.ruleRan()
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
		case r.looked(e, stands, ran):
			out.Stale = append(out.Stale, e)
		default:
			out.Elsewhere = append(out.Elsewhere, e)
		}
	}
	return out
}

// knowAtHome marks the findings whose entries are about the Secret or service account at fault, and these entries. One entry stands for all uses of such an
// object.
func (r *Run) knowAtHome(entries []Entry, findings []lint.Finding, used, known []bool) {
	type place struct{ fingerprint, file string }
	var at map[place][]int
	for i := range findings {
		if known[i] || findings[i].Home == nil {
			continue
		}
		if at == nil {
			at = make(map[place][]int, len(entries))
			for k, e := range entries {
				p := place{e.Fingerprint, e.File}
				at[p] = append(at[p], k)
			}
		}
		home := *findings[i].Home
		home.Rule = findings[i].Rule
		e := r.Entries([]lint.Finding{home})[0]
		for _, k := range at[place{e.Fingerprint, e.File}] {
			used[k], known[i] = true, true
		}
	}
}

// Suppressed returns the stale entries that match suppressed findings of the run, each one entry.
func (r *Run) Suppressed(stale []Entry, suppressed []lint.Finding) []Entry {
	if len(stale) == 0 {
		return nil
	}
	type place struct{ fingerprint, file string }
	left := map[place]int{}
	for _, e := range r.Entries(suppressed) {
		left[place{e.Fingerprint, e.File}]++
	}
	var out []Entry
	for _, e := range stale {
		if p := (place{e.Fingerprint, e.File}); left[p] > 0 {
			left[p]--
			out = append(out, e)
		}
	}
	return out
}

// looked reports whether the run would have reported the finding of an entry. Standard input may hold different objects on each run, so there
// the object itself must be in the input.
func (r *Run) looked(e Entry, stands, ran func(Entry) bool) bool {
	return ran(e) && r.Examined(e.File) && (e.File != Stdin || e.Object == "" || stands(e))
}

// ruleRan returns a function that reports whether the rule of an entry ran for its file and for all rendered output with its object.
func (r *Run) ruleRan() func(Entry) bool {
	rendered := map[string][]string{} // by object
	add := func(o *manifests.Object) {
		if o == nil || o.Span.File() == nil || !o.Span.File().InMemory {
			return
		}
		name, file := objectOf(o), r.Rel(o.Span.File().Name)
		if !slices.Contains(rendered[name], file) {
			rendered[name] = append(rendered[name], file)
		}
	}
	r.eachObject(add)
	return func(e Entry) bool {
		return r.RuleRan(e.Rule, e.File, "") && !slices.ContainsFunc(rendered[e.Object], func(file string) bool { return !r.RuleRan(e.Rule, e.File, file) })
	}
}

// eachObject calls a function for the objects of the run that findings may be about.
func (r *Run) eachObject(each func(*manifests.Object)) {
	for _, w := range r.Set.Workloads {
		each(w.Object)
	}
	for _, s := range r.Set.Secrets {
		each(s.Object)
	}
	for _, a := range r.Set.ServiceAccounts {
		each(a.Object)
	}
}

// objectExists returns a function that reports whether an entry's object is still in the entry's file, as far as the run can tell.
func (r *Run) objectExists() func(Entry) bool {
	type place struct{ file, object string }
	there := map[place]bool{}
	add := func(o *manifests.Object) {
		if o != nil && !o.Context && o.Span.File() != nil {
			there[place{r.Rel(o.Span.File().Name), objectOf(o)}] = true
		}
	}
	r.eachObject(add)
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

// SplitWorsened divides now into findings that are more severe than every finding in then with the same fingerprint, and the rest.
func SplitWorsened(now, then []lint.Finding) (worse, rest []lint.Finding) {
	was := map[string]lint.Severity{}
	for i := range then {
		p := report.Fingerprint(&then[i])
		was[p] = max(was[p], then[i].Severity)
	}
	for i := range now {
		if s, ok := was[report.Fingerprint(&now[i])]; ok && now[i].Severity > s {
			worse = append(worse, now[i])
		} else {
			rest = append(rest, now[i])
		}
	}
	return worse, rest
}

// Sorted returns a copy of entries in file order.
func Sorted(entries []Entry) []Entry {
	entries = slices.Clone(entries)
	slices.SortFunc(entries, compare)
	return entries
}
