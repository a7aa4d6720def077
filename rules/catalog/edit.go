package catalog

// edit tells what one slip of the keyboard made of a word.
type edit uint8

// The order is that of preference: a transposition is the likelier explanation.
const (
	noEdit edit = iota
	transposed
	substituted
	inserted
	deleted
)

// oneEdit returns the single edit that turns right into typed, and the bytes it touches: the one typed wrongly and the
// one that belongs there (0 where there is none). It returns noEdit for equal words and for words further apart.
func oneEdit(typed, right string) (kind edit, got, want byte) {
	i := 0
	for i < len(typed) && i < len(right) && typed[i] == right[i] {
		i++
	}
	a, b := typed[i:], right[i:]
	switch {
	case len(a) == len(b) && len(a) > 0:
		if a[1:] == b[1:] {
			return substituted, a[0], b[0]
		}
		if len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:] {
			return transposed, a[0], b[0]
		}
	case len(a) == len(b)+1 && a[1:] == b:
		return inserted, a[0], 0
	case len(a)+1 == len(b) && a == b[1:]:
		return deleted, 0, b[0]
	}
	return noEdit, 0, 0
}
