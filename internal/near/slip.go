package near

// Edit is a single typo.
type Edit uint8

// In order of preference: a transposition is the likelier explanation.
const (
	// NoEdit means that the words are equal, or more than one edit apart.
	NoEdit Edit = iota
	// Transposed means that two neighbors are exchanged.
	Transposed
	// Substituted means that one letter is wrong.
	Substituted
	// Inserted means that there is one letter too many.
	Inserted
	// Deleted means that one letter is missing.
	Deleted
)

// SingleEdit returns the one edit that turns right into typed, and the bytes it concerns: the one typed and
// the one expected (0 if there is none). It returns NoEdit for equal words and for words further apart.
func SingleEdit(typed, right string) (kind Edit, got, want byte) {
	i := 0
	for i < len(typed) && i < len(right) && typed[i] == right[i] {
		i++
	}
	a, b := typed[i:], right[i:]
	switch {
	case len(a) == len(b) && len(a) > 0:
		if a[1:] == b[1:] {
			return Substituted, a[0], b[0]
		}
		if len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:] {
			return Transposed, a[0], b[0]
		}
	case len(a) == len(b)+1 && a[1:] == b:
		return Inserted, a[0], 0
	case len(a)+1 == len(b) && a == b[1:]:
		return Deleted, 0, b[0]
	}
	return NoEdit, 0, 0
}
