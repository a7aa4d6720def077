package probe

import (
	"context"
	"net/url"
	"sync"
	"time"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
	"github.com/imagelint-dev/imagelint/lint"
)

const (
	hub = "docker.io"

	// maxFailures is the number of consecutive failures after which a registry is not asked again. A single
	// one may be an accident.
	maxFailures = 3
)

// registry is a registry host. What one request reveals about it is used for all others.
type registry struct {
	name     string // as in references: "docker.io"
	host     string // as contacted: "registry-1.docker.io"
	insecure bool
	guarded  bool // a public host led to it

	// first serializes the first request to a host, which discovers scheme and auth.
	first chan struct{}

	mu        sync.Mutex
	met       bool
	scheme    string
	challenge *challenge
	failures  int
	down      *lint.Answer // why it is not asked again
	notBefore time.Time    // earliest time of the next request, after a rate limit
	sessions  map[sessionKey]*session
}

type sessionKey struct {
	repository string
	anonymous  bool
	own        bool
	hash       [32]byte
}

// session is one identity at one repository.
type session struct {
	*registry
	repository string
	id         identity

	token   chan struct{} // a lock whose wait can be canceled
	bearer  string
	expires time.Time
	refused *lint.Answer // the token service's refusal

	list  chan struct{} // likewise
	tags  tagList
	heads sync.Map // reference -> lint.Answer
}

// hostOf returns the host that serves a registry's images.
func hostOf(name string) string {
	if r, _ := registries.Lookup(name); r.Endpoint != "" && r.Hosts[0] == name {
		return r.Endpoint
	}
	return name
}

func (p *Prober) registry(name string) *registry {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.hosts[name]
	if r == nil {
		host := hostOf(name)
		r = &registry{
			name: name, host: host, insecure: p.wire.insecure[host], scheme: "https",
			first: make(chan struct{}, 1), sessions: map[sessionKey]*session{},
		}
		p.hosts[name] = r
	}
	return r
}

func (r *registry) session(repository string, id identity) *session {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := sessionKey{repository, id.anonymous, id.own, id.hash}
	s := r.sessions[k]
	if s == nil {
		s = &session{registry: r, repository: repository, id: id, token: make(chan struct{}, 1), list: make(chan struct{}, 1)}
		r.sessions[k] = s
	}
	return s
}

// meet lets one request through at a time until the first one is answered. Call the returned func when the
// answer has arrived.
func (r *registry) meet(ctx context.Context) func() {
	r.mu.Lock()
	met := r.met
	r.mu.Unlock()
	if met {
		return func() {}
	}
	select {
	case r.first <- struct{}{}:
		r.mu.Lock()
		met = r.met
		r.mu.Unlock()
		if met {
			<-r.first
			return func() {}
		}
		return func() {
			r.mu.Lock()
			r.met = true
			r.mu.Unlock()
			<-r.first
		}
	case <-ctx.Done():
		return func() {}
	}
}

// broken returns why a registry is not asked again.
func (r *registry) broken() (lint.Answer, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.down == nil {
		return lint.Answer{}, false
	}
	a := *r.down
	a.Skipped = true
	return a, true
}

// learn records what an answer says about the registry as a whole.
func (r *registry) learn(a lint.Answer, final bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch a.Outcome {
	case lint.PlainHTTP, lint.Untrusted, lint.Unreachable:
		final = true
	case lint.Inconclusive:
		r.failures++
		final = final || r.failures >= maxFailures
	default:
		r.failures = 0
		return
	}
	if final && r.down == nil {
		r.down = &a
	}
}

func (r *registry) url(path string) *url.URL {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &url.URL{Scheme: r.scheme, Host: r.host, Path: path}
}

// known returns the challenge that the registry sent before.
func (r *registry) known() *challenge {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.challenge
}
