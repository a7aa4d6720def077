package gather

import (
	"errors"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// productFile is a small sample of a product file.
const productFile = `---
title: Debian
category: os
permalink: /debian

identifiers:
  - purl: pkg:docker/someone/debian

auto:
  methods:
    - release_table: https://example.com
      fields:
        releaseCycle: "Version"
        eol: "End"

# eol(x) = releaseDate(x) + 3 years
releases:
  - releaseCycle: "13"
    codename: "Trixie"
    eol: false
    latest: "13.6"

  - releaseCycle: '12'
    codename: "Bookworm Again"
    releaseDate: 2023-06-10
    eol: 2026-07-11 # moved by a month
    custom:
      eol: 2030-01-01
    latest: "12.15"

-   releaseCycle: 3.1
    eol: true

  - releaseCycle: "sid"
    eol: 2001-01-01
---

> Text behind it.

releases:
  - releaseCycle: "99"
    eol: 2001-01-01
`

func TestEndOfLife(t *testing.T) {
	t.Parallel()
	before := catalog.Products{
		Source: catalog.Source{Name: "github.com/endoflife-date/endoflife.date", Revision: "0123456789ab", Day: 20_000},
		List: []catalog.Product{
			{Name: "debian", Images: []string{"docker.io/library/debian"}, Cycles: []catalog.Cycle{{Name: "12"}}},
			{Name: "gone", Images: []string{"docker.io/acme/gone"}, Cycles: []catalog.Cycle{{Name: "1", Ended: true}}},
		},
	}
	sources := fstest.MapFS{"endoflife.date/products/debian.md": &fstest.MapFile{Data: []byte(productFile)}}
	day := catalog.DayOf(time.Date(2026, 8, 9, 0, 0, 0, 0, time.UTC))
	got, notes, err := EndOfLife(before, sources, day)
	if err != nil {
		t.Fatal(err)
	}
	want := `source: github.com/endoflife-date/endoflife.date
date: 2026-08-09

product: debian
image: docker.io/library/debian
13 trixie: -
12 bookworm: 2026-07-11
3.1: ended

product: gone
image: docker.io/acme/gone
1: ended
`
	text := catalog.AppendProducts(nil, got)
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"gone: it has no file any more"}, notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if again, err := catalog.ParseProducts(text); err != nil || !cmp.Equal(again, got) {
		t.Errorf("read back: %v\n%s", err, cmp.Diff(got, again))
	}
}

func TestEndOfLifeBroken(t *testing.T) {
	t.Parallel()
	before := catalog.Products{List: []catalog.Product{{Name: "debian"}}}
	for name, text := range map[string]string{
		"no cycles":    "---\ntitle: Debian\n---\n",
		"no such day":  "releases:\n  - releaseCycle: 1\n    eol: 2026-02-30\n",
		"other values": "releases:\n  - releaseCycle: 1\n    eol: soon\n",
	} {
		_, _, err := EndOfLife(before, fstest.MapFS{"endoflife.date/products/debian.md": &fstest.MapFile{Data: []byte(text)}}, 20_000)
		if err == nil || name == "no cycles" && !errors.Is(err, ErrNoCycles) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
