package catalog

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/slow"
)

// everything holds all known tags by image.
func everything(t *testing.T) map[string][]Tag {
	t.Helper()
	all, err := Builtin().official()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// recall is the share of mistyped tags that are flagged, in total and by kind of mistake.
func (p *past) recall(all map[string][]Tag, current bool) (tier1, both float64, kinds map[string][2]int) {
	r := rand.New(rand.NewPCG(11, 7))
	type ref struct{ name, tag string }
	var population []ref
	for _, name := range sortedKeys(p.tags) {
		for _, tag := range p.tags[name] {
			if tag.Current || !current {
				population = append(population, ref{name, tag.Name})
			}
		}
	}
	ever := map[string]map[string]bool{}
	kinds = map[string][2]int{}
	n, first, second := 0, 0, 0
	for range 1500 {
		at := population[r.IntN(len(population))]
		if ever[at.name] == nil {
			ever[at.name] = map[string]bool{}
			for _, tag := range all[at.name] {
				ever[at.name][tag.Name] = true
			}
		}
		for kind, typo := range typos(r, at.tag, p.tags[at.name]) {
			if typo == at.tag || ever[at.name][typo] || typo == "" {
				continue
			}
			n++
			k := kinds[kind]
			k[1]++
			if v := p.judge(at.name, typo); v.State == NeverPublished {
				k[0]++
				second++
				if v.Tier == 1 {
					first++
				}
			}
			kinds[kind] = k
		}
	}
	return float64(first) / float64(n), float64(second) / float64(n), kinds
}

// typos returns every possible mistyping of a tag.
func typos(r *rand.Rand, tag string, others []Tag) map[string]string {
	out := map[string]string{"v in front": "v" + tag}
	at := func(pairs func(a, b byte) bool) int { // the first place where pairs holds for two neighbours
		var places []int
		for i := range len(tag) - 1 {
			if pairs(tag[i], tag[i+1]) {
				places = append(places, i)
			}
		}
		if len(places) == 0 {
			return -1
		}
		return places[r.IntN(len(places))]
	}
	put := func(kind string, i int, change func(i int) string) {
		if i >= 0 {
			out[kind] = change(i)
		}
	}
	letters := func(a, b byte) bool { return isLetter(a) && isLetter(b) }
	digits := func(a, b byte) bool { return isDigit(a) && isDigit(b) && a != b }
	put("letters swapped", at(func(a, b byte) bool { return letters(a, b) && a != b }), func(i int) string { return tag[:i] + tag[i+1:i+2] + tag[i:i+1] + tag[i+2:] })
	put("letter doubled", at(letters), func(i int) string { return tag[:i] + tag[i:i+1] + tag[i:] })
	put("letter dropped", at(letters), func(i int) string { return tag[:i] + tag[i+1:] })
	put("letter substituted", at(letters), func(i int) string { return tag[:i] + string(rune('a'+r.IntN(26))) + tag[i+1:] })
	put("digits swapped", at(digits), func(i int) string { return tag[:i] + tag[i+1:i+2] + tag[i:i+1] + tag[i+2:] })
	put("dot dropped", at(func(a, b byte) bool { return a == '.' && isDigit(b) }), func(i int) string { return tag[:i] + tag[i+1:] })
	put("swapped over the dot", at(func(a, b byte) bool { return isDigit(a) && b == '.' }), func(i int) string {
		if i+2 >= len(tag) || !isDigit(tag[i+2]) {
			return ""
		}
		return tag[:i] + tag[i+2:i+3] + "." + tag[i:i+1] + tag[i+3:]
	})
	var places []int
	for i := range len(tag) {
		if isDigit(tag[i]) {
			places = append(places, i)
		}
	}
	if len(places) > 0 {
		i := places[r.IntN(len(places))]
		out["digit doubled"] = tag[:i] + tag[i:i+1] + tag[i:]
		i = places[r.IntN(len(places))]
		out["digit substituted"] = tag[:i] + string(rune('0'+r.IntN(10))) + tag[i+1:]
	}
	for _, n := range numbers(split(tag)) {
		if parts := strings.Split(n.text, "."); len(parts) > 2 {
			out["middle part dropped"] = strings.Replace(tag, n.text, parts[0]+"."+parts[2], 1)
		}
	}
	if version, _, ok := strings.Cut(tag, "-"); ok {
		if _, suffix, ok := strings.Cut(others[r.IntN(len(others))].Name, "-"); ok {
			out["other suffix"] = version + "-" + suffix
		}
	}
	return out
}

// A catalog that is a few months old must flag no tag published since, and still find most misspellings. The limits of
// the rule were tuned on these windows, so the zeros only catch regressions; TestUntunedWindows estimates the rate on
// new data.
func TestTunedWindows(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	all := everything(t)
	end := Builtin().Sources()[0].Day.Month()
	for _, months := range []Month{3, 12, 24} {
		t.Run(fmt.Sprint(int(months)), func(t *testing.T) {
			t.Parallel()
			p := pastAt(all, end-months)
			future, flagged, examples := p.flags(all, months)
			t.Logf("known at the end of %s: %d images; published in the %d months after: %d; flagged in tier 1: %d, in tier 2: %d", p.now, len(p.tags), months, future, flagged[1], flagged[2])
			if flagged[1] > 0 || float64(flagged[1]+flagged[2]) > 0.0005*float64(future) {
				t.Errorf("tags that were published later are flagged: %d in tier 1, %d in tier 2, as %s", flagged[1], flagged[2], few(examples))
			}
			if future < 1000 {
				t.Errorf("only %d tags were published in the window", future)
			}
			for _, r := range []struct {
				what    string
				current bool
				least   float64
			}{{"any tag", false, 0.69}, {"current tags", true, 0.63}} {
				tier1, both, kinds := p.recall(all, r.current)
				t.Logf("typos in %s: %.1f %% flagged, %.1f %% in tier 1; by kind: %s", r.what, 100*both, 100*tier1, shares(kinds))
				if both < r.least {
					t.Errorf("%.1f %% of the typos in %s are flagged, fewer than %.0f %%", 100*both, r.what, 100*r.least)
				}
			}
		})
	}
}

// few returns some of the examples, tier 1 first.
func few(examples [3][]string) string {
	all := slices.Concat(examples[1], examples[2])
	return strings.Join(all[:min(10, len(all))], "; ")
}

func shares(kinds map[string][2]int) string {
	var b strings.Builder
	for _, k := range sortedKeys(kinds) {
		fmt.Fprintf(&b, "%s %d %% of %d, ", k, 100*kinds[k][0]/kinds[k][1], kinds[k][1])
	}
	return strings.TrimSuffix(b.String(), ", ")
}

// The limits of the rule were not tuned on these windows.
func TestUntunedWindows(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	all := everything(t)
	end := Builtin().Sources()[0].Day.Month()
	tags, wrong := 0, 0
	for _, w := range []struct {
		now    Month
		months Month
	}{
		{MonthOf(2015, 8), 12},
		{MonthOf(2016, 8), 12},
		{MonthOf(2017, 8), 12},
		{MonthOf(2018, 8), 12},
		{MonthOf(2025, 2), 12},
		{MonthOf(2025, 11), end - MonthOf(2025, 11)},
	} {
		p := pastAt(all, w.now)
		future, flagged, examples := p.flags(all, w.months)
		tags, wrong = tags+future, wrong+flagged[1]+flagged[2]
		t.Logf("known at the end of %s, published in the %d months after: %d; flagged in tier 1: %d, in tier 2: %d %s", w.now, w.months, future, flagged[1], flagged[2],
			few(examples))
	}
	if float64(wrong) > 0.002*float64(tags) {
		t.Errorf("%d of %d tags that were published later are flagged", wrong, tags)
	}
}
