package probe

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/lint"
)

// How long an answer is valid. Refusals and failures are not cached.
const (
	digestLasts  = 30 * 24 * time.Hour
	tagLasts     = time.Hour
	missingLasts = 2 * time.Minute // not used in CI, where images are often pushed just before

	maxCache  = 8 << 20
	maxCached = 20000
)

// cache stores answers between runs, in one file. Its keys are hashes of reference and identity; it contains no
// private image names, users or passwords. The file is read and written under a lock. Each write replaces the whole
// file and merges what other runs wrote in the meantime, so concurrent runs lose nothing and never read a partial
// file. A run that does not get the lock in time writes nothing, and the next run asks the registries again.
type cache struct {
	file  string // "" for none
	now   func() time.Time
	soon  bool          // a missing image may be pushed at any moment: do not cache or trust "missing"
	wait  time.Duration // for the lock, which other runs hold for milliseconds
	mu    sync.Mutex
	salt  []byte
	known map[string]cached
	fresh map[string]cached
}

// cached is one answer.
type cached struct {
	Outcome   lint.Outcome `json:"o"`
	Until     int64        `json:"t"` // Unix time
	Digest    string       `json:"d,omitempty"`
	MediaType string       `json:"m,omitempty"`
	Platforms []string     `json:"p,omitempty"`
	NotImage  string       `json:"n,omitempty"`
	Modified  int64        `json:"l,omitempty"` // Unix time
	Image     bool         `json:"i,omitempty"` // the manifest was read, and it may be an image
}

type cacheFile struct {
	Version int               `json:"version"`
	Salt    string            `json:"salt"`
	Answers map[string]cached `json:"answers"`
}

const (
	cacheVersion = 1
	saltSize     = 32
)

// openCache reads the cache in a folder. An unreadable cache counts as empty.
func openCache(dir string, now func() time.Time, soon bool, wait time.Duration) *cache {
	c := &cache{now: now, soon: soon, wait: wait, known: map[string]cached{}, fresh: map[string]cached{}}
	if dir == "" {
		return c
	}
	c.file = filepath.Join(dir, "probe.json")
	unlock, locked := c.lock()
	f := readCache(c.file)
	salt, ok := saltOf(f)
	if c.salt = salt; !ok {
		c.salt = make([]byte, saltSize)
		rand.Read(c.salt) //nolint:errcheck // documented to never fail
		f.Answers = nil
		if locked {
			c.write(nil) // other runs that start now must use the same salt
		}
	}
	if locked {
		unlock()
	}
	for k, e := range f.Answers {
		if c.holds(e) && (e.Outcome == lint.Exists || !c.soon) {
			c.known[k] = e
		}
	}
	return c
}

// saltOf returns the salt of a cache file if it has the form that write produces.
func saltOf(f cacheFile) ([]byte, bool) {
	salt, err := hex.DecodeString(f.Salt)
	return salt, err == nil && len(salt) == saltSize
}

// lockTimeout is how long to wait for other runs, which hold the lock for milliseconds.
const lockTimeout = 2 * time.Second

// lock locks the cache file until unlock is called. The operating system releases the lock of a process that
// dies.
func (c *cache) lock() (unlock func(), ok bool) {
	if os.MkdirAll(filepath.Dir(c.file), 0o700) != nil {
		return nil, false
	}
	got := make(chan func(), 1)
	go func() {
		unlock, err := lockedfile.MutexAt(c.file + ".lock").Lock()
		if err != nil {
			unlock = nil
		}
		got <- unlock
	}()
	select {
	case unlock = <-got:
		return unlock, unlock != nil
	case <-time.After(c.wait):
	}
	go func() {
		if late := <-got; late != nil {
			late()
		}
	}()
	return nil, false
}

func readCache(name string) cacheFile {
	data, err := files.Read(name, maxCache)
	if err != nil {
		return cacheFile{}
	}
	return parseCache(data)
}

func parseCache(data []byte) cacheFile {
	var out cacheFile
	if json.Unmarshal(data, &out) != nil || out.Version != cacheVersion {
		return cacheFile{}
	}
	return out
}

// isValid reports whether an entry could have been written by store.
func (e cached) isValid(now time.Time) bool {
	switch e.Outcome {
	case lint.Exists, lint.TagMissing, lint.DigestMissing, lint.RepoMissing:
	default:
		return false
	}
	return e.Until <= now.Add(digestLasts).Unix() && (e.Digest == "" || isDigest(e.Digest))
}

func (e cached) answer() lint.Answer {
	a := lint.Answer{Outcome: e.Outcome, Digest: e.Digest, MediaType: e.MediaType}
	if e.Modified != 0 {
		a.Modified = time.Unix(e.Modified, 0).UTC()
	}
	return a
}

func (c *cache) key(s *session, reference string) string {
	sum := sha256.Sum256([]byte(s.host + "/" + s.repository + " " + reference + " " + s.id.trace(c.salt) + " " + hex.EncodeToString(c.salt)))
	return hex.EncodeToString(sum[:16])
}

func (c *cache) load(s *session, reference string) (cached, bool) {
	if c.file == "" {
		return cached{}, false
	}
	k := c.key(s, reference)
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.fresh[k]; ok {
		return e, true
	}
	e, ok := c.known[k]
	return e, ok
}

// lasts returns how long an answer is valid; 0 means that it is not cached.
func (c *cache) lasts(o lint.Outcome, reference string) time.Duration {
	switch {
	case o == lint.Exists && strings.Contains(reference, ":"):
		return digestLasts
	case o == lint.Exists:
		return tagLasts
	case c.soon:
		return 0
	case o == lint.TagMissing, o == lint.DigestMissing, o == lint.RepoMissing:
		return missingLasts
	}
	return 0
}

func (c *cache) store(s *session, reference string, a lint.Answer) {
	lasts := c.lasts(a.Outcome, reference)
	if c.file == "" || lasts == 0 || s.insecure {
		return
	}
	k := c.key(s, reference)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fresh[k] = cached{Outcome: a.Outcome, Digest: a.Digest, MediaType: a.MediaType, Until: c.now().Add(lasts).Unix()}
	if e := c.fresh[k]; !a.Modified.IsZero() {
		e.Modified = a.Modified.Unix()
		c.fresh[k] = e
	}
}

// forget drops the cached answer for a reference.
func (c *cache) forget(s *session, reference string) {
	if c.file == "" {
		return
	}
	k := c.key(s, reference)
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, k)
	delete(c.fresh, k)
}

// add caches the result of reading a manifest.
func (c *cache) add(s *session, reference string, f *result) {
	if c.file == "" || f.what == unclear {
		return
	}
	k := c.key(s, reference)
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.fresh[k]
	if !ok {
		if e, ok = c.known[k]; !ok {
			return
		}
	}
	e.Platforms, e.NotImage, e.Image = f.Platforms, f.NotImage, f.what == anImage
	c.fresh[k] = e
}

// holds reports whether an entry may be used.
func (c *cache) holds(e cached) bool { return e.Until > c.now().Unix() && e.isValid(c.now()) }

// save writes new answers and keeps those that other runs wrote meanwhile. It returns false if it could not write because of another run.
func (c *cache) save() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.file == "" || len(c.fresh) == 0 {
		return true
	}
	unlock, ok := c.lock()
	if !ok {
		return false
	}
	defer unlock()
	all := map[string]cached{}
	f := readCache(c.file)
	switch _, ok := saltOf(f); {
	case ok && f.Salt != hex.EncodeToString(c.salt):
		return false // this run did not get the lock when it began; its keys mean nothing to other runs, whose answers are kept
	case ok:
		for k, e := range f.Answers {
			if c.holds(e) {
				all[k] = e
			}
		}
	}
	maps.Copy(all, c.fresh)
	evict(all)
	c.write(all)
	return true
}

// write replaces the cache file atomically.
func (c *cache) write(answers map[string]cached) {
	data, err := json.Marshal(cacheFile{Version: cacheVersion, Salt: hex.EncodeToString(c.salt), Answers: answers})
	if err != nil {
		return
	}
	t, err := os.CreateTemp(filepath.Dir(c.file), "probe-*.tmp") // readable by its owner only
	if err != nil {
		return
	}
	_, err = t.Write(data)
	if closed := t.Close(); err != nil || closed != nil || os.Rename(t.Name(), c.file) != nil {
		os.Remove(t.Name())
	}
}

// evict drops the entries that expire first if there are too many.
func evict(answers map[string]cached) {
	if len(answers) <= maxCached {
		return
	}
	keys := make([]string, 0, len(answers))
	for k := range answers {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return int(answers[a].Until - answers[b].Until) })
	for _, k := range keys[:len(keys)-maxCached] {
		delete(answers, k)
	}
}
