package lint

import (
	"iter"

	"github.com/imagelint-dev/imagelint/manifests"
)

// LinkNotes sets NoteOf of each finding, within the list only, because hidden findings have no notes. The pointers are
// valid until the list is moved.
func LinkNotes(findings []Finding) {
	for i, at := range primaryFindings(findings) {
		findings[i].NoteOf = nil
		if at >= 0 {
			findings[i].NoteOf = &findings[at]
		}
	}
}

// primaryFindings returns, for each finding, the index of the finding that it is a note of, or -1. That is an error
// about the same reference, which is why the pull fails; or a finding about the same image whose rule outranks its
// own, because both have the same cause. Advice and policies never have notes, because they do not make a pull fail.
func primaryFindings(findings []Finding) []int {
	type reference struct {
		object      *manifests.Object
		path, image string
	}
	type decision struct {
		Subject
		rule string
	}
	isAbout := func(f *Finding) bool { return f.Object != nil && f.Image != "" && f.Path != "" }
	errors, decisions := map[reference]int{}, map[decision]int{}
	for i := range findings {
		f := &findings[i]
		for s := range f.subjects() {
			r := reference{s.Object, f.Path, s.Image}
			if _, there := errors[r]; isAbout(f) && !there && f.Severity == Error && !f.Advice && !f.Own {
				errors[r] = i
			}
			for _, rule := range f.Outranks {
				if s.Object != nil && s.Image != "" {
					decisions[decision{s, rule}] = i
				}
			}
		}
		for _, rule := range f.Outranks {
			for _, covered := range f.Covers {
				decisions[decision{covered, rule}] = i
			}
		}
	}
	out := make([]int, len(findings))
	for i := range findings {
		f := &findings[i]
		out[i] = -1
		for s := range f.subjects() {
			if at, there := errors[reference{s.Object, f.Path, s.Image}]; there && isAbout(f) && (f.Severity < Error || f.Advice) {
				out[i] = at
				break
			}
			if at, there := decisions[decision{s, f.Rule}]; there && findings[at].Severity >= f.Severity {
				out[i] = at
				break
			}
		}
	}
	// attach notes of notes to the top; no rule outranks one that outranks it
	for i := range out {
		for range 3 { // longer chains do not occur
			if out[i] < 0 || out[out[i]] < 0 {
				break
			}
			out[i] = out[out[i]]
		}
	}
	return out
}

func (f *Finding) subject() Subject { return Subject{f.Object, f.Container, f.Image} }

// subjects yields the image of a finding, and those of the findings that were joined with it.
func (f *Finding) subjects() iter.Seq[Subject] {
	return func(yield func(Subject) bool) {
		if !yield(f.subject()) {
			return
		}
		for _, s := range f.Joined {
			if !yield(s) {
				return
			}
		}
	}
}
