package near

import (
	"strings"
	"testing"
)

func TestDistance(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", Longest)
	tests := []struct {
		a, b        string
		limit, want int
	}{
		{"", "", 0, 0},
		{"", "abc", 9, 3},
		{"same", "same", 0, 0},
		{"same", "name", 1, 1},
		{"same", "name", 0, 1},
		{"ab", "ba", 9, 1},
		{"abc", "acb", 9, 1},
		{"ca", "abc", 9, 3}, // no letter moves twice
		{"kitten", "sitting", 9, 3},
		{"kitten", "sitting", 3, 3},
		{"kitten", "sitting", 2, 3},
		{"kitten", "sitting", 1, 2},
		{"a", "abcd", 2, 3},
		{long, long, 0, 0},
		{long, strings.Repeat("b", Longest), 999, Longest},
		{long, "", 999, Longest},
		{long + "a", long, 999, 1000},
	}
	for _, tt := range tests {
		for _, pair := range [][2]string{{tt.a, tt.b}, {tt.b, tt.a}} {
			if got := Distance(pair[0], pair[1], tt.limit); got != tt.want {
				t.Errorf("between %.10q and %.10q, with limit %d: %d, want %d", pair[0], pair[1], tt.limit, got, tt.want)
			}
		}
	}
}

// FuzzDistance compares with the definition.
func FuzzDistance(f *testing.F) {
	f.Add("regcred", "regcerd", 2)
	f.Add("alpine3.19", "alpin3.91", 5)
	f.Fuzz(func(t *testing.T, a, b string, limit int) {
		if len(a) > 30 || len(b) > 30 || limit < 0 || limit > 100 {
			return
		}
		if got, want := Distance(a, b, limit), min(defined(a, b, map[[2]int]int{}), limit+1); got != want {
			t.Errorf("between %q and %q, with limit %d: %d, want %d", a, b, limit, got, want)
		}
	})
}

// FuzzBeginning compares with the distance to each beginning.
func FuzzBeginning(f *testing.F) {
	f.Add("regcred", "regcerd-2", 2)
	f.Add("3.19", "3.91-alpine", 1)
	f.Add("ab", "bacde", 1)
	f.Add("abc", "", 2)
	f.Add("", "abc", 0)
	f.Fuzz(func(t *testing.T, a, b string, limit int) {
		if len(a) > 30 || len(b) > 30 || limit < 0 || limit > 100 {
			return
		}
		want := limit + 1
		for k := range len(b) + 1 {
			want = min(want, defined(a, b[:k], map[[2]int]int{}))
		}
		if got := Beginning(a, b, limit); got != want {
			t.Errorf("between %q and the beginnings of %q, with limit %d: %d, want %d", a, b, limit, got, want)
		}
	})
}

// defined is the distance of what two texts begin with, by the shorter beginnings.
func defined(a, b string, known map[[2]int]int) int {
	i, j := len(a), len(b)
	if i == 0 || j == 0 {
		return i + j
	}
	if d, ok := known[[2]int{i, j}]; ok {
		return d
	}
	d := defined(a[:i-1], b[:j-1], known)
	if a[i-1] != b[j-1] {
		d++
	}
	d = min(d, defined(a[:i-1], b, known)+1, defined(a, b[:j-1], known)+1)
	if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
		d = min(d, defined(a[:i-2], b[:j-2], known)+1)
	}
	known[[2]int{i, j}] = d
	return d
}

func BenchmarkDistance(b *testing.B) {
	for b.Loop() {
		Distance("3.19-alpine-slim", "3.19-alpnie3.18", 2)
	}
}
