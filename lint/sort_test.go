package lint

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

func TestSortFindings(t *testing.T) {
	t.Parallel()
	files := []*source.File{nil, {Name: "a"}, {Name: "b"}, {Name: "a"}}
	random := rand.New(rand.NewPCG(1, 2))
	for size := range 60 {
		all := make([]Finding, size)
		for i := range all {
			file, start := files[random.IntN(len(files))], source.Pos{Offset: random.IntN(3)}
			all[i].Span, all[i].Rule = source.NewSpan(file, start, source.Pos{}, source.Excerpt{}), string(rune('a'+random.IntN(2)))
			all[i].Path = string(rune('0' + i)) // which is not compared
		}
		want := slices.Clone(all)
		slices.SortStableFunc(want, Compare)
		sortFindings(all)
		for i := range all {
			if all[i].Path != want[i].Path {
				t.Fatalf("%d findings: number %d at %d, want number %d", size, all[i].Path[0]-'0', i, want[i].Path[0]-'0')
			}
		}
	}
}
