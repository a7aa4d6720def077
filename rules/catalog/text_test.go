package catalog

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const listText = `image: ghcr.io/acme/web until 2021-02
image: quay.io/acme/web verified
kind: releases partial rebuilt
source: github.com/acme/web git tags
revision: 0123456789ab
rule: without the v
date: 2026-08-22
2020-12: 1.0.0 1.0.1
2021-03: 1.1.0
seen: latest
seen 2021-05: 1.1.0-rc.1
tags: old

image: registry.example.com/team/app
kind: learned
source: registry.example.com
date: 2026-08-23
gone 2026-08-01: 0.9.0
tags: 1.0.0
tags: 1.0.10@sha256:64d8c73dca984af206adf9d6d7e46aa550362b1d7a01f3a0a91b20cc67868660
tags: main
`

func TestLists(t *testing.T) {
	t.Parallel()
	lists, err := ParseLists([]byte("# a comment\n" + strings.ReplaceAll(listText, "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(listText, string(AppendLists(nil, lists))); diff != "" {
		t.Errorf("written again (-want +got):\n%s", diff)
	}
	day := DayOf(time.Date(2026, 8, 22, 0, 0, 0, 0, time.UTC))
	want := List{
		Images: []ListImage{{Name: "ghcr.io/acme/web", Until: MonthOf(2021, 2)}, {Name: "quay.io/acme/web", Verified: true}},
		Kind:   Releases, Partial: true, Rebuilt: true,
		Source: Source{Name: "github.com/acme/web git tags", Revision: "0123456789ab", Rule: "without the v", Day: day},
		Tags: []Tag{
			{Name: "1.0.0", First: MonthOf(2020, 12), Last: MonthOf(2020, 12)},
			{Name: "1.0.1", First: MonthOf(2020, 12), Last: MonthOf(2020, 12)},
			{Name: "1.1.0", First: MonthOf(2021, 3), Last: MonthOf(2021, 3)},
			{Name: "latest", Last: day.Month(), Current: true, Seen: true},
			{Name: "1.1.0-rc.1", First: MonthOf(2021, 5), Last: MonthOf(2021, 5), Seen: true},
			{Name: "old", Last: day.Month(), Current: true},
		},
	}
	if diff := cmp.Diff(want, lists[0]); diff != "" {
		t.Errorf("the first list (-want +got):\n%s", diff)
	}
	contents, err := ImagesOf(lists)
	if err != nil {
		t.Fatal(err)
	}
	if im := contents.Images[0]; !im.Partial || len(im.Tags) != 4 {
		t.Errorf("an image without later tags: %+v", im)
	}
	for _, wrong := range []string{
		"image: web\nkind: releases\ndate: 2026-01-01\n",
		"image: a.io/web sometimes\nkind: releases\ndate: 2026-01-01\n",
		"image: a.io/web\nkind: history\ndate: 2026-01-01\n",
		"image: a.io/web\nkind: releases often\ndate: 2026-01-01\n",
		"image: a.io/web\nkind: releases\n",
		"image: a.io/web\ndate: 2026-01-01\n",
		"image: a.io/web until 2021\nkind: releases\ndate: 2026-01-01\n",
		"kind: releases\ndate: 2026-01-01\n",
		"image: a.io/web\nkind: releases\ndate: 2026-01-01\ntags: a a\n",
		"image: a.io/web\nkind: releases\ndate: 2026-01-01\ntags: a:b\n",
		"image: a.io/web\nkind: releases\ndate: 2026-01-01\ntags: a@sha256:12\n",
		"image: a.io/web\nkind: releases\ndate: 2026-01-01\n2026-13: a\n",
		"image: a.io/web\nkind: releases\ndate: 2026-01-01\ngone: a\n",
		"apiVersion: v1\nkind: Pod\n",
		"\x00",
		"{}",
	} {
		if _, err := ParseLists([]byte(wrong)); !errors.Is(err, ErrNoList) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// The lists in the repository are in the form that AppendLists writes, so that diffs stay minimal, and no image is
// listed twice.
func TestListsInTree(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("data/lists/*.txt")
	if err != nil || len(names) < 80 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	var all []List
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lists, err := ParseLists(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if string(AppendLists(nil, lists)) != string(text) {
			t.Errorf("%s is written in another way", name)
		}
		all = append(all, lists...)
	}
	contents, err := ImagesOf(all)
	if err != nil {
		t.Fatal(err)
	}
	for _, im := range contents.Images {
		if e := Builtin().find(im.Name); e == nil || e.tags != len(im.Tags) {
			t.Errorf("%s is not built in: go generate ./rules/catalog", im.Name)
		}
	}
}

// If an image is on two lists, the last one wins.
func TestWith(t *testing.T) {
	t.Parallel()
	list := func(day, tags string) []List {
		l, err := ParseLists([]byte("image: docker.io/library/nginx\nkind: learned\nsource: docker.io\ndate: " + day + "\ntags: " + tags + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	for _, tt := range []struct {
		days []string
		want string
	}{
		{[]string{"2027-01-01", "2027-01-02"}, "2027-01-02"},
		{[]string{"2027-01-02", "2027-01-01"}, "2027-01-02"},
		{[]string{"2020-01-01"}, "2026-08-21"},
	} {
		c := Builtin()
		for _, day := range tt.days {
			var err error
			if c, err = c.With(list(day, "a"+day)); err != nil {
				t.Fatal(err)
			}
		}
		im, ok := c.Lookup("docker.io", "library/nginx")
		if !ok || im.Source.Day.String() != tt.want {
			t.Errorf("%v: the list of %s is asked, want %s", tt.days, im.Source.Day, tt.want)
		}
		if _, ok := im.Tag("a" + tt.want); ok != (im.Kind == Learned) {
			t.Errorf("%v: %+v", tt.days, im)
		}
	}
	if im, _ := Builtin().Lookup("docker.io", "library/nginx"); im.Kind != History {
		t.Error("the built-in catalog was changed")
	}
}

// FuzzLists parses arbitrary text. What it accepts is written in a form that parses to the same lists.
func FuzzLists(f *testing.F) {
	f.Add(listText)
	f.Add("image: a.io/b until 2021-01\nkind: complete\ndate: 2026-01-01\nseen: x\n")
	f.Add("gone 2026-01-01: a\n\n\nimage: /\n")
	f.Fuzz(func(t *testing.T, text string) {
		lists, err := ParseLists([]byte(text))
		if err != nil {
			return
		}
		once := AppendLists(nil, lists)
		again, err := ParseLists(once)
		if err != nil {
			t.Fatalf("%v:\n%s", err, once)
		}
		if twice := AppendLists(nil, again); string(twice) != string(once) {
			t.Errorf("the output differs:\n%s\n%s", once, twice)
		}
		if c, err := Builtin().With(lists); err == nil {
			for _, name := range c.addedNames {
				im := c.own[name]
				im.Judge().Tag("v1.2.3")
				c.NearRepository("a.io", "b/cc")
			}
		}
	})
}

// Platforms are read and written as os/arch, and unknown ones are omitted.
func TestPlatformsInLists(t *testing.T) {
	t.Parallel()
	const text = "image: registry.example.com/team/app\nkind: learned\nsource: registry.example.com\ndate: 2027-01-01\n" +
		"built for linux/386,linux/amd64,linux/arm/v7,linux/arm64,windows/amd64: 1.0.0\nbuilt for linux/s390x: 1.1.0@sha256:" +
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\ntags: 0.9.0\n"
	lists, err := ParseLists([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	again := string(AppendLists(nil, lists))
	lists, err = ParseLists([]byte(again))
	if err != nil {
		t.Fatalf("%v\n%s", err, again)
	}
	for i, want := range []string{"linux/386, linux/amd64, linux/arm/v7, linux/arm64, windows/amd64", "linux/s390x", ""} {
		tag := &lists[0].Tags[i]
		have := strings.Split(tag.Platforms(), ", ")
		slices.Sort(have)
		if got := strings.Join(have, ", "); got != want {
			t.Errorf("%s: built for %q, want %q", tag.Name, got, want)
		}
	}
	if _, err := ParseLists([]byte(strings.Replace(text, "linux/s390x", "plan9/?", 1))); !errors.Is(err, ErrNoList) {
		t.Errorf("an invalid platform: %v", err)
	}
	for platforms, want := range map[string]string{
		"linux/arm64/v8 linux/amd64 linux/amd64": "amd64 arm64v8", "linux/arm linux/arm/v6": "arm32v6 arm32v7", "windows/amd64": "windows-amd64", "wasip1/wasm": "", "": "", "linux/A;B": "",
	} {
		if got := ArchitecturesOf(strings.Fields(platforms)); got != want {
			t.Errorf("%s: %q, want %q", platforms, got, want)
		}
	}
}
