package catalog

import "sync"

// maxRemembered limits the number of cached answers. It is far above the number of images in real input.
const maxRemembered = 1 << 14

// memo caches answers by repository. Several rules ask about each image, and an editor server asks about all of them
// at each change. It is safe for concurrent use.
type memo[V any] struct {
	mu    sync.Mutex
	known map[repositoryKey]V
}

type repositoryKey struct{ registry, repository string }

// get returns the answer for a repository, and computes it on first use.
func (m *memo[V]) get(registry, repository string, ask func(registry, repository string) V) V {
	key := repositoryKey{registry, repository}
	m.mu.Lock()
	v, ok := m.known[key]
	m.mu.Unlock()
	if ok {
		return v
	}
	v = ask(registry, repository)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || len(m.known) >= maxRemembered {
		m.known = map[repositoryKey]V{}
	}
	m.known[key] = v
	return v
}

// memos holds the caches of a catalog.
type memos struct {
	images memo[lookupResult]
	near   memo[NearName]
}

// lookupResult is a cached result of Lookup.
type lookupResult struct {
	image Image
	ok    bool
}
