package terminal

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

const (
	// patience is how long work lasts before it says how far it is: what is done sooner needs no word.
	patience = time.Second
	// pace is the least time between two texts of the line.
	pace = 100 * time.Millisecond
)

// Clock is the time that a Progress goes by.
type Clock struct {
	Now func() time.Time
	// After runs a function once a time has passed, in a goroutine of its own, unless it is stopped before.
	After func(d time.Duration, do func()) (stop func())
}

// RealClock waits as the machine does, and takes the time from a function.
func RealClock(now func() time.Time) Clock {
	return Clock{Now: now, After: func(d time.Duration, do func()) func() {
		t := time.AfterFunc(d, do)
		return func() { t.Stop() }
	}}
}

// Progress is one line of a terminal that says how far long work is. It appears after a second, is rewritten in place, and is gone once the work is done or
// something else is written: what goes to that terminal meanwhile is written through it. It needs nothing of the terminal but the carriage return.
type Progress struct {
	w     io.Writer
	width int
	clock Clock

	mu          sync.Mutex
	what        string
	done, total int
	shown       int    // how long the text on the screen is
	due         bool   // the work has lasted long enough
	stop        func() // ends the wait for that; nil where nothing is done
	job         int    // counts the jobs, so that a wait which ends late is known as another one's
	drawn       time.Time
}

// NewProgress returns a Progress for a terminal of a width, in cells; 0 where that is not known.
func NewProgress(w io.Writer, width int, clock Clock) *Progress {
	if width <= 0 {
		width = 80
	}
	return &Progress{w: w, width: width, clock: clock}
}

// Job returns a function that is told how much of some work is done: first that nothing is, in the end that all is. It can be called by several goroutines.
func (p *Progress) Job(what string) func(done, total int) {
	return func(done, total int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if done >= total {
			p.end()
			return
		}
		if p.what, p.done, p.total = what, done, total; p.stop == nil {
			p.job++
			job := p.job
			p.stop = p.clock.After(patience, func() { p.show(job) })
			return
		}
		if p.due && p.clock.Now().Sub(p.drawn) >= pace {
			p.draw()
		}
	}
}

// Write writes something else: the line makes room.
func (p *Progress) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	return p.w.Write(b)
}

// show draws the line of a job that has lasted long enough.
func (p *Progress) show(job int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stop != nil && p.job == job {
		p.due = true
		p.draw()
	}
}

func (p *Progress) end() {
	if p.stop != nil {
		p.stop()
	}
	p.stop, p.due = nil, false
	p.clear()
}

func (p *Progress) draw() {
	text := fmt.Sprintf("%s: %d of %d", p.what, p.done, p.total)
	text = text[:min(len(text), p.width-1)] // a line that is full would scroll
	p.put("\r" + text + strings.Repeat(" ", max(0, p.shown-len(text))))
	p.shown, p.drawn = len(text), p.clock.Now()
}

func (p *Progress) clear() {
	if p.shown > 0 {
		p.put("\r" + strings.Repeat(" ", p.shown) + "\r")
	}
	p.shown, p.drawn = 0, time.Time{}
}

// put writes the line, which may fail silently.
func (p *Progress) put(text string) { _, _ = io.WriteString(p.w, text) }
