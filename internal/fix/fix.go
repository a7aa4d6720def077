// Package fix makes the changes that findings offer, in memory, until no more of them helps: byte for byte, none over another, and none that
// would bring a finding or change more than it says. What came out is shown as a difference or written. It parses no manifest and judges nothing: it
// asks the linter again.
package fix

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// Lint lints the whole input once more, with other contents for some of its files.
type Lint func(ctx context.Context, contents map[string][]byte) (*manifests.Set, lint.Result, error)

// Options are what to change, and where.
type Options struct {
	// All makes the fixes, too, that are not certain to mean what the author meant.
	All bool
	// SkipSensitive leaves the fixes unmade whose lines must not be shown.
	SkipSensitive bool
	// Roots are the files that may be changed, each with the folder that it must not lead out of.
	Roots map[string]string
	// Files is where they are read; nil for the machine.
	Files files.FS
	// Only are the findings that are fixed; nil for all.
	Only func(*lint.Finding) bool
	Lint Lint
}

// Unfixed is a fix that was not made.
type Unfixed struct {
	Finding lint.Finding
	Why     string
	// NeedsReview is true if nothing is in its way but that it is not certain.
	NeedsReview bool
}

// Outcome is what came of the fixes, before anything is written.
type Outcome struct {
	// Set and Result are those of the changed input.
	Set     *manifests.Set
	Result  lint.Result
	Fixed   []lint.Finding
	Unfixed []Unfixed
	// Files are those that change, by their names.
	Files []*File
}

// mostRuns bounds how often the input is linted again.
const mostRuns = 200

// engine is one run of Make.
type engine struct {
	o       Options
	set     *manifests.Set
	result  lint.Result
	files   map[string]*File
	dropped map[string]string // why, by key of the fix
	fixed   []lint.Finding
}

// Apply makes the fixes of a result in memory. The files behind it are read when the first fix in them comes up.
func Apply(ctx context.Context, o Options, set *manifests.Set, result lint.Result) (*Outcome, error) {
	e := &engine{o: o, set: set, result: result, files: map[string]*File{}, dropped: map[string]string{}}
	for range mostRuns {
		batch, fresh := e.batch()
		if fresh { // what is changed must be what was linted
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

// contents are the files as they are now, and as they would be with other texts.
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

func (e *engine) lint(ctx context.Context) (err error) {
	e.set, e.result, err = e.o.Lint(ctx, e.contents(nil))
	return err
}

// candidate is a finding whose fix may be made.
type candidate struct {
	*lint.Finding
	key  string
	file *File
}

// batch are the fixes of the result that can be made at once. Fresh says that files were read, whose findings are then to be looked for again.
func (e *engine) batch() (batch []candidate, fresh bool) {
	for i := range e.result.Findings {
		f := &e.result.Findings[i]
		c := candidate{Finding: f, key: keyOf(f)}
		if f.Fix == nil || e.dropped[c.key] != "" || !f.Fix.Safe && !e.o.All || e.o.Only != nil && !e.o.Only(f) {
			continue
		}
		name := f.Fix.Edits[0].Span.File.Name
		if c.file = e.files[name]; c.file == nil {
			c.file = e.open(name)
			fresh = fresh || c.file.why == ""
		}
		if e.obstacle(c) != "" {
			continue
		}
		if slices.ContainsFunc(batch, func(other candidate) bool { return conflict(&c, &other) }) {
			continue // its turn comes when the other one is made
		}
		batch = append(batch, c)
	}
	return batch, fresh
}

// obstacle says why a fix cannot be made in its file; "" where nothing is in its way.
func (e *engine) obstacle(c candidate) string {
	switch {
	case c.Fix.Edits[0].Span.File.InMemory:
		return "standard input is not changed"
	case c.file.why != "":
		return c.file.why
	case len(c.Origins) > 0:
		return "the text was made from other files"
	case c.Document != nil && c.Document.Template != "" && !strings.Contains(c.Document.Template, "://"):
		return "the file is rendered; change " + c.Document.Template
	case c.Document != nil && c.Document.Unrendered:
		return "the file is a template"
	}
	for _, edit := range c.Fix.Edits {
		if _, to := offsets(&edit); edit.Span.File.Name != c.file.Name || to > len(c.file.text.data) {
			return "it changes more than one file"
		}
	}
	if e.o.SkipSensitive {
		return c.file.hiddenReason(c.Fix)
	}
	return ""
}

// conflict reports whether two fixes cannot be made at once: their edits overlap, or they are of one file and one of them moves lines, which is
// checked otherwise than a change of values.
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

// try makes as many fixes of a batch as go well together; those that do not are dropped when they are tried alone.
func (e *engine) try(ctx context.Context, batch []candidate) error {
	next, batch := e.texts(batch)
	for len(batch) > 0 {
		set, result, err := e.o.Lint(ctx, e.contents(next))
		if err != nil {
			return err
		}
		blamed := e.worse(batch, result)
		if len(blamed) == 0 {
			e.set, e.result = set, result
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

// drop is the part of a batch that is tried next: what is not blamed for anything, else one fix of each object. Where that is the whole batch, it
// is known which fixes are to blame: they are dropped.
func (e *engine) drop(batch []candidate, blamed map[string]string) []candidate {
	rest := slices.DeleteFunc(slices.Clone(batch), func(c candidate) bool { return blamed[c.key] != "" })
	if len(rest) > 0 {
		return rest
	}
	seen := map[string]bool{}
	for _, c := range batch {
		if object := objectKey(c.Finding); !seen[object] {
			seen[object] = true
			rest = append(rest, c)
		}
	}
	if len(rest) < len(batch) {
		return rest
	}
	for _, c := range batch {
		e.dropped[c.key] = blamed[c.key]
	}
	return nil
}

// texts makes a batch file by file, and returns the contents with the fixes that are in them.
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

// outcome is what the run came to.
func (e *engine) outcome() *Outcome {
	out := &Outcome{Set: e.set, Result: e.result, Fixed: e.fixed}
	for i := range e.result.Findings {
		f := e.result.Findings[i]
		if f.Fix == nil || e.o.Only != nil && !e.o.Only(&f) {
			continue
		}
		l := Unfixed{Finding: f}
		c := candidate{Finding: &f, key: keyOf(&f), file: e.open(f.Fix.Edits[0].Span.File.Name)}
		switch {
		case e.dropped[c.key] != "":
			l.Why = e.dropped[c.key]
		case e.obstacle(c) != "":
			l.Why = e.obstacle(c)
		case !f.Fix.Safe && !e.o.All:
			l.Why, l.NeedsReview = "it needs review; --fix=all applies it", true
		default:
			l.Why = fmt.Sprintf("other fixes took precedence %d times", mostRuns)
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
