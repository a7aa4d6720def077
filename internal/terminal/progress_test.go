package terminal

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// screen is one line of a terminal, with the number of writes.
type screen struct {
	lines  []string // those that are finished
	cells  []rune
	at     int
	writes int
}

func (s *screen) Write(b []byte) (int, error) {
	s.writes++
	for _, r := range string(b) {
		switch r {
		case '\r':
			s.at = 0
		case '\n':
			s.lines, s.cells, s.at = append(s.lines, s.text()), nil, 0
		default:
			for len(s.cells) <= s.at {
				s.cells = append(s.cells, ' ')
			}
			s.cells[s.at] = r
			s.at++
		}
	}
	return len(b), nil
}

func (s *screen) text() string { return strings.TrimRight(string(s.cells), " ") }

// clock advances only when told to.
type clock struct {
	now   time.Time
	waits []*wait
}

type wait struct {
	at      time.Time
	do      func()
	stopped bool
}

func (c *clock) pass(d time.Duration) {
	c.now = c.now.Add(d)
	for _, w := range c.waits {
		if !w.stopped && !w.at.After(c.now) {
			w.stopped = true
			w.do()
		}
	}
}

func (c *clock) clock() Clock {
	return Clock{Now: func() time.Time { return c.now }, After: func(d time.Duration, do func()) func() {
		w := &wait{at: c.now.Add(d), do: do}
		c.waits = append(c.waits, w)
		return func() { w.stopped = true }
	}}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	s, c := &screen{}, &clock{now: time.Unix(1000, 0)}
	p := NewProgress(s, 40, c.clock())
	want := func(when, text string) {
		t.Helper()
		if got := s.text(); got != text {
			t.Errorf("%s: %q, want %q", when, got, text)
		}
	}
	job := p.Job("rendering")
	job(0, 120)
	c.pass(900 * time.Millisecond)
	job(3, 120)
	if s.writes != 0 {
		t.Error("progress is shown within the first second")
	}
	c.pass(100 * time.Millisecond)
	want("after a second, though nothing has moved", "rendering: 3 of 120")
	job(4, 120)
	want("at once", "rendering: 3 of 120")
	c.pass(pace)
	job(100, 120)
	want("later", "rendering: 100 of 120")
	if _, err := p.Write([]byte("imagelint: a word\n")); err != nil {
		t.Error(err)
	}
	want("after something else", "")
	job(101, 120)
	want("and the line is back", "rendering: 101 of 120")
	job(120, 120)
	want("in the end", "")
	if s.at != 0 {
		t.Errorf("the cursor is in column %d", s.at)
	}
	if diff := cmp.Diff([]string{"imagelint: a word"}, s.lines); diff != "" {
		t.Error(diff)
	}
	// A short job, and a long one after it: each has its own delay.
	writes := s.writes
	job(0, 2)
	c.pass(900 * time.Millisecond)
	job(2, 2)
	other := p.Job("asking registries, which have a long name")
	other(0, 9)
	c.pass(900 * time.Millisecond)
	if s.writes != writes {
		t.Error("the delay of one job counts for the next")
	}
	c.pass(time.Second)
	want("a narrow terminal", "asking registries, which have a long na")
	other(9, 9)
	want("in the end", "")
}

// A line that becomes shorter leaves no remains of the longer one.
func TestProgressShorter(t *testing.T) {
	t.Parallel()
	s, c := &screen{}, &clock{now: time.Unix(1000, 0)}
	p := NewProgress(s, 0, c.clock())
	long, short := p.Job("asking registries"), p.Job("rendering")
	long(0, 100)
	c.pass(2 * time.Second)
	c.pass(pace)
	short(1, 2)
	if got := s.text(); got != "rendering: 1 of 2" {
		t.Errorf("%q", got)
	}
}
