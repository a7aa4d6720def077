// Package probe asks registries whether images exist: as the pod, with the credentials that the manifests give
// it, and, if the pod is refused, as the user who runs imagelint. It is the only package that opens
// connections. It does not judge: it reports what a registry answered and what remains unknown.
//
// The package implements the registry protocol itself, which for these questions is a HEAD and a GET. That
// gives it control over the number of requests, which host gets which credentials, which redirects are
// followed, when to retry, and what the headers of a refusal mean. go-containerregistry parses manifests and
// digests.
package probe

import (
	"context"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// Defaults of one run.
const (
	DefaultTimeout     = 60 * time.Second
	DefaultConcurrency = 16

	perRegistry    = 10 // images of one registry at once
	perImage       = 15 * time.Second
	maxCredentials = 8 // tried for one image
)

// Mirror maps a registry to the place that is asked first, for example "docker.io" to
// "mirror.example.com/hub".
type Mirror struct{ Registry, At string }

// Login limits what the user's own logins may reveal about a repository that the pod cannot read. The manifests
// may come from a stranger who also sees the output, and each answer obtained with the user's login may reveal
// a repository that is private to the user.
type Login uint8

const (
	LoginExists Login = iota // that an image exists
	LoginNone                // nothing: logins are used only for mirrors
	LoginTags                // also which other tags exist
)

// Options configure a Prober. The zero value uses HTTPS and the machine's certificates, and caches nothing.
type Options struct {
	// Insecure are registries, as host or host:port, that may be asked over plain HTTP or without a trusted
	// certificate. They never get credentials.
	Insecure []string
	Mirrors  []Mirror
	// CAFiles are PEM files of certificates to trust in addition to the machine's.
	CAFiles []string
	// Timeout applies to all images together.
	Timeout time.Duration
	// Concurrency is the number of images that are asked about at once.
	Concurrency int
	// Wait is how long to keep asking about images that do not exist yet; 0 does not wait. Timeout then
	// applies to each round.
	Wait time.Duration
	// Waiting, if set, is called before each pause and when waiting is over.
	Waiting func(Waiting)
	// CacheDir is the folder of the cache; "" disables it.
	CacheDir string
	// Getenv reads the environment. Home is the user's folder. Both lead to the user's own credentials;
	// without them, only pods' credentials are used.
	Getenv func(string) string
	Home   string
	// Login is what those credentials may reveal.
	Login Login
	// UserAgent identifies imagelint to registries.
	UserAgent string
	// Dial opens all connections; nil uses the machine's network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Progress, if set, is called with the number of images done: first with 0, at the end with total. Calls
	// come from several goroutines, but never two at once.
	Progress func(done, total int)

	// Now returns the time and After waits; nil uses the machine's clock.
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time

	pauses pauses // for tests
}

// pauses are waiting times.
type pauses struct {
	retry, maxRetryAfter, perImage, header, lock time.Duration
}

// Prober implements lint.Prober. It serves one run.
type Prober struct {
	o        Options
	wire     *wire
	person   *person
	cache    *cache
	slots    chan struct{}
	mu       sync.Mutex
	hosts    map[string]*registry
	stats    Stats
	tagBytes int // size of the lists that are kept
	progress sync.Mutex
	began    time.Time // when the first question was asked
}

var _ lint.Prober = (*Prober)(nil)

// New returns a Prober. It opens no connection. It returns an error if a certificate file cannot be used.
func New(o Options) (*Prober, error) {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Concurrency <= 0 {
		o.Concurrency = DefaultConcurrency
	}
	if o.Getenv == nil {
		o.Getenv = func(string) string { return "" }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.After == nil {
		o.After = time.After
	}
	if o.UserAgent == "" {
		o.UserAgent = "imagelint"
	}
	for at, usual := range map[*time.Duration]time.Duration{
		&o.pauses.retry: 300 * time.Millisecond, &o.pauses.maxRetryAfter: 5 * time.Second,
		&o.pauses.perImage: perImage, &o.pauses.header: 10 * time.Second, &o.pauses.lock: lockTimeout,
	} {
		if *at == 0 {
			*at = usual
		}
	}
	w, err := newWire(o)
	if err != nil {
		return nil, err
	}
	p := &Prober{
		o: o, wire: w, person: &person{getenv: o.Getenv, home: o.Home}, slots: make(chan struct{}, o.Concurrency), hosts: map[string]*registry{},
		stats: Stats{Left: map[string]string{}},
	}
	p.wire.count = p.count
	p.cache = openCache(o.CacheDir, o.Now, o.Getenv("CI") != "" || o.Wait > 0, o.pauses.lock)
	return p, nil
}

// Probe asks about every question.
func (p *Prober) Probe(ctx context.Context, questions []lint.Question) []lint.ProbeResult {
	facts := make([]lint.ProbeResult, len(questions))
	if p.began.IsZero() {
		p.began = p.o.Now() // later questions share this deadline
	}
	defer p.wire.close()
	all := p.askAll(ctx, questions)
	p.wait(ctx, questions, all)
	p.within(ctx, func(ctx context.Context) { p.inspect(ctx, questions, all) })
	if !p.cache.save() {
		p.mu.Lock()
		p.stats.Uncached = true
		p.mu.Unlock()
	}
	for i := range all {
		facts[i] = all[i].ProbeResult
	}
	return facts
}

// within limits the context of a run by the time for asking.
func (p *Prober) within(ctx context.Context, do func(context.Context)) {
	ctx, cancel := context.WithTimeout(ctx, p.o.Timeout)
	defer cancel()
	do(ctx)
}

// counting returns a function that counts one more answered question, and one that ends the count.
func (p *Prober) counting(total int) (one, end func()) {
	done := 0
	tell := func(n int) {
		if p.o.Progress != nil {
			p.progress.Lock()
			defer p.progress.Unlock()
			done += n
			p.o.Progress(done, total)
		}
	}
	tell(0)
	return func() { tell(1) }, func() { tell(total - done) }
}

// askAll asks about every question once.
func (p *Prober) askAll(ctx context.Context, questions []lint.Question) []result {
	whole := ctx
	tell, end := p.counting(len(questions))
	defer end()
	all := make([]result, len(questions))
	left := map[string]*atomic.Int64{} // questions left of each repository
	for _, q := range questions {
		if left[q.Ref.Name()] == nil {
			left[q.Ref.Name()] = new(atomic.Int64)
		}
		left[q.Ref.Name()].Add(1)
	}
	p.within(ctx, func(ctx context.Context) {
		p.spread(ctx, queues(questions), func(ctx context.Context, i int) {
			all[i] = p.one(ctx, whole, questions[i])
			if left[questions[i].Ref.Name()].Add(-1) == 0 && all[i].by != nil {
				p.dropTags(all[i].by)
			}
			tell()
		})
	})
	return all
}

// noTime is the reason for images that were not asked about before the time limit.
const noTime = "there was no time left to ask"

// one asks about one question. whole is the context of the run, which the user may cancel.
func (p *Prober) one(ctx, whole context.Context, q lint.Question) result {
	switch {
	case whole.Err() != nil || q.Ref.Registry == "":
		return result{}
	case ctx.Err() != nil:
		return result{ProbeResult: lint.ProbeResult{Pod: lint.Answer{Outcome: lint.Inconclusive, Detail: noTime, Skipped: true}}}
	}
	f := p.ask(ctx, q)
	if whole.Err() != nil && f.Pod.Outcome == lint.Inconclusive {
		return result{} // canceled by the user, not by the registry
	}
	return f
}

// ask finds the answer to one question.
func (p *Prober) ask(ctx context.Context, q lint.Question) result {
	var mirrored *result
	// Users who install published manifests do not have our mirror.
	if m, repository, ok := p.mirror(q); ok && q.As != lint.AsAnonymous {
		f := p.askAt(ctx, p.registry(m), repository, q, []identity{p.person.at(ctx, m, repository)})
		if f.Pod.Outcome == lint.Exists {
			return f
		}
		mirrored = &f
	}
	r := p.registry(q.Ref.Registry)
	as := ofPod(q.Credentials)
	switch q.As {
	case lint.AsMe:
		as = []identity{p.person.at(ctx, q.Ref.Registry, q.Ref.Repository)}
	case lint.AsAnonymous:
		as = []identity{anonymousIdentity()}
	}
	f := p.askAt(ctx, r, q.Ref.Repository, q, as)
	if mirrored != nil && (f.Pod.Outcome == lint.Unreachable || f.Pod.Outcome == lint.Inconclusive) {
		return *mirrored // behind a firewall, only the mirror is reachable
	}
	if f.Pod.Outcome != lint.Denied && f.Pod.Outcome != lint.Rejected || q.As == lint.AsMe {
		return f
	}
	var open result
	if q.As == lint.AsPod && len(q.Credentials) > 0 { // the kubelet does not try anonymous access after them
		if open = p.askAt(ctx, r, q.Ref.Repository, q, []identity{anonymousIdentity()}); open.Pod.Outcome == lint.Exists {
			f.User, f.Public = open.Pod, true
			return f
		}
	}
	if p.o.Login == LoginNone {
		p.count(kindUntried, r.host, "")
		return f
	}
	you := p.person.at(ctx, q.Ref.Registry, q.Ref.Repository)
	if you.anonymous && len(as) == 1 && as[0].anonymous && as[0].secret == "" {
		return f
	}
	other := open
	if !you.anonymous {
		other = p.askAt(ctx, r, q.Ref.Repository, q, []identity{you})
	}
	if o := other.Pod.Outcome; !you.anonymous && p.o.Login != LoginTags && (o == lint.TagMissing || o == lint.DigestMissing || o == lint.RepoMissing) {
		return f
	}
	f.User, f.SimilarTags, f.TagListed = other.Pod, other.SimilarTags, other.TagListed
	f.User.Secret = ""
	return f
}

// mirror returns the mirror to ask first.
func (p *Prober) mirror(q lint.Question) (host, repository string, ok bool) {
	best := ""
	for _, m := range p.o.Mirrors {
		name := q.Ref.Name()
		if len(m.Registry) > len(best) && (name == m.Registry || strings.HasPrefix(name, m.Registry+"/")) {
			best = m.Registry
			h, prefix, _ := strings.Cut(m.At, "/")
			host, repository = h, strings.TrimPrefix(prefix+strings.TrimPrefix(name, m.Registry), "/")
		}
	}
	return host, repository, best != ""
}

// askAt asks one registry as each identity until one gets an answer.
func (p *Prober) askAt(ctx context.Context, r *registry, repository string, q lint.Question, as []identity) result {
	var best result
	for i, id := range as {
		if i == maxCredentials {
			break
		}
		s := r.session(repository, id)
		a := p.head(ctx, s, reference(q))
		a.Secret, a.Login = id.secret, id.own
		if i == 0 || informative(a.Outcome) > informative(best.Pod.Outcome) {
			best = result{ProbeResult: lint.ProbeResult{Pod: a}, by: s}
		}
		if a.Outcome == lint.Exists || a.Skipped {
			break
		}
	}
	p.detail(ctx, q, &best)
	return best
}

// informative ranks outcomes by how informative they are. It is used if several credentials got different
// outcomes: a runtime tries all, and one success is enough.
func informative(o lint.Outcome) int {
	for i, known := range []lint.Outcome{
		lint.NotAsked, lint.Rejected, lint.Denied, lint.RepoMissing, lint.Inconclusive, lint.Unreachable, lint.Untrusted, lint.PlainHTTP,
		lint.DigestMissing, lint.TagMissing, lint.Exists,
	} {
		if o == known {
			return i
		}
	}
	return 0
}

// reference returns the tag or digest that a runtime requests.
func reference(q lint.Question) string {
	switch {
	case q.Ref.Digest != "":
		return q.Ref.Digest
	case q.Ref.Tag != "":
		return q.Ref.Tag
	}
	return "latest"
}

// ofPod returns the identities of a pod, in the order in which they are tried.
func ofPod(creds []pullsecret.Credential) []identity {
	if len(creds) == 0 {
		return []identity{anonymousIdentity()}
	}
	out := make([]identity, 0, len(creds))
	for _, c := range creds {
		id := anonymousIdentity()
		if !c.Anonymous() {
			user, password := c.Login()
			id = loginIdentity(login{user: user, password: password})
		}
		id.secret = c.Secret
		out = append(out, id)
	}
	return out
}
