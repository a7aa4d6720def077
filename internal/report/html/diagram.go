package html

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Sizes in the diagram, in its own units.
const (
	maxGroups = 16 // groups that are drawn
	boxWidth  = 226
	boxHeight = 48
	boxGap    = 16
	columnGap = 62
	top       = 34
	padding   = 12
	nameFits  = 27 // characters of a name that fit into a box
	noteFits  = 29
)

// The columns, from left to right.
const (
	podColumn = iota
	accountColumn
	secretColumn
	registryColumn
	columns
)

var heads = [columns]string{"pods", "service account", "pull secrets", "registry"}

// signs precede the notes, so that color is not the only hint.
var signs = map[string]string{"bad": "✕ ", "ok": "✓ ", "unknown": "? ", "idle": "– "}

// box is a node of the diagram.
type box struct {
	X, Y, W, H          int
	TextX, NameY, NoteY int
	Class, Sign         string
	Name, Note, Title   string
	column              int
	rows, weight        int // sum and number of the rows of its groups
}

type edge struct {
	Class, Path string
	from, to    *box
}

type head struct {
	X, Y int
	Text string
}

// picture is a graph in four columns.
type picture struct {
	Width, Height    int
	Heads            []head
	Nodes            []*box
	Edges            []*edge
	Shown, All, Left int
}

// draw lays out the first groups; nil if there are none.
func draw(groups []Group) *picture {
	if len(groups) == 0 {
		return nil
	}
	p := &picture{Width: columns*boxWidth + (columns-1)*columnGap, All: len(groups), Shown: min(len(groups), maxGroups)}
	p.Left = p.All - p.Shown
	g := graph{picture: p, at: map[string]*box{}, edges: map[[2]*box]*edge{}}
	for i := range groups[:p.Shown] {
		g.group(i, &groups[i])
	}
	p.place()
	for i, text := range heads {
		p.Heads = append(p.Heads, head{i * (boxWidth + columnGap), 16, text})
	}
	return p
}

// graph merges equal boxes, and lines between the same boxes.
type graph struct {
	*picture
	at    map[string]*box
	edges map[[2]*box]*edge
}

// group adds the boxes and lines of a group.
func (g *graph) group(row int, of *Group) {
	class := ""
	if of.Fails {
		class = "bad"
	}
	what := fmt.Sprintf("%d pulls", of.Count)
	if of.Count == 1 {
		what = of.Images
	}
	pods := g.box(row, podColumn, fmt.Sprint(row), of.Pods, shorten(what, max(8, noteFits-len(of.Outcome)-2))+": "+of.Outcome, class)
	pods.Title = of.PodsSummary + ": " + of.Message
	account := g.box(row, accountColumn, of.Account+"\x00"+of.AccountNote, of.Account, of.AccountNote, "")
	g.line(pods, account, class)
	registry := of.Registry
	if of.Never {
		registry = "no registry"
	}
	target := g.box(row, registryColumn, registry, registry, "", "")
	target.Note = Counted(target.weight, "group", "groups")
	sent := false
	for _, s := range of.Secrets {
		key := s.Name + "\x00" + s.Note
		if s.State == "ok" || s.State == "idle" {
			key = s.Name // the same Secret, for this registry or another
		}
		secret := g.box(row, secretColumn, key, s.Name, s.Note, s.State)
		g.line(account, secret, class)
		if s.State != "idle" && s.State != "bad" || of.Fails {
			sent = true
			g.line(secret, target, worse(class, s.State))
		}
	}
	if !sent {
		note := "anonymous"
		if of.Never {
			note = "no pull"
		}
		none := g.box(row, secretColumn, "\x00"+note+class, "no credentials", note, class)
		g.line(account, none, class)
		g.line(none, target, class)
	}
}

// worse returns the class of a line between a group and a Secret.
func worse(group, secret string) string {
	if group != "" {
		return group
	}
	return secret
}

// box returns the box of a column with a key, averaging in the row of another group.
func (g *graph) box(row, column int, key, name, note, class string) *box {
	key = fmt.Sprint(column) + key
	b := g.at[key]
	if b == nil {
		b = &box{column: column, Class: class, Sign: signs[class], Name: shorten(name, nameFits), Note: cut(note, noteFits), Title: strings.TrimSpace(name + " " + note)}
		g.at[key] = b
		g.Nodes = append(g.Nodes, b)
	}
	if b.Class == "idle" && class == "ok" {
		b.Class, b.Sign, b.Note = class, signs[class], cut(note, noteFits)
	}
	b.rows, b.weight = b.rows+row, b.weight+1
	return b
}

// line connects two boxes. Of several lines, the worst class counts.
func (g *graph) line(from, to *box, class string) {
	e := g.edges[[2]*box{from, to}]
	if e == nil {
		e = &edge{from: from, to: to, Class: class}
		g.edges[[2]*box{from, to}] = e
		g.Edges = append(g.Edges, e)
	}
	if class == "bad" {
		e.Class = class
	}
}

// place positions each box as close to its groups as the boxes above it allow.
func (p *picture) place() {
	const step = boxHeight + boxGap
	var free [columns]int
	for i := range free {
		free[i] = top
	}
	for column := range columns {
		for _, b := range ordered(p.Nodes, column) {
			b.W, b.H = boxWidth, boxHeight
			b.X = column * (boxWidth + columnGap)
			b.Y = max(free[column], top+b.rows*step/b.weight)
			free[column] = b.Y + step
			b.TextX, b.NameY, b.NoteY = b.X+padding, b.Y+20, b.Y+37
			p.Height = max(p.Height, b.Y+boxHeight+2)
		}
	}
	for _, e := range p.Edges {
		x1, y1, x2, y2 := e.from.X+boxWidth, e.from.Y+boxHeight/2, e.to.X, e.to.Y+boxHeight/2
		e.Path = fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, x1+columnGap/2, y1, x2-columnGap/2, y2, x2, y2)
	}
}

// ordered returns the boxes of a column from top to bottom: by the average of their rows, then in order of
// creation.
func ordered(all []*box, column int) []*box {
	var out []*box
	for _, b := range all {
		if b.column != column {
			continue
		}
		at := len(out)
		for at > 0 && out[at-1].rows*b.weight > b.rows*out[at-1].weight {
			at--
		}
		out = append(out[:at], append([]*box{b}, out[at:]...)...)
	}
	return out
}

// shorten shortens a text in its middle, because names differ at both ends.
func shorten(s string, fits int) string {
	n := utf8.RuneCountInString(s)
	if n <= fits {
		return s
	}
	r := []rune(s)
	head := fits * 3 / 5
	return string(r[:head]) + "…" + string(r[n-(fits-head-1):])
}

// cut shortens a text at its end.
func cut(s string, fits int) string {
	if utf8.RuneCountInString(s) <= fits {
		return s
	}
	return string([]rune(s)[:fits-1]) + "…"
}

// part is a segment of a bar.
type part struct {
	Class string
	X, W  int
}

// bar divides a width of 1,000 by shares; nil if there is nothing to divide.
func bar(shares []Share) []part {
	const whole = 1000
	all, sum := 0, 0
	for _, s := range shares {
		all += s.N
	}
	var out []part
	for _, s := range shares {
		if s.N == 0 {
			continue
		}
		x := sum * whole / all
		sum += s.N
		out = append(out, part{s.Word, x, max(sum*whole/all-x, 1)})
	}
	return out
}
