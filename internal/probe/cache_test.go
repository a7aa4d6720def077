package probe

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imagelint-dev/imagelint/lint"
)

const (
	writers = 4
	rounds  = 25
)

func cacheSession() *session {
	return &session{registry: &registry{host: "reg.example.com"}, repository: "a/b", id: anonymousIdentity()}
}

// writeCache runs in one of several processes.
func writeCache(n int, dir string) {
	for round := range rounds {
		c := openCache(dir, time.Now, false, time.Minute)
		c.store(cacheSession(), fmt.Sprintf("%d-%d", n, round), lint.Answer{Outcome: lint.Exists, Digest: someDigest})
		c.save()
	}
}

// TestCacheProcesses starts several processes that write one cache concurrently. No answer is lost, and a
// reader never sees fewer answers than before.
func TestCacheProcesses(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "imagelint")
	var wait sync.WaitGroup
	for n := range writers {
		wait.Go(func() { process(t, "write a cache", n, dir) })
	}
	done := make(chan struct{})
	go func() {
		wait.Wait()
		close(done)
	}()
	for reading, limit := true, 0; reading; {
		select {
		case <-done:
			reading = false
		case <-time.After(time.Millisecond):
		}
		known := len(openCache(dir, time.Now, false, time.Minute).known)
		if known < limit {
			t.Errorf("%d answers were there, and now %d", limit, known)
		}
		limit = known
	}
	c := openCache(dir, time.Now, false, time.Minute)
	for n := range writers {
		for round := range rounds {
			if _, ok := c.load(cacheSession(), fmt.Sprintf("%d-%d", n, round)); !ok {
				t.Errorf("the entries of writer %d in round %d are lost", n, round)
			}
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.tmp")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestCache asks again, with the same and with other identities, with several runs at once.
func TestCache(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]http.Handler{"reg.example.com": filled(t, "a/b")})
	o := w.options()
	o.CacheDir = filepath.Join(t.TempDir(), "imagelint")
	now := time.Now()
	o.Now = func() time.Time { return now }
	q := question(t, "reg.example.com/a/b:single")
	q.Platforms = []string{"linux/amd64"}
	digest := question(t, "reg.example.com/a/b@"+w.ask(t, w.options(), q)[0].Pod.Digest)
	missing, private := question(t, "reg.example.com/a/b:none"), q
	private.Credentials = credentials(t, "s", "reg.example.com", "bob", "hunter2")
	run := func(q lint.Question) (requests int, f lint.ProbeResult) {
		before := len(w.requests())
		f = w.ask(t, o, q)[0]
		return len(w.requests()) - before, f
	}
	steps := []struct {
		name  string
		after time.Duration
		q     lint.Question
		want  int
	}{
		{"first", 0, q, 3},
		{"again", 0, q, 0},
		{"as another", 0, private, 3},
		{"as another again", 0, private, 0},
		{"digest", 0, digest, 2},
		{"digest again", 0, digest, 0},
		{"missing", 0, missing, 2},
		{"missing again", 0, missing, 1},
		{"missing, later", 3 * time.Minute, missing, 2},
		{"tag, later", 0, q, 0},
		{"tag, much later", time.Hour, q, 3},
		{"digest, much later", 0, digest, 0},
		{"digest, weeks later", 31 * 24 * time.Hour, digest, 2},
	}
	for _, s := range steps {
		now = now.Add(s.after)
		n, f := run(s.q)
		if n != s.want {
			t.Errorf("%s: %d requests, want %d", s.name, n, s.want)
		}
		if s.q.Platforms != nil && f.Platforms == nil {
			t.Errorf("%s: no platforms", s.name)
		}
	}
	data, err := os.ReadFile(filepath.Join(o.CacheDir, "probe.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"hunter2", "bob", "reg.example.com", "a/b"} {
		if bytes.Contains(data, []byte(word)) {
			t.Errorf("the cache contains %q: %s", word, data)
		}
	}
	if info, err := os.Stat(filepath.Join(o.CacheDir, "probe.json")); err != nil || info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

// TestCacheForgets asks twice about what is never cached: denials, failures and, in CI, missing images.
func TestCacheForgets(t *testing.T) {
	t.Parallel()
	answers := map[string]http.Handler{
		"reg.example.com":     filled(t, "a/b"),
		"closed.example.com":  static(http.StatusUnauthorized, "UNAUTHORIZED", ""),
		"trouble.example.com": static(http.StatusInternalServerError, "UNKNOWN", ""),
	}
	for image, want := range map[string]lint.Outcome{
		"closed.example.com/a/b:1": lint.Denied, "trouble.example.com/a/b:1": lint.Inconclusive,
		"reg.example.com/a/b:none": lint.TagMissing, "reg.example.com/a/c:1": lint.RepoMissing, "reg.example.com/a/b@" + someDigest: lint.DigestMissing,
	} {
		w := newWorld(t, answers)
		o := w.options()
		o.CacheDir = t.TempDir()
		o.Getenv = func(name string) string { return map[string]string{"CI": "true"}[name] }
		for run := range 2 {
			p := w.prober(t, o)
			if f := p.Probe(t.Context(), []lint.Question{question(t, image)})[0]; f.Pod.Outcome != want || p.Stats().Heads == 0 || p.Stats().Hits > 0 {
				t.Errorf("%s, run %d: %v, want %v; %s", image, run, f.Pod.Outcome, want, p.Stats())
			}
		}
	}
}

// TestCacheTogether has several runs write the cache concurrently, after another program corrupted
// it.
func TestCacheTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]http.Handler{"reg.example.com": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { found(w, ociIndex) })})
	o := w.options()
	o.CacheDir = t.TempDir()
	o.pauses.lock = time.Minute // each gets the lock eventually, even on a busy machine
	file := filepath.Join(o.CacheDir, "probe.json")
	if err := os.WriteFile(file, []byte(`{"version":1,"salt":"x","answers":{"k":{"o":200}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for j := range 5 {
				w.ask(t, o, question(t, fmt.Sprintf("reg.example.com/a/b:%d-%d", i, j)))
			}
		})
	}
	wait.Wait()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var f cacheFile
	if err := json.Unmarshal(data, &f); err != nil || len(f.Answers) != 8*5 {
		t.Errorf("%d answers, want %d; %v: %s", len(f.Answers), 8*5, err, data)
	}
	left, err := filepath.Glob(filepath.Join(o.CacheDir, "*.tmp"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestCacheHeld has another run hold the lock for longer than a run waits. The cached answers are
// kept, and the run reports that it did not store its own.
func TestCacheHeld(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]http.Handler{"reg.example.com": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { found(w, ociIndex) })})
	o := w.options()
	o.CacheDir = t.TempDir()
	o.pauses.lock = time.Minute
	w.ask(t, o, question(t, "reg.example.com/a/b:1"))
	other := openCache(o.CacheDir, time.Now, false, time.Minute)
	before, err := os.ReadFile(other.file)
	if err != nil {
		t.Fatal(err)
	}
	for _, released := range []bool{false, true} { // held at the start and at the end, or only at the start
		unlock, ok := other.lock()
		if !ok {
			t.Fatal("no lock")
		}
		o.pauses.lock = time.Millisecond
		p := w.prober(t, o)
		if released {
			unlock()
			p.cache.wait = time.Minute
			if err := os.WriteFile(other.file, bytes.ReplaceAll(before, []byte(hex.EncodeToString(other.salt)), []byte(strings.Repeat("ab", saltSize))), 0o600); err != nil {
				t.Fatal(err)
			}
			if before, err = os.ReadFile(other.file); err != nil {
				t.Fatal(err)
			}
		}
		p.Probe(t.Context(), []lint.Question{question(t, "reg.example.com/a/b:2")})
		if !p.Stats().Uncached || !strings.Contains(p.Stats().String(), "not cached") {
			t.Errorf("released %t: no message that nothing was cached: %s", released, p.Stats())
		}
		if !released {
			unlock()
		}
		if after, err := os.ReadFile(other.file); err != nil || !bytes.Equal(before, after) {
			t.Errorf("released %t: the cache was %s and is %s, %v", released, before, after, err)
		}
	}
}
