package probe

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/imagelint-dev/imagelint/lint"
)

// Pauses between rounds of asking again: each is twice the one before.
const (
	firstPause = 5 * time.Second
	mostPause  = time.Minute
)

// Waiting is how far waiting for images is.
type Waiting struct {
	// Left are the images that are not there yet, Came those that are there since the last time.
	Left, Came []string
	// Over says that nothing is asked again.
	Over bool
	// Waited is how long it has been by now.
	Waited time.Duration
}

// wait asks again, in rounds, about what is not there yet. A round costs one HEAD an image; only what has changed is asked about as the first time,
// and at the very end what is still missing is, so that the tags that are near are those of that moment.
func (p *Prober) wait(ctx context.Context, questions []lint.Question, all []heard) {
	var left []int
	if p.o.Now().Before(p.began.Add(p.o.Wait)) && ctx.Err() == nil {
		left = p.awaited(questions, all, nil)
	}
	if len(left) == 0 {
		return
	}
	first := left
	for _, i := range first {
		all[i].Asked = 1
	}
	end := p.began.Add(p.o.Wait)
	var came []int
	for pause := firstPause; len(left) > 0; pause = min(2*pause, mostPause) {
		next, ok := p.next(questions, left, pause, end)
		if !ok {
			break
		}
		p.tellWaiting(questions, left, came, false)
		came = nil
		select {
		case <-ctx.Done():
		case <-p.o.After(next):
		}
		if ctx.Err() != nil {
			break
		}
		p.within(ctx, func(round context.Context) {
			p.round(round, ctx, questions, all, p.due(questions, left), !p.o.Now().Before(end))
		})
		before := left
		left = p.awaited(questions, all, left)
		came = slices.DeleteFunc(slices.Clone(before), func(i int) bool { return has(left, i) })
	}
	p.tellWaiting(questions, left, came, true)
	for _, i := range first {
		all[i].Since = p.began
		if all[i].Waited == 0 {
			all[i].Waited = p.o.Now().Sub(p.began)
		}
	}
}

// awaited are the questions, of some or of all, whose images may still come.
func (p *Prober) awaited(questions []lint.Question, all []heard, of []int) []int {
	var out []int
	for i := range all {
		if of != nil && !has(of, i) {
			continue
		}
		if mayCome(questions[i], &all[i]) {
			out = append(out, i)
		} else if of != nil {
			all[i].Waited = p.o.Now().Sub(p.began)
		}
	}
	return out
}

// has reports whether a list in order holds a number.
func has(list []int, n int) bool {
	_, ok := slices.BinarySearch(list, n)
	return ok
}

// mayCome reports whether an answer may be another one soon: what is not there yet, also where a registry does not tell that from what is private,
// and what a registry could not say for now.
func mayCome(q lint.Question, f *heard) bool {
	a := f.Pod
	switch a.Outcome {
	case lint.TagMissing, lint.DigestMissing:
		return true
	case lint.RepoMissing:
		return a.RegistryMessage == "" && a.Status != http.StatusBadRequest
	case lint.Denied:
		return a.RegistryMessage == "" && f.User.Outcome != lint.Exists
	case lint.Exists:
		return len(q.Lacking(f.Platforms)) > 0
	case lint.Inconclusive:
		return a.Status == http.StatusTooManyRequests || a.Status >= http.StatusInternalServerError || a.Status == 0 && (a.Detail == late().Detail || a.Detail == noTime)
	}
	return false
}

// next is how long to pause: no shorter than the registries of what is left want, and not beyond the end. It reports false where nothing may be asked
// before that.
func (p *Prober) next(questions []lint.Question, left []int, pause time.Duration, end time.Time) (time.Duration, bool) {
	now := p.o.Now()
	if !now.Before(end) {
		return 0, false
	}
	earliest := end.Add(1)
	for _, i := range left {
		if t := p.registry(questions[i].Ref.Registry).wanted(); t.Before(earliest) {
			earliest = t
		}
	}
	if earliest.After(end) {
		return 0, false
	}
	return min(max(pause, earliest.Sub(now)), end.Sub(now)), true
}

// due are the questions whose registries may be asked by now.
func (p *Prober) due(questions []lint.Question, left []int) []int {
	now := p.o.Now()
	return slices.DeleteFunc(slices.Clone(left), func(i int) bool { return p.registry(questions[i].Ref.Registry).wanted().After(now) })
}

// round asks again about some questions. whole is the run's own context, which the user ends.
func (p *Prober) round(ctx, whole context.Context, questions []lint.Question, all []heard, due []int, last bool) {
	for _, i := range due {
		p.registry(questions[i].Ref.Registry).revive()
		if last {
			all[i].Asked++
		}
	}
	part := make([]lint.Question, len(due))
	for n, i := range due {
		part[n] = questions[i]
	}
	changed := make([]bool, len(due))
	if !last {
		p.spread(ctx, queues(part), func(ctx context.Context, n int) { changed[n] = p.changed(ctx, part[n], &all[due[n]]) })
	}
	for n := range due {
		if changed[n] = changed[n] || last; changed[n] {
			p.forget(part[n])
		}
	}
	p.spread(ctx, queues(part), func(ctx context.Context, n int) {
		if !changed[n] {
			return
		}
		now, before := p.one(ctx, whole, part[n]), &all[due[n]]
		if o := now.Pod.Outcome; (o == lint.NotAsked || o == lint.Inconclusive) && before.Pod.Outcome != lint.Inconclusive {
			return // what was known is worth more
		}
		now.Asked = before.Asked
		*before = now
	})
}

// changed reports whether there is something new to hear about an image, as far as one HEAD tells.
func (p *Prober) changed(ctx context.Context, q lint.Question, f *heard) bool {
	s := f.by
	if s == nil {
		return true
	}
	if _, down := s.broken(); down || ctx.Err() != nil {
		return false
	}
	switch f.Pod.Outcome {
	case lint.Denied, lint.RepoMissing, lint.Inconclusive:
		s.start() // a token that was given before the repository was there does not open it
	}
	f.Asked++
	x := p.exchange(s, kindHead, 0)
	if err := x.head(ctx, reference(q)); err != nil && x.refused != nil {
		s.learn(*x.refused, isFinal(*x.refused))
		return false
	}
	switch status := x.reply.status; {
	case status == http.StatusOK:
		now := served(x.reply, reference(q))
		return f.Pod.Outcome != lint.Exists || now.Digest == "" || now.Digest != f.Pod.Digest
	case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
		a := p.trouble(x.reply)
		s.learn(a, isFinal(a))
		return false
	}
	return f.Pod.Outcome == lint.Inconclusive
}

// forget drops all that was heard about an image, by whomever.
func (p *Prober) forget(q lint.Question) {
	places := map[string]string{q.Ref.Registry: q.Ref.Repository}
	if host, repository, ok := p.mirror(q); ok {
		places[host] = repository
	}
	for host, repository := range places {
		r := p.registry(host)
		r.mu.Lock()
		var sessions []*session
		for k, s := range r.sessions {
			if k.repository == repository {
				sessions = append(sessions, s)
			}
		}
		r.mu.Unlock()
		for _, s := range sessions {
			for _, ref := range []string{reference(q), q.Ref.Tag} {
				s.heads.Delete(ref)
				p.cache.forget(s, ref)
			}
			s.start()
			p.dropTags(s)
			s.list <- struct{}{}
			s.tags.asked = false
			<-s.list
		}
	}
}

// start makes a session get a new token.
func (s *session) start() {
	s.token <- struct{}{}
	defer func() { <-s.token }()
	s.bearer, s.refused = "", nil
}

// hold takes note of when a registry that limits requests wants to be asked again.
func (r *registry) hold(re reply, now time.Time) {
	if re.status != http.StatusTooManyRequests && re.status != http.StatusServiceUnavailable {
		return
	}
	wait := retryAfter(re.header, now)
	if wait == 0 && re.status == http.StatusTooManyRequests {
		wait = mostPause
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := now.Add(wait); t.After(r.notBefore) {
		r.notBefore = t
	}
}

// wanted is when a registry wants to be asked again; in the past where it does not say.
func (r *registry) wanted() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.notBefore
}

// revive lets a registry be asked again that was left alone.
func (r *registry) revive() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down, r.failures = nil, 0
}

// tellWaiting tells how far the waiting is.
func (p *Prober) tellWaiting(questions []lint.Question, left, came []int, over bool) {
	if p.o.Waiting == nil {
		return
	}
	names := func(of []int) []string {
		var out []string
		seen := map[string]bool{}
		for _, i := range of {
			if name := questions[i].Ref.Canonical(); !seen[name] {
				seen[name] = true
				out = append(out, name)
			}
		}
		return out
	}
	p.o.Waiting(Waiting{Left: names(left), Came: names(came), Over: over, Waited: p.o.Now().Sub(p.began)})
}
