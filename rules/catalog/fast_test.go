package catalog

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/slow"
)

// slowly judges a tag by building and splitting every tag of the image.
func slowly(t *testing.T, im *Image) *Judge {
	t.Helper()
	tags, err := im.list()
	if err != nil {
		t.Fatal(err)
	}
	return &Judge{image: *im, common: Builtin().commonWords, history: newHistory(im, tags), verdicts: &memo[Verdict]{}}
}

// For every image, reading the block directly gives the same history and the same verdicts on misspelled tags as
// reading tag by tag.
func TestReadBlock(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	r := rand.New(rand.NewPCG(3, 5))
	blocks, judged, flagged := 0, 0, 0
	for _, name := range Builtin().Images() {
		e := Builtin().find(name)
		if e.flags&flagPartial != 0 {
			continue
		}
		im := Builtin().image(e)
		slow, fast := slowly(t, &im), im.Judge()
		if im.Kind == History {
			b, err := Builtin().blockOf(e)
			if err != nil || Builtin().facts(e, b) != nil {
				t.Fatal(name, err)
			}
			h := newBlockHistory(&im, b)
			if h == nil {
				t.Errorf("%s is read tag by tag", name)
				continue
			}
			blocks++
			whole := func(h *history) any {
				h.build()
				l := map[string]line{}
				for key, lines := range h.lines {
					for v, one := range lines {
						l[key+" "+v] = *one
					}
				}
				return []any{h.now, h.last, h.current, h.begun, h.words, h.since, l, h.newest, h.dated, h.misdated, h.withV, h.plain}
			}
			// cmp takes many times as long, and only has to show a difference.
			if want, got := whole(slow.history), whole(h); !reflect.DeepEqual(want, got) {
				t.Fatalf("%s: %s", name, cmp.Diff(want, got, cmp.AllowUnexported(line{}, seen{})))
			}
		}
		n := 3
		if im.Kind == History {
			n = 10
		}
		for range n {
			tag := slow.history.tags[r.IntN(len(slow.history.tags))].Name
			for _, typo := range typos(r, tag, slow.history.tags) {
				if typo == "" || len(typo) > maxTag {
					continue
				}
				judged++
				want, got := slow.Tag(typo), fast.Tag(typo)
				if want.State == NeverPublished {
					flagged++
				}
				if want != got {
					t.Errorf("%s:%s: %+v, want %+v", name, typo, got, want)
				}
			}
		}
	}
	t.Logf("%d blocks; %d typos, %d flagged", blocks, judged, flagged)
	if blocks < 150 || flagged < 3000 {
		t.Errorf("only %d blocks and %d flagged typos were compared", blocks, flagged)
	}
}

// A block is read tag by tag if some tag is cut in the middle of a part.
func TestMerges(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"1.2", "-alpine", false},
		{"1.2", "alpine", false},
		{"", "alpine", false},
		{"1.2", "", false},
		{"1.2", "3", true},
		{"1.2", ".3", true},
		{"1.2.", "3", true},
		{"1.2", ".x", false},
		{"1-al", "pine", true},
		{"v", "1.2", false},
	} {
		together := len(split(tt.a+tt.b)) < len(split(tt.a))+len(split(tt.b))
		if got := merges(tt.a, tt.b); got != tt.want || tt.want != together {
			t.Errorf("%q and %q: %t, want %t", tt.a, tt.b, got, tt.want)
		}
	}
}

// BenchmarkUnknownTag judges a tag of the largest image, by its block and tag by tag.
func BenchmarkUnknownTag(b *testing.B) {
	im, ok := Builtin().Lookup("docker.io", "library/openjdk")
	if !ok {
		b.Fatal("openjdk is not in the catalog")
	}
	b.Run("block", func(b *testing.B) {
		for b.Loop() {
			im.Judge().Tag("17.0.9-jdk")
		}
	})
	b.Run("tags", func(b *testing.B) {
		for b.Loop() {
			tags, err := im.list()
			if err != nil {
				b.Fatal(err)
			}
			j := Judge{image: im, common: Builtin().commonWords, history: newHistory(&im, tags), verdicts: &memo[Verdict]{}}
			j.Tag("17.0.9-jdk")
		}
	})
}
