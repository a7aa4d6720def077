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

// Entry is one finding of a baseline. Only the fingerprint, the build and the file decide whether a finding matches; the other fields help people review
// the file.
type Entry struct {
	File        string `json:"file"` // relative to the folder of the baseline, with slashes
	Object      string `json:"object,omitempty"`
	Container   string `json:"container,omitempty"`
	Path        string `json:"path,omitempty"` // if the finding has no image
	Image       string `json:"image,omitempty"`
	Rule        string `json:"rule"`
	Build       string `json:"build,omitempty"` // see lint.Finding.Build
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
	if e.Build != "" {
		where += ", built for " + e.Build
	}
	return where + ": " + e.Rule
}

// compare orders entries as they are sorted in the file.
func compare(a, b Entry) int {
	return cmp.Or(strings.Compare(a.File, b.File), strings.Compare(a.Object, b.Object), strings.Compare(a.Container, b.Container),
		strings.Compare(a.Path, b.Path), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Image, b.Image), strings.Compare(a.Build, b.Build), strings.Compare(a.Fingerprint, b.Fingerprint))
}

// Run describes the run whose findings are compared with a baseline.
type Run struct {
	Set *manifests.Set
	// Layers are the sets of what was linted apart from it, such as further overlays of a base.
	Layers []*manifests.Set
	// Written returns the file that an object in the output of a kustomization was written in, and its namespace and name there; nil means that there are
	// no kustomizations.
	Written func(*manifests.Object) (file string, name lint.ObjectName, ok bool)
	// Rel returns the name that a baseline uses for a file of the run.
	Rel func(name string) string
	// Exists reports whether a file named in the baseline exists.
	Exists func(file string) bool
	// Examined reports whether the run examined a file named in the baseline or, if the file does not exist, whether it would have.
	Examined func(file string) bool
	// BuiltElsewhere reports whether a kustomization that the run did not read may build a file named in the baseline; nil if none may.
	BuiltElsewhere func(file string) bool
	// RuleRan reports whether a rule ran for a file named in the baseline and, if it is not "", for the rendered output that a finding in the file was
	// traced from. It is true for rules that no longer exist.
	RuleRan func(rule, file, rendered string) bool
}

// Entries returns an entry for each finding, in the order of findings.
func (r *Run) Entries(findings []lint.Finding) []Entry {
	out := make([]Entry, len(findings))
	for i := range findings {
		f := &findings[i]
		e := Entry{Container: short(f.Container), Rule: f.Rule, Build: short(f.Build()), Fingerprint: report.Fingerprint(f)}
		if f.Object != nil {
			e.Object = objectNamed(f.Object.Kind, f.Identity())
		}
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
	if o == nil {
		return ""
	}
	return objectNamed(o.Kind, lint.ObjectName{Namespace: o.AsWritten().Namespace, Name: o.Name})
}

func objectNamed(kind string, n lint.ObjectName) string {
	if n.Namespace != "" {
		return short(kind + " " + n.Namespace + "/" + n.Name)
	}
	return short(strings.TrimSpace(kind + " " + n.Name))
}

// origin returns the file and the name of an object as an entry about it has them: those that it was written with.
func (r *Run) origin(o *manifests.Object) (file, object string) {
	if r.Written != nil {
		if file, name, ok := r.Written(o); ok {
			return r.Rel(file), objectNamed(o.Kind, name)
		}
	}
	return r.Rel(o.Span.File().Name), objectOf(o)
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
	// Current holds the entries of a baseline with the findings of the run and those that it could not check.
	Current []Entry
}

// place is where an entry matches a finding.
type place struct{ fingerprint, file, build string }

// Compare divides findings into known and new ones. An entry matches one finding, so of two equal findings one entry hides only one. It matches
// a finding with the same fingerprint in the same file, or in another file if the entry's object is no longer in its file.
func Compare(entries []Entry, findings []lint.Finding, r *Run) Compared {
	used, known := make([]bool, len(entries)), make([]bool, len(findings))
	current := r.Entries(findings)
	first := firsts(findings, current)
	for i := range known {
		known[i] = first[i] != i // until the first one is compared
	}
	builds := builds{entries: make([]bool, len(entries)), findings: make([]bool, len(findings))}
	builds.match(entries, current, used, known, func(e *Entry) place { return place{e.Fingerprint, e.File, e.Build} }, nil)
	r.knowAtHome(entries, findings, used, known)
	stands, ran, built := r.objectExists(), r.ruleRan(), r.isBuilt()
	builds.match(entries, current, used, known, func(e *Entry) place { return place{fingerprint: e.Fingerprint, build: e.Build} }, stands)
	var out Compared
	for i := range findings {
		known[i] = known[first[i]]
		if first[i] == i && !builds.findings[i] {
			out.Current = append(out.Current, current[i])
		}
		if known[i] {
			out.Known = append(out.Known, findings[i])
		} else {
			out.New = append(out.New, findings[i])
		}
	}
	for i, e := range entries {
		switch {
		case builds.entries[i]:
			out.Current = append(out.Current, e)
		case used[i]:
		case r.looked(e, stands, ran, built):
			out.Stale = append(out.Stale, e)
		default:
			out.Elsewhere, out.Current = append(out.Elsewhere, e), append(out.Current, e)
		}
	}
	return out
}

// firsts returns the index of the first finding that is the same as each one: at the same place of a base, in what several overlays build from it. Their
// messages may differ in the name that an overlay gives.
func firsts(findings []lint.Finding, current []Entry) []int {
	type spot struct {
		place
		from, to int
	}
	out, seen := make([]int, len(findings)), map[spot]int{}
	for i := range findings {
		out[i] = i
		f := &findings[i]
		if f.Written == nil || f.Span.Start().Line == 0 {
			continue
		}
		s := spot{place{current[i].Fingerprint, current[i].File, current[i].Build}, f.Span.Start().Offset, f.Span.End().Offset}
		if n, ok := seen[s]; ok {
			out[i] = n
		} else {
			seen[s] = i
		}
	}
	return out
}

// builds are the entries about builds that a run did not make, and the findings that they are known from.
type builds struct{ entries, findings []bool }

// match marks the findings of a run that entries match at the place that at returns for an entry, and these entries. Entries for which skip returns true
// match nothing.
//
// A finding without a Build is about a file that was not built, or not for a namespace. It is the same mistake as those of all builds, so it uses the entries
// of all of them, and an entry for it is one for each build.
func (b *builds) match(entries, current []Entry, used, known []bool, at func(*Entry) place, skip func(Entry) bool) {
	left, names := map[place][]int{}, map[place][]string{}
	for i := range entries {
		if used[i] || skip != nil && skip(entries[i]) {
			continue
		}
		p := at(&entries[i])
		left[p] = append(left[p], i)
		if whole := (place{p.fingerprint, p.file, ""}); p.build != "" && !slices.Contains(names[whole], p.build) {
			names[whole] = append(names[whole], p.build)
		}
	}
	whole := map[place][]int{} // the entries without a Build before any was used
	for p, all := range left {
		if p.build == "" {
			whole[p] = all
		}
	}
	take := func(p place) bool {
		all := left[p]
		if len(all) == 0 {
			return false
		}
		used[all[0]] = true
		left[p] = all[1:]
		return true
	}
	for i := range current {
		if known[i] {
			continue
		}
		p := at(&current[i])
		known[i] = take(p)
		if p.build != "" {
			continue
		}
		for _, build := range names[p] {
			one := place{p.fingerprint, p.file, build}
			if all := left[one]; take(one) {
				b.entries[all[0]], b.findings[i] = true, !known[i] || b.findings[i]
				known[i] = true
			}
		}
	}
	taken := map[place]int{}
	for i := range current {
		p := at(&current[i])
		if known[i] || p.build == "" {
			continue
		}
		n := taken[p]
		if all := whole[place{p.fingerprint, p.file, ""}]; n < len(all) {
			used[all[n]], known[i] = true, true
			taken[p]++
		}
	}
}

// knowAtHome marks the findings whose entries are about the Secret or service account at fault, and these entries. One entry stands for all uses of such an
// object.
func (r *Run) knowAtHome(entries []Entry, findings []lint.Finding, used, known []bool) {
	var at map[place][]int
	for i := range findings {
		if known[i] || findings[i].Home == nil {
			continue
		}
		if at == nil {
			at = make(map[place][]int, len(entries))
			for k, e := range entries {
				p := place{fingerprint: e.Fingerprint, file: e.File}
				at[p] = append(at[p], k)
			}
		}
		home := *findings[i].Home
		home.Rule = findings[i].Rule
		e := r.Entries([]lint.Finding{home})[0]
		for _, k := range at[place{fingerprint: e.Fingerprint, file: e.File}] {
			used[k], known[i] = true, true
		}
	}
}

// Suppressed returns the stale entries that match suppressed findings of the run, each one entry.
func (r *Run) Suppressed(stale []Entry, suppressed []lint.Finding) []Entry {
	if len(stale) == 0 {
		return nil
	}
	left := map[place]int{}
	for _, e := range r.Entries(suppressed) {
		left[place{e.Fingerprint, e.File, e.Build}]++
	}
	var out []Entry
	for _, e := range stale {
		if p := (place{e.Fingerprint, e.File, e.Build}); left[p] > 0 {
			left[p]--
			out = append(out, e)
		}
	}
	return out
}

// looked reports whether the run would have reported the finding of an entry. Standard input may hold different objects on each run, so there
// the object itself must be in the input. What depends on the build of a kustomization is found only by a run that builds it.
func (r *Run) looked(e Entry, stands, ran, built func(Entry) bool) bool {
	return ran(e) && r.Examined(e.File) && (!r.Exists(e.File) || built(e)) && (e.File != Stdin || e.Object == "" || stands(e))
}

// ruleRan returns a function that reports whether the rule of an entry ran for its file and for all rendered output with its object.
func (r *Run) ruleRan() func(Entry) bool {
	rendered := map[string][]string{} // by object
	add := func(o *manifests.Object) {
		if o == nil || o.Span.File() == nil || !o.Span.File().InMemory {
			return
		}
		file := r.Rel(o.Span.File().Name)
		_, name := r.origin(o)
		if !slices.Contains(rendered[name], file) {
			rendered[name] = append(rendered[name], file)
		}
	}
	r.eachObject(add)
	return func(e Entry) bool {
		return r.RuleRan(e.Rule, e.File, "") && !slices.ContainsFunc(rendered[e.Object], func(file string) bool { return !r.RuleRan(e.Rule, e.File, file) })
	}
}

// isBuilt returns a function that reports whether the run built all that the finding of an entry may depend on.
func (r *Run) isBuilt() func(Entry) bool {
	objects := map[string][]string{} // the builds of each object as it is written
	if r.Written != nil {
		r.eachObject(func(o *manifests.Object) {
			if o == nil || o.Span.File() == nil {
				return
			}
			if _, name, ok := r.Written(o); ok {
				written := objectNamed(o.Kind, name)
				objects[written] = append(objects[written], o.Namespace, o.Namespace+"/"+o.Name)
			}
		})
	}
	return func(e Entry) bool {
		builds := objects[e.Object]
		switch {
		case e.Build != "" && slices.Contains(builds, e.Build):
			return true
		case r.BuiltElsewhere != nil && r.BuiltElsewhere(e.File):
			return false
		}
		return e.Build == "" || len(builds) > 0
	}
}

// eachObject calls a function for the objects of the run that findings may be about.
func (r *Run) eachObject(each func(*manifests.Object)) {
	for _, set := range append([]*manifests.Set{r.Set}, r.Layers...) {
		for _, w := range set.Workloads {
			each(w.Object)
		}
		for _, s := range set.Secrets {
			each(s.Object)
		}
		for _, a := range set.ServiceAccounts {
			each(a.Object)
		}
	}
}

// objectExists returns a function that reports whether an entry's object is still in the entry's file, as far as the run can tell.
func (r *Run) objectExists() func(Entry) bool {
	type place struct{ file, object string }
	there := map[place]bool{}
	add := func(o *manifests.Object) {
		if o != nil && !o.Context && o.Span.File() != nil {
			file, object := r.origin(o)
			there[place{file, object}] = true
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

// SplitWorsened divides now into findings that are more severe than every finding in then with the same fingerprint in the same file, or, if there is
// none, in any file, and the rest. One that was unproven is the same mistake with more evidence. The runs return the names of the files.
func SplitWorsened(now, then []lint.Finding, r, before *Run) (worse, rest []lint.Finding) {
	was := map[place]lint.Severity{}
	places := func(e *Entry) [3]place {
		return [...]place{{e.Fingerprint, e.File, e.Build}, {e.Fingerprint, e.File, ""}, {fingerprint: e.Fingerprint}}
	}
	old := before.Entries(then)
	for i := range old {
		s := then[i].Severity
		if then[i].Unproven {
			s = lint.Error
		}
		for _, p := range places(&old[i]) {
			was[p] = max(was[p], s)
		}
	}
	current := r.Entries(now)
	for i := range current {
		var s lint.Severity
		for _, p := range places(&current[i]) {
			if s = was[p]; s != lint.Unset {
				break
			}
		}
		if s != lint.Unset && now[i].Severity > s {
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
