package catalog

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/slow"
)

// listClass is what a list can prove. Lists of one class are judged by the same rules.
func listClass(im *Image) string {
	switch {
	case im.Rebuilt:
		return "rebuilt"
	case im.Kind == Complete:
		return "complete"
	case im.Verified:
		return "verified releases"
	}
	return "unverified releases"
}

// listed returns the images with a list of releases or a complete list, and their tags. Images that share a list count
// once, verified ones first.
func listedImages(t *testing.T) (images []Image, tags map[string][]Tag) {
	t.Helper()
	tags = map[string][]Tag{}
	seen := map[place]bool{}
	for _, verified := range []bool{true, false} {
		for _, name := range Builtin().Images() {
			e := Builtin().find(name)
			if e.kind == History || e.flags&flagPartial != 0 || e.flags&flagVerified != 0 != verified || seen[e.place] {
				continue
			}
			seen[e.place] = true
			im := Builtin().image(e)
			all, err := im.All()
			if err != nil {
				t.Fatal(err)
			}
			images, tags[im.Name] = append(images, im), all
		}
	}
	return images, tags
}

// A list that is some years old flags almost no tag published in the following year. The limits of the rule were tuned
// on the windows that start whole years back; the other windows were added afterwards.
func TestWindowsOfLists(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	images, tags := listedImages(t)
	t.Run("tuned", func(t *testing.T) {
		t.Parallel()
		windows(t, images, tags, []Month{12, 24, 36, 48, 60, 72})
	})
	t.Run("untuned", func(t *testing.T) {
		t.Parallel()
		windows(t, images, tags, []Month{18, 30, 42, 54, 66, 78})
	})
}

// windows judges the tags of the twelve months after each of several dates.
func windows(t *testing.T, images []Image, tags map[string][]Tag, times []Month) {
	t.Helper()
	common := func() map[string]bool { return Builtin().commonWords() }
	classes := map[string][3]int{}
	for _, back := range times {
		future, count, reasons := 0, [3]int{}, map[string]int{}
		for i := range images {
			im := &images[i]
			now := im.Source.Day.Month() - back
			h := im.historyAt(tags[im.Name], now)
			if h == nil {
				continue
			}
			class := classes[listClass(im)]
			for _, tag := range tags[im.Name] {
				if tag.First <= now || tag.First > now+12 {
					continue
				}
				future++
				class[0]++
				if f := h.verdict(tag.Name, common); f.State == NeverPublished {
					count[f.Tier]++
					class[f.Tier]++
					reasons[string(f.Reason)]++
					t.Logf("%d months before: %s:%s: tier %d, %s: %s", int(back), im.Name, tag.Name, f.Tier, f.Reason, f.Why)
				}
			}
			classes[listClass(im)] = class
		}
		t.Logf("known %d months before: of %d tags that came in the 12 months after, flagged in tier 1: %d, in tier 2: %d %v", int(back), future, count[1], count[2], reasons)
	}
	all := [3]int{}
	for _, class := range sortedKeys(classes) {
		n := classes[class]
		t.Logf("%s: %d tags, %d in tier 1, %d in tier 2", class, n[0], n[1], n[2])
		for k := range n {
			all[k] += n[k]
		}
	}
	t.Logf("all: %d tags, %d in tier 1, %d in tier 2", all[0], all[1], all[2])
	if float64(all[1]+all[2]) > 0.0002*float64(all[0]) || all[0] < 35_000 {
		t.Errorf("%d of %d tags that were published later are flagged", all[1]+all[2], all[0])
	}
}

// used maps images to tags that people use.
func used(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/used.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) > 1 && words[0] != "#" {
			out[words[0]] = words[1:]
		}
	}
	return out
}

// Almost none of the tags that people use are flagged, and each exception is named here. Some are listed only because
// people use them; without those, the result is that for images nobody checked by hand.
func TestWindowsUsedTags(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	all, guard := used(t), guards(t)
	for _, tt := range []struct {
		name    string
		guarded bool
		limit   int // errors per 10,000
	}{{"with the guard", true, 5}, {"without", false, 25}} {
		n, known, errs, warnings := 0, 0, []string{}, []string{}
		for _, name := range sortedKeys(all) {
			registry, repository, _ := strings.Cut(name, "/")
			im, ok := Builtin().Lookup(registry, repository)
			if !ok {
				t.Errorf("%s is not in the catalog", name)
				continue
			}
			if !tt.guarded {
				im = without(t, &im, guard[name])
			}
			j := im.Judge()
			for _, tag := range all[name] {
				n++
				tag = strings.TrimSuffix(tag, "*")
				switch v := j.Tag(tag); {
				case v.State == Known:
					known++
				case v.State == NeverPublished && v.Tier == 1:
					errs = append(errs, fmt.Sprintf("%s:%s: %s: %s", name, tag, v.Reason, v.Why))
				case v.State == NeverPublished:
					warnings = append(warnings, fmt.Sprintf("%s:%s: %s: %s", name, tag, v.Reason, v.Why))
				}
			}
		}
		t.Logf("%s: %d tags: %d known, %d errors, %d warnings", tt.name, n, known, len(errs), len(warnings))
		for _, e := range slices.Concat(errs, warnings) {
			t.Log(e)
		}
		if len(errs)*10_000 > tt.limit*n {
			t.Errorf("%s: %d errors about %d tags that people use", tt.name, len(errs), n)
		}
	}
}

// guards returns, by image, the tags that are listed because people use them.
func guards(t *testing.T) map[string]map[string]bool {
	t.Helper()
	out := map[string]map[string]bool{}
	names, err := filepath.Glob("data/lists/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lists, err := ParseLists(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lists {
			seen := map[string]bool{}
			for _, tag := range l.Tags {
				seen[tag.Name] = tag.Seen
			}
			for _, im := range l.Images {
				out[im.Name] = seen
			}
		}
	}
	return out
}

// without returns an image without some of its tags.
func without(t *testing.T, im *Image, out map[string]bool) Image {
	t.Helper()
	tags, err := im.All()
	if err != nil {
		t.Fatal(err)
	}
	less := *im
	less.entry, less.tags = nil, slices.DeleteFunc(tags, func(tag Tag) bool { return out[tag.Name] })
	return less
}

// The rule finds most mistakes with a "v", and other mistakes that a list can show.
func TestWindowsRecall(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	images, tags := listedImages(t)
	r := rand.New(rand.NewPCG(11, 7))
	kinds, classes := map[string][2]int{}, map[string][2]int{}
	common := func() map[string]bool { return Builtin().commonWords() }
	for i := range images {
		im := &images[i]
		h := im.historyAt(tags[im.Name], im.Source.Day.Month())
		if h == nil || im.Rebuilt {
			continue
		}
		for range 15 {
			tag := tags[im.Name][r.IntN(len(tags[im.Name]))].Name
			made := typos(r, tag, tags[im.Name])
			if beginsWithV(tag) {
				made["v dropped"] = tag[1:]
			}
			for kind, typo := range made {
				if typo == tag || typo == "" || h.has(typo) {
					continue
				}
				found := 0
				if h.verdict(typo, common).State == NeverPublished {
					found = 1
				}
				k, c := kinds[kind], classes[listClass(im)]
				kinds[kind], classes[listClass(im)] = [2]int{k[0] + found, k[1] + 1}, [2]int{c[0] + found, c[1] + 1}
			}
		}
	}
	t.Logf("flagged, by kind of typo: %s", shares(kinds))
	t.Logf("flagged, by class of list: %s", shares(classes))
	for kind, least := range map[string]int{"v dropped": 80, "v in front": 80} {
		if k := kinds[kind]; 100*k[0] < least*k[1] {
			t.Errorf("%s: %d of %d are flagged", kind, k[0], k[1])
		}
	}
}
