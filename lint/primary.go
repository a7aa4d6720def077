package lint

import (
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
	of := func(f *Finding) (reference, bool) {
		return reference{f.Object, f.Path, f.Image}, f.Object != nil && f.Image != "" && f.Path != ""
	}
	errors, decisions := map[reference]int{}, map[decision]int{}
	for i := range findings {
		f := &findings[i]
		r, ok := of(f)
		if _, there := errors[r]; ok && !there && f.Severity == Error && !f.Advice && !f.Own {
			errors[r] = i
		}
		for _, rule := range f.Outranks {
			if f.Object != nil && f.Image != "" {
				decisions[decision{f.subject(), rule}] = i
			}
			for _, covered := range f.Covers {
				decisions[decision{covered, rule}] = i
			}
		}
	}
	out := make([]int, len(findings))
	for i := range findings {
		f := &findings[i]
		out[i] = -1
		if r, ok := of(f); ok && (f.Severity < Error || f.Advice) {
			if at, there := errors[r]; there {
				out[i] = at
				continue
			}
		}
		if at, there := decisions[decision{f.subject(), f.Rule}]; there && findings[at].Severity >= f.Severity {
			out[i] = at
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
