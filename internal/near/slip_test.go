package near

import "testing"

func TestOneSlip(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typed, right string
		want         Edit
	}{
		{"ab", "ba", Transposed},
		{"aab", "aba", Transposed},
		{"aa", "ab", Substituted},
		{"aab", "ab", Inserted},
		{"ab", "aab", Deleted},
		{"abc", "cab", NoEdit},
		{"", "a", Deleted},
		{"a", "", Inserted},
		{"", "", NoEdit},
		{"ab", "ab", NoEdit},
		{"abcd", "badc", NoEdit},
	} {
		if got, _, _ := SingleEdit(tt.typed, tt.right); got != tt.want {
			t.Errorf("OneSlip(%q, %q) = %d, want %d", tt.typed, tt.right, got, tt.want)
		}
	}
}
