package near

import "testing"

func TestOneSlip(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typed, right string
		want         Slip
	}{
		{"ab", "ba", Transposed},
		{"aab", "aba", Transposed},
		{"aa", "ab", Substituted},
		{"aab", "ab", Inserted},
		{"ab", "aab", Deleted},
		{"abc", "cab", NoSlip},
		{"", "a", Deleted},
		{"a", "", Inserted},
		{"", "", NoSlip},
		{"ab", "ab", NoSlip},
		{"abcd", "badc", NoSlip},
	} {
		if got, _, _ := OneSlip(tt.typed, tt.right); got != tt.want {
			t.Errorf("OneSlip(%q, %q) = %d, want %d", tt.typed, tt.right, got, tt.want)
		}
	}
}
