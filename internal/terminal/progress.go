package terminal

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

const (
	// showAfter is how long work runs before progress is shown. Shorter work shows none.
	showAfter = time.Second
	// pace is the minimum time between two updates.
	pace = 100 * time.Millisecond
)

// Clock is the time source of a Progress.
type Clock struct {
	Now func() time.Time
	// After runs a function in its own goroutine once a time has passed, unless stop is called before.
	After func(d time.Duration, do func()) (stop func())
}

// RealClock returns a Clock with the machine's timers and the given time.
func RealClock(now func() time.Time) Clock {
	return Clock{Now: now, After: func(d time.Duration, do func()) func() {
		t := time.AfterFunc(d, do)
		return func() { t.Stop() }
	}}
}

// Progress is a line of a terminal that shows how far long work has come. It appears after a second, is
// updated in place, and disappears when the work is done. Other output to the terminal must be written
// through it. It uses no control character but the carriage return.
type Progress struct {
	w     io.Writer
	width int
	clock Clock

	mu          sync.Mutex
	what        string
	done, total int
	shown       int    // length of the text on the screen
	due         bool   // the work has lasted long enough
	stop        func() // stops the timer for that; nil if there is no work
	job         int    // number of the current job, so that a late timer of an earlier job is ignored
	drawn       time.Time
}

// NewProgress returns a Progress for a terminal of the given width in cells; 0 means unknown.
func NewProgress(w io.Writer, width int, clock Clock) *Progress {
	if width <= 0 {
		width = 80
	}
	return &Progress{w: w, width: width, clock: clock}
}

// Job returns a function to call with the amount of work done: first 0, finally total. It is safe for
// concurrent use.
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
			p.stop = p.clock.After(showAfter, func() { p.show(job) })
			return
		}
		if p.due && p.clock.Now().Sub(p.drawn) >= pace {
			p.draw()
		}
	}
}

// Write writes other output, removing the line first.
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
	text = text[:min(len(text), p.width-1)] // a full line would scroll
	p.put("\r" + text + strings.Repeat(" ", max(0, p.shown-len(text))))
	p.shown, p.drawn = len(text), p.clock.Now()
}

func (p *Progress) clear() {
	if p.shown > 0 {
		p.put("\r" + strings.Repeat(" ", p.shown) + "\r")
	}
	p.shown, p.drawn = 0, time.Time{}
}

// put writes text; errors are ignored.
func (p *Progress) put(text string) { _, _ = io.WriteString(p.w, text) }
