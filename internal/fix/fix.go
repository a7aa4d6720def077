// Package fix applies the fixes of findings in memory until none is left that helps. Fixes are byte-exact edits and do not overlap; those that would
// cause a finding or change more than they say are dropped. The result can be shown as a diff or written. The package does not parse manifests: it
// calls the linter again.
package fix

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// Lint lints the whole input again, with new contents for some of its files.
type Lint func(ctx context.Context, contents map[string][]byte) (*manifests.Set, lint.Result, error)

// Options selects what to fix.
type Options struct {
	// All also applies fixes that may not be what the author meant.
	All bool
	// Built also applies fixes of findings on text that was built from the files, which Lint builds again.
	Built bool
	// MaxRuns is the maximum number of times that the input is linted again; 0 is for inputs that are not rendered.
	MaxRuns int
	// SkipSensitive skips fixes whose lines must not be shown.
	SkipSensitive bool
	// Roots maps each file that may be changed to the folder that it must stay in.
	Roots map[string]string
	// Files is the file system to read from; nil is that of the machine.
	Files files.FS
	// Only selects the findings to fix; nil selects all.
	Only func(*lint.Finding) bool
	Lint Lint
}

// Unfixed is a fix that was not applied.
type Unfixed struct {
	Finding lint.Finding
	Why     string
	// NeedsReview is true if the only reason is that the fix needs a review.
	NeedsReview bool
}

// Outcome is the result of the fixes, before anything is written.
type Outcome struct {
	// Set and Result are those of the changed input.
	Set     *manifests.Set
	Result  lint.Result
	Fixed   []lint.Finding
	Unfixed []Unfixed
	// Files are the changed files, by name.
	Files []*File
}

// maxRuns is the maximum number of times that the input is linted again if it is not rendered.
const maxRuns = 200

// engine is the state of one call of Apply.
type engine struct {
	o       Options
	set     *manifests.Set
	result  lint.Result
	files   map[string]*File
	names   map[string][]imageref.Range // the names that fixes of the result replace, by file; nil if not collected yet
	dropped map[string]string           // reasons, by key of the fix
	fixed   []lint.Finding
}

// Apply applies the fixes of a result in memory. It reads a file when it reaches the first fix in it.
func Apply(ctx context.Context, o Options, set *manifests.Set, result lint.Result) (*Outcome, error) {
	e := &engine{o: o, set: set, result: result, files: map[string]*File{}, dropped: map[string]string{}}
	for range e.maxRuns() {
		batch, fresh := e.batch()
		if fresh { // changed files must be the linted ones
			if err := e.lint(ctx); err != nil {
				return nil, err
			}
			continue
		}
		if len(batch) == 0 {
			break
		}
		if err := e.try(ctx, batch); err != nil {
			return nil, err
		}
	}
	return e.outcome(), nil
}

func (e *engine) maxRuns() int { return cmp.Or(e.o.MaxRuns, maxRuns) }

// contents returns the contents of the files, with the texts in next in place of the current ones.
func (e *engine) contents(next map[string]*text) map[string][]byte {
	out := map[string][]byte{}
	for name, f := range e.files {
		if f.why != "" {
			continue
		}
		t := f.text
		if n := next[f.Path]; n != nil {
			t = n
		}
		out[name] = f.encode(t.data)
	}
	return out
}

func (e *engine) lint(ctx context.Context) error {
	set, result, err := e.o.Lint(ctx, e.contents(nil))
	e.use(set, result)
	return err
}

// use makes a result the current one.
func (e *engine) use(set *manifests.Set, result lint.Result) {
	e.set, e.result, e.names = set, result, nil
	for _, f := range e.files {
		f.shown = lineSecrecy{} // the names in it are of the old result
	}
}

// candidate is a finding whose fix may be applied.
type candidate struct {
	*lint.Finding
	key  string
	file *File
}

// batch returns the fixes that can be applied at once. fresh is true if files were read, so that their findings must be looked up again.
func (e *engine) batch() (batch []candidate, fresh bool) {
	for i := range e.result.Findings {
		f := &e.result.Findings[i]
		c := candidate{Finding: f, key: keyOf(f)}
		if f.Fix == nil || e.dropped[c.key] != "" || !f.Fix.Safe && !e.o.All || e.o.Only != nil && !e.o.Only(f) {
			continue
		}
		name := f.Fix.Edits[0].Span.File().Name
		if c.file = e.files[name]; c.file == nil {
			c.file = e.open(name)
			fresh = fresh || c.file.why == ""
		}
		if e.obstacle(c) != "" {
			continue
		}
		if slices.ContainsFunc(batch, func(other candidate) bool { return conflict(&c, &other) }) {
			continue // it is next after the other one
		}
		batch = append(batch, c)
	}
	return batch, fresh
}

// obstacle returns why a fix cannot be applied to its file, or "".
func (e *engine) obstacle(c candidate) string {
	switch why := c.Uneditable(); {
	case why != "":
		return why
	case c.file.why != "":
		return c.file.why
	case len(c.Origins) > 0 && !e.o.Built:
		return "the text was made from other files"
	}
	for _, edit := range c.Fix.Edits {
		if _, to := offsets(&edit); edit.Span.File().Name != c.file.Name || to > len(c.file.text.data) {
			return "it changes more than one file"
		}
	}
	if e.o.SkipSensitive {
		return c.file.hiddenReason(c.Fix, e.namesIn(c.file))
	}
	return ""
}

// namesIn returns where fixes replace a name, such as that of a Secret, in the order of the text. A name is no secret value, whatever its key is called.
func (e *engine) namesIn(f *File) []imageref.Range {
	if e.names == nil {
		e.names = map[string][]imageref.Range{}
		for i := range e.result.Findings {
			if fix := e.result.Findings[i].Fix; fix != nil {
				for n := range fix.Edits {
					if edit := &fix.Edits[n]; edit.Span.IsName() {
						from, to := offsets(edit)
						name := edit.Span.File().Name
						e.names[name] = append(e.names[name], imageref.Range{Start: from, End: to})
					}
				}
			}
		}
		for _, names := range e.names {
			slices.SortFunc(names, func(a, b imageref.Range) int { return cmp.Compare(a.Start, b.Start) })
		}
	}
	return e.names[f.Name]
}

// conflict reports whether two fixes cannot be applied at once: their edits overlap, or they are in the same file and one of them moves lines, which
// needs another check than a change of values.
func conflict(a, b *candidate) bool {
	if a.file.Path != b.file.Path {
		return false
	}
	if (a.Fix.NewValue == "") != (b.Fix.NewValue == "") || a.file != b.file {
		return true
	}
	return slices.ContainsFunc(a.Fix.Edits, func(x lint.Edit) bool {
		return slices.ContainsFunc(b.Fix.Edits, func(y lint.Edit) bool { return overlap(&x, &y) })
	})
}

// try applies as many fixes of a batch as work together. Those that fail are dropped when they are tried alone.
func (e *engine) try(ctx context.Context, batch []candidate) error {
	next, batch := e.texts(batch)
	for len(batch) > 0 {
		set, result, err := e.o.Lint(ctx, e.contents(next))
		if err != nil {
			return err
		}
		blamed := e.worse(batch, result)
		if len(blamed) == 0 {
			e.use(set, result)
			for _, f := range e.files {
				if t := next[f.Path]; t != nil {
					f.text = t
				}
			}
			for i := range batch {
				e.fixed = append(e.fixed, *batch[i].Finding)
			}
			return nil
		}
		next, batch = e.texts(e.drop(batch, blamed))
	}
	return nil
}

// drop returns the part of a batch to try next: the fixes that are not blamed, or else, if some are only suspected, half of the batch, or else one fix
// per object; for built text, one per file instead of both. If that is the whole batch, the blamed fixes are the cause, and it drops them.
func (e *engine) drop(batch []candidate, blamed map[string]blame) []candidate {
	suspected := false
	rest := slices.DeleteFunc(slices.Clone(batch), func(c candidate) bool {
		b, ok := blamed[c.key]
		suspected = suspected || b.suspected
		return ok
	})
	switch {
	case len(rest) > 0:
		return rest
	case suspected && len(batch) > 1 && !e.o.Built:
		return batch[:len(batch)/2]
	}
	seen := map[string]bool{}
	for _, c := range batch {
		at := objectKey(c.Finding)
		if e.o.Built { // several objects may be built from one file, and each attempt takes long
			at = c.file.Path
		}
		if !seen[at] {
			seen[at] = true
			rest = append(rest, c)
		}
	}
	if len(rest) < len(batch) {
		return rest
	}
	for _, c := range batch {
		e.dropped[c.key] = blamed[c.key].why
	}
	return nil
}

// texts applies a batch file by file. It returns the new contents and the fixes in them.
func (e *engine) texts(batch []candidate) (map[string]*text, []candidate) {
	users := e.users()
	next := map[string]*text{}
	var made []candidate
	byFile := map[*File][]candidate{}
	var order []*File
	for _, c := range batch {
		if byFile[c.file] == nil {
			order = append(order, c.file)
		}
		byFile[c.file] = append(byFile[c.file], c)
	}
	for _, f := range order {
		for list := byFile[f]; len(list) > 0; {
			var edits []lint.Edit
			for _, c := range list {
				edits = append(edits, c.Fix.Edits...)
			}
			t := f.text.with(edits)
			why := misread(list, users, f.text.data, t.data)
			if why == "" {
				next[f.Path] = t
				made = append(made, list...)
				break
			}
			if len(list) == 1 {
				e.dropped[list[0].key] = why
			}
			list = list[:len(list)/2]
		}
	}
	return next, made
}

// outcome returns the result of the run.
func (e *engine) outcome() *Outcome {
	out := &Outcome{Set: e.set, Result: e.result, Fixed: e.fixed}
	out.Result.Findings = slices.Clone(e.result.Findings)
	for i := range e.result.Findings {
		f := e.result.Findings[i]
		if f.Fix == nil || e.o.Only != nil && !e.o.Only(&f) {
			continue
		}
		l := Unfixed{Finding: f}
		c := candidate{Finding: &f, key: keyOf(&f), file: e.open(f.Fix.Edits[0].Span.File().Name)}
		switch {
		case e.dropped[c.key] != "":
			l.Why = e.dropped[c.key]
			out.Result.Findings[i].Fix = nil // the report must not offer it again
		case e.obstacle(c) != "":
			l.Why = e.obstacle(c)
		case !f.Fix.Safe && !e.o.All:
			l.Why, l.NeedsReview = "it needs review; --fix=all applies it", true
		default:
			l.Why = fmt.Sprintf("other fixes took precedence %d times", e.maxRuns())
		}
		out.Unfixed = append(out.Unfixed, l)
	}
	for _, f := range e.files {
		if f.changed() && !f.second {
			out.Files = append(out.Files, f)
		}
	}
	slices.SortFunc(out.Files, func(a, b *File) int { return strings.Compare(a.Name, b.Name) })
	return out
}
