package catalog

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Learned lists are judged by numbers: a version below a later one of its line was published before it.
func TestJudgeLearned(t *testing.T) {
	t.Parallel()
	lists, err := ParseLists([]byte("image: registry.example.com/team/app\nkind: learned\nsource: registry.example.com\ndate: 2027-01-05\ngone 2026-12-01: 1.3.9\n" +
		"tags: 1.3.7 1.4.0 1.4.2 2.0.0-rc.1 main 20240105 build-17 9f8e7d6c5b release-1.4.5\n"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := Builtin().With(lists)
	if err != nil {
		t.Fatal(err)
	}
	im, _ := c.Lookup("registry.example.com", "team/app")
	j := im.Judge()
	never := func(tier int, reason Reason, why, near string) Verdict {
		return Verdict{State: NeverPublished, Tier: tier, Reason: reason, Why: why, Near: near}
	}
	const newer = "it may be newer"
	for tag, want := range map[string]Verdict{
		"1.4.2":         {State: Known},
		"main":          {State: Known},
		"1.4.1":         never(1, Gap, "1.4.2 was there, and is newer", "1.4.2"),
		"1.4.3":         never(2, NotThere, newer, "1.4.2"),
		"1.3.8":         never(2, NotThere, newer, "1.3.7"), // 1.3.9 is gone, so it proves nothing about what exists now
		"1.3.9":         never(2, Removed, "it was there until 2026-12-01", "1.3.7"),
		"1.2.0":         never(2, NotThere, newer, "1.4.0"), // an old line may get new versions
		"v1.4.2":        never(1, VersionMark, `1.4.2 is written without a "v"`, "1.4.2"),
		"1.4.1-alpine":  never(2, NotThere, newer, ""),
		"2.0.0-rc.0":    never(2, NotThere, newer, "2.0.0-rc.1"), // two numbers
		"20240104":      never(2, NotThere, newer, "20240105"),
		"build-16":      never(2, NotThere, newer, "build-17"),
		"release-1.4.4": never(1, Gap, "release-1.4.5 was there, and is newer", "release-1.4.5"),
		"mian":          never(2, NotThere, newer, "main"),
		"latest":        never(2, NotThere, newer, ""),
		"":              {},
	} {
		if diff := cmp.Diff(want, j.Tag(tag)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tag, diff)
		}
	}
}

// A truncated list proves nothing about tags that are not on it.
func TestLearnedCut(t *testing.T) {
	t.Parallel()
	lists, err := ParseLists([]byte("image: registry.example.com/team/app\nkind: learned partial\nsource: registry.example.com\ndate: 2027-01-05\ntags: 1.4.0 1.4.2\n"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := Builtin().With(lists)
	if err != nil {
		t.Fatal(err)
	}
	im, _ := c.Lookup("registry.example.com", "team/app")
	if j := im.Judge(); j.Tag("1.4.0").State != Known || j.Tag("1.4.1").State != Silent {
		t.Errorf("%+v", j.Tag("1.4.1"))
	}
	before := lists[0]
	now := Relearn(&before, List{Partial: true, Source: Source{Day: before.Source.Day + 9}, Tags: []Tag{{Name: "1.4.0"}}})
	if len(now.Tags) != 2 || now.Tags[1].Gone != 0 {
		t.Errorf("entries of files that were not read are stale: %+v", now.Tags)
	}
}
