package lint

import "github.com/imagelint-dev/imagelint/manifests"

// PrimaryErrors tells for each finding which error about the same reference it is next to, as an index, and -1 where there is none. Such a finding is
// not why the pull fails.
func PrimaryErrors(findings []Finding) []int {
	type reference struct {
		object      *manifests.Object
		path, image string
	}
	of := func(f *Finding) (reference, bool) {
		return reference{f.Object, f.Path, f.Image}, f.Object != nil && f.Image != "" && f.Path != ""
	}
	errors := map[reference]int{}
	for i := range findings {
		r, ok := of(&findings[i])
		if _, there := errors[r]; ok && !there && findings[i].Severity == Error {
			errors[r] = i
		}
	}
	out := make([]int, len(findings))
	for i := range findings {
		out[i] = -1
		if r, ok := of(&findings[i]); ok && findings[i].Severity < Error {
			if at, there := errors[r]; there {
				out[i] = at
			}
		}
	}
	return out
}
