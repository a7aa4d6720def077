package cluster

import (
	"strings"
	"time"
)

// The kubelet's delays between two pulls of an image for a pod: the first, and the longest after doubling it.
const (
	firstWait = 10 * time.Second
	longWait  = 300 * time.Second
)

// untilLongWait is the time after the first failure from which the kubelet waits longWait: 10, 20, 40, 80 and 160 seconds have passed.
const untilLongWait = 310 * time.Second

// lateness bounds how long after its delay a pull is tried and reported as failed.
const lateness = time.Minute

// backOff is what events say about the times of the tries. The API server merges equal events and drops some, so those about failures may end long
// before the back-off does.
type backOff struct {
	// isAge is true if the times are ages, as of the Unix epoch.
	isAge bool
	// first is the first sign of a failed pull, failed the last failure, and newest the last sign; zero if unknown.
	first, failed, newest time.Time
}

// see adds the times of an event.
func (b *backOff) see(s *Observation) {
	failed := strings.HasPrefix(s.Message, "Failed to pull image")
	last, isAge, ok := timeOf(s.Last)
	if !ok || !failed && !strings.HasPrefix(s.Message, "Back-off pulling image") || !b.first.IsZero() && b.isAge != isAge {
		return
	}
	first, firstIsAge, ok := timeOf(s.First)
	if !ok || firstIsAge != isAge || first.After(last) {
		first = last
	}
	if b.first.IsZero() || first.Before(b.first) {
		b.isAge, b.first = isAge, first
	}
	if failed && last.After(b.failed) {
		b.failed = last
	}
	if last.After(b.newest) {
		b.newest = last
	}
	if isAge { // as of printing, when the pod was still there
		b.newest = time.Unix(0, 0)
	}
}

// wait returns the longest possible delay before the next try, and whether it follows from the number of counted tries. That number is not used if more
// tries must have followed.
func (b *backOff) wait(tries int) (d time.Duration, byCount bool) {
	if tries == 0 || b.newest.Sub(b.first) >= untilLongWait {
		return longWait, false
	}
	d = longWait
	if tries < 6 {
		d = min(firstWait<<(tries-1), longWait)
	}
	if b.isStale(d) {
		return longWait, false
	}
	return d, true
}

// isStale reports whether a try followed the last reported failure, because the delay after that has passed.
func (b *backOff) isStale(delay time.Duration) bool {
	return !b.failed.IsZero() && b.newest.Sub(b.failed) > delay+lateness
}

// MoreTries reports whether the pull was tried more often than Tries says.
func (f *Failure) MoreTries() bool {
	return f.backOff.isStale(longWait) || f.Tries > 0 && f.Tries < 6 && f.backOff.isStale(firstWait<<(f.Tries-1))
}

// timeOf parses the time of an event: an RFC 3339 timestamp, or an age such as "3m2s", which it converts to a time as of the Unix epoch.
func timeOf(text string) (at time.Time, isAge, ok bool) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, false, true
	}
	age, ok := parseAge(text)
	return time.Unix(0, 0).Add(-age), true, ok
}

// parseAge parses an age as kubectl prints it, such as "3m2s" or "2d3h".
func parseAge(text string) (time.Duration, bool) {
	const longest = 100 * 365 * 24 * time.Hour
	var age, n time.Duration
	digits := false
	for i := range len(text) {
		unit, isUnit := units[text[i]]
		switch {
		case text[i] >= '0' && text[i] <= '9':
			n, digits = min(10*n+time.Duration(text[i]-'0'), 1_000_000), true
		case digits && isUnit:
			age, n, digits = min(age+min(n, longest/unit)*unit, longest), 0, false
		default:
			return 0, false
		}
	}
	return age, text != "" && !digits
}

var units = map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'y': 365 * 24 * time.Hour}
