package html

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestDraw: boxes do not overlap or leave the diagram, every line connects boxes, and groups above the limit
// are counted.
func TestDraw(t *testing.T) {
	t.Parallel()
	var groups []Group
	for i := range 40 {
		g := Group{Pods: "Deployment shop/web" + strconv.Itoa(i), Count: i + 1, Account: "shop/a" + strconv.Itoa(i%3), Registry: "r" + strconv.Itoa(i%5) + ".example.com", Fails: i < 4, Outcome: "anonymous"}
		for s := range i % 4 {
			g.Secrets = append(g.Secrets, Secret{Name: fmt.Sprintf("shop/s%d", (i+s)%7), State: []string{"ok", "bad", "idle", "unknown"}[(i+s)%4]})
		}
		groups = append(groups, g)
	}
	p := draw(groups)
	if p.Shown != maxGroups || p.Left != 40-maxGroups || p.All != 40 {
		t.Errorf("%d of %d groups are shown, and %d left", p.Shown, p.All, p.Left)
	}
	known := map[*box]bool{}
	for i, a := range p.Nodes {
		known[a] = true
		if a.X < 0 || a.Y < top || a.X+a.W > p.Width || a.Y+a.H > p.Height {
			t.Errorf("%+v is outside of %d x %d", a, p.Width, p.Height)
		}
		for _, b := range p.Nodes[:i] {
			if a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
				t.Errorf("%q lies on %q", a.Name, b.Name)
			}
		}
	}
	bad := 0
	for _, e := range p.Edges {
		if !known[e.from] || !known[e.to] || e.to.column <= e.from.column {
			t.Errorf("a line %+v", e)
		}
		if e.Class == "bad" {
			bad++
		}
	}
	if bad == 0 {
		t.Error("no line with a failing pull")
	}
	if draw(nil) != nil {
		t.Error("a diagram without pulls")
	}
}

// TestDrawIdle: a Secret for another registry leads to none; one that is tried leads to its own.
func TestDrawIdle(t *testing.T) {
	t.Parallel()
	p := draw([]Group{
		{Pods: "a", Account: "d", Registry: "docker.io", Secrets: []Secret{{Name: "s", State: "idle"}}, Anonymous: true},
		{Pods: "b", Account: "d", Registry: "ghcr.io", Secrets: []Secret{{Name: "s", State: "ok", Note: "usable"}}},
	})
	var lines []string
	for _, e := range p.Edges {
		if e.from.column == secretColumn {
			lines = append(lines, e.from.Name+" "+e.to.Name)
		}
	}
	if got, want := strings.Join(lines, ", "), "no credentials docker.io, s ghcr.io"; got != want {
		t.Errorf("lines %q, want %q", got, want)
	}
	for _, b := range p.Nodes {
		if b.Name == "s" && (b.Class != "ok" || b.Note != "usable") {
			t.Errorf("the Secret that is tried is %+v", b)
		}
	}
}

func TestShorten(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "short", strings.Repeat("é", 27), strings.Repeat("a", 28), strings.Repeat("日本", 5000)} {
		for _, got := range []string{shorten(s, nameFits), cut(s, nameFits)} {
			if utf8.RuneCountInString(got) > nameFits || !utf8.ValidString(got) || len(s) <= nameFits && got != s {
				t.Errorf("%.40q is %q", s, got)
			}
		}
	}
	if got := shorten("registry.example.com/team/application:1.2.3", 20); !strings.HasSuffix(got, ":1.2.3") {
		t.Errorf("the end is lost: %q", got)
	}
}

// TestBar: the segments are adjacent and fill the bar.
func TestBar(t *testing.T) {
	t.Parallel()
	at := 0
	for _, p := range bar([]Share{{N: 1}, {N: 0}, {N: 333}, {N: 7}}) {
		if p.X != at || p.W < 1 {
			t.Errorf("%+v at %d", p, at)
		}
		at = p.X + p.W
	}
	if at < 1000 || at > 1001 {
		t.Errorf("the bar ends at %d", at)
	}
	if bar([]Share{{N: 0}}) != nil {
		t.Error("a progress bar with a total of 0")
	}
}
