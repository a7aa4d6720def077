package lint

import (
	"github.com/imagelint-dev/imagelint/manifests"
)

// LinkNotes sets NoteOf of each finding, within the list alone: what is hidden has no notes. Finding and note stay valid as long as the list is not moved.
func LinkNotes(findings []Finding) {
	for i, at := range primaryFindings(findings) {
		findings[i].NoteOf = nil
		if at >= 0 {
			findings[i].NoteOf = &findings[at]
		}
	}
}

// primaryFindings tells for each finding which one it is a note of, as an index, and -1 where there is none: an error about the same reference, beside which it is
// not why the pull fails; or a finding about the same image whose rule outranks its own, since both follow from one decision. Advice and
// policies have no notes, whatever severity they were given: they are not why a pull fails.
func primaryFindings(findings []Finding) []int {
	type reference struct {
		object      *manifests.Object
		path, image string
	}
	type decision struct {
		object                 *manifests.Object
		container, image, rule string
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
				decisions[decision{f.Object, f.Container, f.Image, rule}] = i
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
		if at, there := decisions[decision{f.Object, f.Container, f.Image, f.Rule}]; there && findings[at].Severity >= f.Severity {
			out[i] = at
		}
	}
	// One that stands under another is under the one at the top: none outranks a rule that outranks it.
	for i := range out {
		for range 3 { // more do not follow from one decision
			if out[i] < 0 || out[out[i]] < 0 {
				break
			}
			out[i] = out[out[i]]
		}
	}
	return out
}
