package probe

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
)

// clock is a clock that advances only during waits.
type clock struct {
	mu      sync.Mutex
	start   time.Time
	elapsed time.Duration
	pauses  []string
	stop    func(elapsed time.Duration) // called before each pause ends
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.start.Add(c.elapsed)
}

func (c *clock) after(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.elapsed += d
	c.pauses = append(c.pauses, d.String())
	if c.stop != nil {
		c.stop(c.elapsed)
	}
	done := make(chan time.Time, 1)
	done <- c.start.Add(c.elapsed)
	return done
}

func (c *clock) since() time.Duration { return c.now().Sub(c.start) }

// waiting returns options that wait by the test's clock.
func (w *world) waiting(d time.Duration) (Options, *clock) {
	c := &clock{start: time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)}
	o := w.options()
	o.Wait, o.Now, o.After = d, c.now, c.after
	return o, c
}

// lateTags serves tags from a given time on, and before that answers as for a missing tag.
func lateTags(since func() time.Duration, tags map[string]time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		at, ok := tags[r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]]
		switch {
		case strings.HasSuffix(r.URL.Path, "/tags/list"):
			var there []string
			for _, tag := range []string{"1.0", "v2.0"} {
				if at, ok := tags[tag]; ok && since() >= at {
					there = append(there, fmt.Sprintf("%q", tag))
				}
			}
			fmt.Fprintf(w, `{"tags":[%s]}`, strings.Join(there, ","))
		case ok && since() >= at:
			found(w, ociIndex)
		default:
			fail(w, http.StatusNotFound, "MANIFEST_UNKNOWN", "manifest unknown")
		}
	}
}

// TestWait waits for an image that is pushed 20 seconds later. Existing images are asked for once, and each
// round costs one HEAD.
func TestWait(t *testing.T) {
	t.Parallel()
	var since func() time.Duration
	w := newWorld(t, map[string]http.Handler{"reg.example.com": lateTags(func() time.Duration { return since() }, map[string]time.Duration{"1.0": 0, "2.0": 20 * time.Second})})
	o, c := w.waiting(15 * time.Minute)
	since = c.since
	var calls []string
	o.Waiting = func(s Waiting) {
		calls = append(calls, fmt.Sprintf("%v %v %v %s", s.Left, s.Appeared, s.Over, s.Waited))
	}
	o.CacheDir = t.TempDir()
	p := w.prober(t, o)
	fs := p.Probe(t.Context(), []lint.Question{question(t, "reg.example.com/a/b:1.0"), question(t, "reg.example.com/a/b:2.0")})
	if fs[0].Pod.Outcome != lint.Exists || fs[0].Asked != 0 {
		t.Errorf("there from the start: %+v", fs[0])
	}
	if f := fs[1]; f.Pod.Outcome != lint.Exists || f.Asked != 4 || !f.Since.Equal(c.start) || f.Waited != 35*time.Second || f.SimilarTags != nil {
		t.Errorf("pushed later: %+v", f)
	}
	if diff := cmp.Diff([]string{"5s", "10s", "20s"}, c.pauses); diff != "" {
		t.Errorf("pauses (-want +got):\n%s", diff)
	}
	// At first: two HEADs, and the tag list. Rounds that find nothing, after 5 and 15 s: one HEAD each. The
	// round that finds it: one HEAD, and then the same as at first.
	if diff := cmp.Diff(Stats{Heads: 6, Lists: 1, Left: map[string]string{}}, p.Stats()); diff != "" {
		t.Errorf("requests (-want +got):\n%s%v", diff, w.requests())
	}
	want := []string{"[reg.example.com/a/b:2.0] [] false 0s", "[reg.example.com/a/b:2.0] [] false 5s", "[reg.example.com/a/b:2.0] [] false 15s", "[] [reg.example.com/a/b:2.0] true 35s"}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

// TestWaitInVain ends in time, and suggests the tags that exist at the end. Answers about awaited images
// are not cached.
func TestWaitInVain(t *testing.T) {
	t.Parallel()
	var since func() time.Duration
	w := newWorld(t, map[string]http.Handler{"reg.example.com": lateTags(func() time.Duration { return since() }, map[string]time.Duration{"v2.0": time.Minute})})
	o, c := w.waiting(3 * time.Minute)
	since = c.since
	o.CacheDir = t.TempDir()
	for range 2 { // the second time as if there were no cache
		c.elapsed, c.pauses = 0, nil
		p := w.prober(t, o)
		f := p.Probe(t.Context(), []lint.Question{question(t, "reg.example.com/a/b:2.0")})[0]
		if f.Pod.Outcome != lint.TagMissing || !cmp.Equal(f.SimilarTags, []string{"v2.0"}) || f.Asked != 7 || f.Waited != 3*time.Minute {
			t.Errorf("%+v", f)
		}
		if diff := cmp.Diff([]string{"5s", "10s", "20s", "40s", "1m0s", "45s"}, c.pauses); diff != "" {
			t.Errorf("pauses (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(Stats{Heads: 7, Lists: 2, Left: map[string]string{}}, p.Stats()); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
	}
}

// TestWaitForWhat waits only for images that may appear.
func TestWaitForWhat(t *testing.T) {
	t.Parallel()
	deny := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
		w.WriteHeader(http.StatusUnauthorized)
	}
	for _, c := range []struct {
		name   string
		answer http.HandlerFunc
		image  string
		waits  bool
	}{
		{"there", func(w http.ResponseWriter, _ *http.Request) { found(w, ociIndex) }, "a/b:1", false},
		{"a tag", lateTags(func() time.Duration { return 0 }, nil), "a/b:1", true},
		{"a digest", lateTags(func() time.Duration { return 0 }, nil), "a/b@" + someDigest, true},
		{"a repository", func(w http.ResponseWriter, _ *http.Request) { fail(w, 404, "NAME_UNKNOWN", "") }, "a/b:1", true},
		{"absent or private", deny, "a/b:1", true},
		{"another refusal", func(w http.ResponseWriter, _ *http.Request) { fail(w, 451, "DENIED", "not in your country") }, "a/b:1", false},
		{"a failure", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, "a/b:1", true},
		{"a web page", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "text/html") }, "a/b:1", false},
		{"no such host", nil, "a/b:1", false},
	} {
		w := newWorld(t, map[string]http.Handler{})
		if c.answer != nil {
			w.hosts["reg.example.com"] = c.answer
		}
		o, clock := w.waiting(time.Minute)
		w.ask(t, o, question(t, "reg.example.com/"+c.image))
		if waited := len(clock.pauses) > 0; waited != c.waits {
			t.Errorf("%s: waited %v, want %v", c.name, clock.pauses, c.waits)
		}
	}
}

// TestWaitPrivate does not wait for an image that the user can see: it exists, and is private.
func TestWaitPrivate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]http.Handler{"reg.example.com": bearer("https://reg.example.com/token", "hunter2", closed)})
	o, c := w.waiting(time.Minute)
	o.Getenv = func(name string) string {
		return map[string]string{"DOCKER_AUTH_CONFIG": `{"auths":{"reg.example.com":{"auth":"Ym9iOmh1bnRlcjI="}}}`}[name]
	}
	q := question(t, "reg.example.com/a/b:1.4.2")
	q.As = lint.AsAnonymous
	if f := w.ask(t, o, q)[0]; f.Pod.Outcome != lint.Denied || f.User.Outcome != lint.Exists || len(c.pauses) > 0 || f.Asked != 0 {
		t.Errorf("waited %v: %+v", c.pauses, f)
	}
}

// TestWaitOpens waits for a repository that looks private until it exists: each round needs a new token.
func TestWaitOpens(t *testing.T) {
	t.Parallel()
	var since func() time.Duration
	token := 0
	w := newWorld(t, map[string]http.Handler{"reg.example.com": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		open := since() >= 10*time.Second
		switch {
		case r.URL.Path == "/token" && open:
			token++
			fmt.Fprint(w, `{"token":"open","expires_in":300}`)
		case r.URL.Path == "/token":
			token++
			fmt.Fprint(w, `{"token":"shut","expires_in":300}`)
		case r.Header.Get("Authorization") == "Bearer open":
			found(w, ociIndex)
		default:
			challengeWith(w, "https://reg.example.com/token", "insufficient_scope")
		}
	})})
	o, c := w.waiting(time.Minute)
	since = c.since
	q := question(t, "reg.example.com/a/b:1")
	q.As = lint.AsAnonymous
	if f := w.ask(t, o, q)[0]; f.Pod.Outcome != lint.Exists || f.Waited != 15*time.Second {
		t.Errorf("%+v after %v", f, c.pauses)
	}
	if token != 4 {
		t.Errorf("%d tokens: %v", token, w.requests())
	}
}

// TestWaitPlatform waits for a tag to be pushed again with the missing platform.
func TestWaitPlatform(t *testing.T) {
	t.Parallel()
	var since func() time.Duration
	index := func(platforms ...string) []byte {
		var entries []string
		for _, p := range platforms {
			entries = append(entries, fmt.Sprintf(`{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":%q,"size":2,"platform":{"os":"linux","architecture":%q}}`, someDigest, p))
		}
		return fmt.Appendf(nil, `{"schemaVersion":2,"mediaType":%q,"manifests":[%s]}`, ociIndex, strings.Join(entries, ","))
	}
	w := newWorld(t, map[string]http.Handler{"reg.example.com": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		body := index("amd64")
		if since() >= 10*time.Second {
			body = index("amd64", "arm64")
		}
		w.Header().Set("Content-Type", ociIndex)
		w.Header().Set("Docker-Content-Digest", digestOf(body))
		_, _ = w.Write(body)
	})})
	for want, wait := range map[string]time.Duration{"linux/arm64": 15 * time.Second, "linux/s390x": time.Minute} {
		o, c := w.waiting(time.Minute)
		since = c.since
		o.CacheDir = t.TempDir()
		q := question(t, "reg.example.com/a/b:1")
		q.Platforms = []string{"linux/amd64", want}
		f := w.ask(t, o, q)[0]
		if f.Pod.Outcome != lint.Exists || f.Waited != wait || !cmp.Equal(f.Platforms, []string{"linux/amd64", "linux/arm64"}) {
			t.Errorf("%s: %+v after %v", want, f, c.pauses)
		}
	}
}

// TestWaitRetryAfter asks no registry before its Retry-After, and not at all if that is too late.
func TestWaitRetryAfter(t *testing.T) {
	t.Parallel()
	for header, want := range map[string][]string{"40": {"40s"}, "": {"1m0s"}, "3600": nil} {
		var since func() time.Duration
		w := newWorld(t, map[string]http.Handler{"reg.example.com": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if since() > 30*time.Second {
				found(w, ociIndex)
				return
			}
			if header != "" {
				w.Header().Set("Retry-After", header)
			}
			w.WriteHeader(http.StatusTooManyRequests)
		})})
		o, c := w.waiting(5 * time.Minute)
		since = c.since
		fs := w.ask(t, o, question(t, "reg.example.com/a/b:1"), question(t, "reg.example.com/a/c:1"))
		wantOutcome := lint.Exists
		if want == nil {
			wantOutcome = lint.Inconclusive
		}
		if diff := cmp.Diff(want, c.pauses); diff != "" || fs[0].Pod.Outcome != wantOutcome || fs[1].Pod.Outcome != wantOutcome {
			t.Errorf("Retry-After %q: %v %v, pauses (-want +got):\n%s", header, fs[0].Pod.Outcome, fs[1].Pod.Outcome, diff)
		}
	}
}

// TestWaitLimited keeps the earlier answer if a registry limits requests in a later round, and respects its
// limit.
func TestWaitLimited(t *testing.T) {
	t.Parallel()
	var since func() time.Duration
	asked := 0
	w := newWorld(t, map[string]http.Handler{"reg.example.com": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if since() > 0 {
			asked++
			w.Header().Set("Retry-After", "100")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		lateTags(since, map[string]time.Duration{"1.0": 0})(w, r)
	})})
	o, c := w.waiting(3 * time.Minute)
	since = c.since
	f := w.ask(t, o, question(t, "reg.example.com/a/b:v1.0"))[0]
	if f.Pod.Outcome != lint.TagMissing || !cmp.Equal(f.SimilarTags, []string{"1.0"}) || asked != 2 {
		t.Errorf("asked %d times, %+v", asked, f)
	}
	if diff := cmp.Diff([]string{"5s", "1m40s"}, c.pauses); diff != "" {
		t.Errorf("pauses (-want +got):\n%s", diff)
	}
}

// TestWaitCancelled reports what is known when the user stops waiting.
func TestWaitCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := newWorld(t, map[string]http.Handler{"reg.example.com": lateTags(func() time.Duration { return 0 }, map[string]time.Duration{"1.0": 0})})
	o, c := w.waiting(time.Hour)
	c.stop = func(elapsed time.Duration) {
		if elapsed > time.Minute {
			cancel()
		}
	}
	f := w.prober(t, o).Probe(ctx, []lint.Question{question(t, "reg.example.com/a/b:v1.0")})[0]
	if f.Pod.Outcome != lint.TagMissing || !cmp.Equal(f.SimilarTags, []string{"1.0"}) || f.Waited != 75*time.Second || f.Asked != 4 {
		t.Errorf("%+v after %v", f, c.pauses)
	}
}

// TestWaitOnce shares the time limit among several calls.
func TestWaitOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]http.Handler{"reg.example.com": lateTags(func() time.Duration { return 0 }, nil)})
	o, c := w.waiting(time.Minute)
	p := w.prober(t, o)
	p.Probe(t.Context(), []lint.Question{question(t, "reg.example.com/a/b:1")})
	if f := p.Probe(t.Context(), []lint.Question{question(t, "reg.example.com/a/b:2")})[0]; f.Pod.Outcome != lint.TagMissing || c.since() != time.Minute {
		t.Errorf("%v, %+v", c.since(), f)
	}
}

// TestWaitKnown keeps the answer "missing" if the very last round fails.
func TestWaitKnown(t *testing.T) {
	t.Parallel()
	var since func() time.Duration
	w := newWorld(t, map[string]http.Handler{"reg.example.com": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if since() >= time.Minute {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		lateTags(since, nil)(w, r)
	})})
	o, c := w.waiting(time.Minute)
	since = c.since
	if f := w.ask(t, o, question(t, "reg.example.com/a/b:1"))[0]; f.Pod.Outcome != lint.TagMissing || f.Asked != 5 {
		t.Errorf("%+v after %v", f, c.pauses)
	}
}

// TestWaitToken respects the rate limit of a token service.
func TestWaitToken(t *testing.T) {
	t.Parallel()
	var since func() time.Duration
	w := newWorld(t, map[string]http.Handler{"reg.example.com": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/token" && since() == 0:
			w.Header().Set("Retry-After", "40")
			w.WriteHeader(http.StatusTooManyRequests)
		case r.URL.Path == "/token":
			fmt.Fprint(w, `{"token":"t"}`)
		case r.Header.Get("Authorization") == "":
			challengeWith(w, "https://reg.example.com/token", "")
		default:
			found(w, ociIndex)
		}
	})})
	o, c := w.waiting(time.Minute)
	since = c.since
	if f := w.ask(t, o, question(t, "reg.example.com/a/b:1"))[0]; f.Pod.Outcome != lint.Exists || !cmp.Equal(c.pauses, []string{"40s"}) {
		t.Errorf("%+v after %v", f, c.pauses)
	}
}
