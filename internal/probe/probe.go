// Package probe asks registries whether images are there: as the pod would, with the credentials that the manifests give it, and, where the
// pod is refused, as the person who runs imagelint. It is the only package that opens a connection. It never judges: it tells what a
// registry answered, and what it does not know.
//
// go-containerregistry speaks the registry protocol, over a transport that is ours: how many requests there are, which host gets which
// credentials, where redirects may lead, when to try again, and what a refusal's headers say are decided beneath it. It is left nothing to
// decide: it asks as nobody, without its first request for /v2/, and without its own tokens, retries and redirects. Names are put together
// with its constructors, and never parsed by it.
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

// Limits of one run, where the options say nothing else.
const (
	DefaultTimeout     = 60 * time.Second
	DefaultConcurrency = 16

	perRegistry    = 10 // images of one registry at once
	perImage       = 15 * time.Second
	maxCredentials = 8 // that are tried for one image
)

// Mirror says that images of a registry are asked for at another place first: "docker.io" at "mirror.example.com/hub".
type Mirror struct{ Registry, At string }

// Login is what the person's own logins may tell of a repository that the pod may not see. Manifests can come from a stranger, who reads what is
// printed: each answer in the person's name is one about a repository that the stranger need not know.
type Login uint8

const (
	LoginExists Login = iota // that an image is there
	LoginNone                // nothing: nobody is asked in their name, but for mirrors
	LoginTags                // also which tags there are instead
)

// Options are how to ask. The zero value asks over HTTPS, with the machine's certificates, and caches nothing.
type Options struct {
	// Insecure are registries, as host or host:port, that may be asked over plain HTTP or without a trusted certificate. No credentials are
	// sent to them then.
	Insecure []string
	Mirrors  []Mirror
	// CAFiles are PEM files with certificates to trust beside the machine's.
	CAFiles []string
	// Timeout is for all images together.
	Timeout time.Duration
	// Concurrency is how many images are asked for at once.
	Concurrency int
	// Wait is how long to ask again for images that are not there yet; 0 for not at all. Timeout then bounds each round of asking.
	Wait time.Duration
	// Waiting is told how the waiting goes, before each pause and once it is over; nil for nobody.
	Waiting func(Waiting)
	// CacheDir is the folder of the cache; "" for none.
	CacheDir string
	// Getenv reads the environment and Home is the person's folder: there are their own credentials. Without them, nobody is asked for but pods.
	Getenv func(string) string
	Home   string
	// Login is what those credentials may tell.
	Login Login
	// UserAgent names imagelint to registries.
	UserAgent string
	// Dial opens every connection that there is; nil is the machine's network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Progress is told how many images of how many are done: first none, in the end all. It is called from several goroutines, one at a time.
	Progress func(done, total int)

	// Now is the time, and After tells when some of it is over; nil are the machine's.
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time

	pauses pauses // for tests
}

// pauses are how long to wait.
type pauses struct {
	retry, mostRetryAfter, perImage, header, lock time.Duration
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
	tagBytes int // of the lists that are kept
	progress sync.Mutex
	began    time.Time // when the first question was asked
}

var _ lint.Prober = (*Prober)(nil)

// New prepares a run. It opens no connection. An error is about a file of certificates.
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
		&o.pauses.retry: 300 * time.Millisecond, &o.pauses.mostRetryAfter: 5 * time.Second,
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
		p.began = p.o.Now() // what is asked for later is waited for until the same time
	}
	defer p.wire.close()
	all := p.askAll(ctx, questions)
	p.wait(ctx, questions, all)
	p.within(ctx, func(ctx context.Context) { p.inspect(ctx, questions, all) })
	if !p.cache.save() {
		p.mu.Lock()
		p.stats.Unkept = true
		p.mu.Unlock()
	}
	for i := range all {
		facts[i] = all[i].ProbeResult
	}
	return facts
}

// within does something in the time that asking may take.
func (p *Prober) within(ctx context.Context, do func(context.Context)) {
	ctx, cancel := context.WithTimeout(ctx, p.o.Timeout)
	defer cancel()
	do(ctx)
}

// counting returns a function that says that one more of a number of questions is answered, and one that says that there will be no more answers.
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
func (p *Prober) askAll(ctx context.Context, questions []lint.Question) []heard {
	whole := ctx
	tell, end := p.counting(len(questions))
	defer end()
	all := make([]heard, len(questions))
	left := map[string]*atomic.Int64{} // questions of each repository
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

// noTime is why an image was not asked about.
const noTime = "there was no time left to ask"

// one asks about one question. whole is the run's own context, which the user ends.
func (p *Prober) one(ctx, whole context.Context, q lint.Question) heard {
	switch {
	case whole.Err() != nil || q.Ref.Registry == "":
		return heard{}
	case ctx.Err() != nil:
		return heard{ProbeResult: lint.ProbeResult{Pod: lint.Answer{Outcome: lint.Inconclusive, Detail: noTime, Skipped: true}}}
	}
	f := p.ask(ctx, q)
	if whole.Err() != nil && f.Pod.Outcome == lint.Inconclusive {
		return heard{} // cut short by the user, not by the registry
	}
	return f
}

// ask finds out about one question.
func (p *Prober) ask(ctx context.Context, q lint.Question) heard {
	var mirrored *heard
	// Whoever installs what is published knows no mirror of ours.
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
		as = []identity{nobody()}
	}
	f := p.askAt(ctx, r, q.Ref.Repository, q, as)
	if mirrored != nil && (f.Pod.Outcome == lint.Unreachable || f.Pod.Outcome == lint.Inconclusive) {
		return *mirrored // behind a wall, the mirror is all there is
	}
	if f.Pod.Outcome != lint.Denied && f.Pod.Outcome != lint.Rejected || q.As == lint.AsMe {
		return f
	}
	var open heard
	if q.As == lint.AsPod && len(q.Credentials) > 0 { // the kubelet makes no anonymous attempt behind them
		if open = p.askAt(ctx, r, q.Ref.Repository, q, []identity{nobody()}); open.Pod.Outcome == lint.Exists {
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

// mirror is where to ask first.
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

// askAt asks one registry as each of the askers until one is served.
func (p *Prober) askAt(ctx context.Context, r *registry, repository string, q lint.Question, as []identity) heard {
	var best heard
	for i, id := range as {
		if i == maxCredentials {
			break
		}
		s := r.session(repository, id)
		a := p.head(ctx, s, reference(q))
		a.Secret, a.Login = id.secret, id.own
		if i == 0 || telling(a.Outcome) > telling(best.Pod.Outcome) {
			best = heard{ProbeResult: lint.ProbeResult{Pod: a}, by: s}
		}
		if a.Outcome == lint.Exists || a.Skipped {
			break
		}
	}
	p.detail(ctx, q, &best)
	return best
}

// telling orders outcomes by how much they say where several credentials got different ones: a runtime tries them all, and one success does.
func telling(o lint.Outcome) int {
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

// reference is the tag or digest that a runtime asks for.
func reference(q lint.Question) string {
	switch {
	case q.Ref.Digest != "":
		return q.Ref.Digest
	case q.Ref.Tag != "":
		return q.Ref.Tag
	}
	return "latest"
}

// ofPod are the askers that a pod is, one after another.
func ofPod(creds []pullsecret.Credential) []identity {
	if len(creds) == 0 {
		return []identity{nobody()}
	}
	out := make([]identity, 0, len(creds))
	for _, c := range creds {
		id := nobody()
		if !c.Anonymous() {
			user, password := c.Login()
			id = someone(login{user: user, password: password})
		}
		id.secret = c.Secret
		out = append(out, id)
	}
	return out
}
