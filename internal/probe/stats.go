package probe

import (
	"fmt"
	"maps"
)

// Stats counts the requests of a run.
type Stats struct {
	Heads, Gets, Tokens, Lists int // requests sent: HEAD and GET of manifests (and blobs), tokens, tag lists
	Hits                       int // images answered from the cache
	Untried                    int // images that the pod may not read and for which the user's login was not used
	// Uncached is true if the answers were not cached because other runs held the lock.
	Uncached bool
	// Left is the remaining rate limit that registries report, by host: "97 of 100".
	Left map[string]string
}

// Requests returns the number of all requests.
func (s Stats) Requests() int { return s.Heads + s.Gets + s.Tokens + s.Lists }

// Stats returns the counts so far.
func (p *Prober) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.stats
	s.Left = maps.Clone(p.stats.Left)
	return s
}

func (p *Prober) count(k kind, host, left string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch k {
	case kindHead:
		p.stats.Heads++
	case kindGet:
		p.stats.Gets++
	case kindToken:
		p.stats.Tokens++
	case kindTags:
		p.stats.Lists++
	case kindHit:
		p.stats.Hits++
	case kindUntried:
		p.stats.Untried++
	}
	if left != "" {
		p.stats.Left[host] = left
	}
}

// String formats the counts for people.
func (s Stats) String() string {
	text := fmt.Sprintf("%d requests (%d HEAD, %d GET, %d tokens, %d lists of tags), %d images from the cache",
		s.Requests(), s.Heads, s.Gets, s.Tokens, s.Lists, s.Hits)
	if s.Uncached {
		text += "; answers not cached: other runs hold the lock of the cache"
	}
	return text
}
