package probe

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/imagelint-dev/imagelint/lint"
)

// Pauses between rounds. Each is twice as long as the one before.
const (
	firstPause = 5 * time.Second
	maxPause   = time.Minute
)

// Waiting is the progress of waiting for images.
type Waiting struct {
	// Left are the images that still do not exist; Came are those that appeared since the last call.
	Left, Appeared []string
	// Over is true if no more rounds follow.
	Over bool
	// Waited is the time waited so far.
	Waited time.Duration
}

// wait asks in rounds about images that do not exist yet. A round costs one HEAD per image; only changed
// answers are examined in full. At the end, images that are still missing are examined once more, so that the
// suggested tags are current.
func (p *Prober) wait(ctx context.Context, questions []lint.Question, all []result) {
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
	var appeared []int
	for pause := firstPause; len(left) > 0; pause = min(2*pause, maxPause) {
		next, ok := p.next(questions, left, pause, end)
		if !ok {
			break
		}
		p.reportProgress(questions, left, appeared, false)
		appeared = nil
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
		appeared = slices.DeleteFunc(slices.Clone(before), func(i int) bool { return has(left, i) })
	}
	p.reportProgress(questions, left, appeared, true)
	for _, i := range first {
		all[i].Since = p.began
		if all[i].Waited == 0 {
			all[i].Waited = p.o.Now().Sub(p.began)
		}
	}
}

// awaited returns the questions in of whose images may still appear.
func (p *Prober) awaited(questions []lint.Question, all []result, of []int) []int {
	var out []int
	for i := range all {
		if of != nil && !has(of, i) {
			continue
		}
		if mayAppear(questions[i], &all[i]) {
			out = append(out, i)
		} else if of != nil {
			all[i].Waited = p.o.Now().Sub(p.began)
		}
	}
	return out
}

// has reports whether a sorted list contains n.
func has(list []int, n int) bool {
	_, ok := slices.BinarySearch(list, n)
	return ok
}

// mayAppear reports whether an answer may change soon: the image does not exist (even if the registry does not
// distinguish that from a private image), or the registry failed temporarily or does not listen yet.
func mayAppear(q lint.Question, f *result) bool {
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
	case lint.Unreachable:
		return a.Detail == refusedConnection // a registry that starts later, as in a CI job
	case lint.Inconclusive:
		return a.Status == http.StatusTooManyRequests || a.Status >= http.StatusInternalServerError ||
			a.Status == 0 && (a.Detail == timedOut().Detail || a.Detail == noTime || a.Detail == brokenConnection) // a port forwarder may listen before the registry
	}
	return false
}

// next returns how long to pause: at least as long as the registries ask for, and not beyond end. It returns
// false if no request is possible before end.
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

// due returns the questions whose registries may be asked now.
func (p *Prober) due(questions []lint.Question, left []int) []int {
	now := p.o.Now()
	return slices.DeleteFunc(slices.Clone(left), func(i int) bool { return p.registry(questions[i].Ref.Registry).wanted().After(now) })
}

// round asks again about some questions. whole is the context of the run, which the user may cancel.
func (p *Prober) round(ctx, whole context.Context, questions []lint.Question, all []result, due []int, last bool) {
	for _, i := range due {
		p.registry(questions[i].Ref.Registry).unblock()
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
		if o := now.Pod.Outcome; (o == lint.NotAsked || o == lint.Inconclusive) && before.Pod.Outcome != lint.Inconclusive && before.Pod.Outcome != lint.Unreachable {
			return // the earlier answer is more informative
		}
		now.Asked = before.Asked
		*before = now
	})
}

// changed reports whether one HEAD shows a new answer about an image.
func (p *Prober) changed(ctx context.Context, q lint.Question, f *result) bool {
	s := f.by
	if s == nil {
		return true
	}
	if _, down := s.broken(); down || ctx.Err() != nil {
		return false
	}
	switch f.Pod.Outcome {
	case lint.Denied, lint.RepoMissing, lint.Inconclusive:
		s.start() // a token issued before the repository existed does not grant access to it
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
		a := p.failureOf(x.reply)
		s.learn(a, isFinal(a))
		return false
	}
	return f.Pod.Outcome == lint.Inconclusive || f.Pod.Outcome == lint.Unreachable
}

// forget drops all answers about an image, for every identity.
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

// start discards a session's token, so that it gets a new one.
func (s *session) start() {
	s.token <- struct{}{}
	defer func() { <-s.token }()
	s.bearer, s.refused = "", nil
}

// hold records when a rate-limiting registry may be asked again.
func (r *registry) hold(re reply, now time.Time) {
	if re.status != http.StatusTooManyRequests && re.status != http.StatusServiceUnavailable {
		return
	}
	wait := retryAfter(re.header, now)
	if wait == 0 && re.status == http.StatusTooManyRequests {
		wait = maxPause
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if t := now.Add(wait); t.After(r.notBefore) {
		r.notBefore = t
	}
}

// wanted returns when a registry may be asked again. The time is in the past if the registry sets
// no limit.
func (r *registry) wanted() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.notBefore
}

// unblock allows requests again to a registry that broken excluded.
func (r *registry) unblock() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.down != nil && r.down.Outcome == lint.Unreachable {
		r.scheme = "https" // the fallback to HTTP was not informative
	}
	r.down, r.failures = nil, 0
}

// reportProgress reports the progress of waiting.
func (p *Prober) reportProgress(questions []lint.Question, left, appeared []int, over bool) {
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
	p.o.Waiting(Waiting{Left: names(left), Appeared: names(appeared), Over: over, Waited: p.o.Now().Sub(p.began)})
}
