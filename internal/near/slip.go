package near

// Edit tells what one slip of the keyboard made of a word.
type Edit uint8

// The order is that of preference: a transposition is the likelier explanation.
const (
	// NoEdit: the words are equal, or further apart.
	NoEdit Edit = iota
	// Transposed: two neighbors are exchanged.
	Transposed
	// Substituted: one letter is another.
	Substituted
	// Inserted: one letter is too many.
	Inserted
	// Deleted: one letter is missing.
	Deleted
)

// SingleEdit returns the single slip that turns right into typed, and the bytes it touches: the one typed wrongly and the
// one that belongs there (0 where there is none). It returns NoSlip for equal words and for words further apart.
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
