package catalog

import "sync"

// mostRemembered is how many answers are kept: more than there are images in any input that people wrote.
const mostRemembered = 1 << 14

// memo keeps answers about repositories. Several rules ask about each image, and an editor server asks about all of them at each change. It is
// safe for concurrent use.
type memo[V any] struct {
	mu    sync.Mutex
	known map[repositoryKey]V
}

type repositoryKey struct{ registry, repository string }

// of is what is known of a repository, by asking the first time.
func (m *memo[V]) of(registry, repository string, ask func(registry, repository string) V) V {
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
	if m.known == nil || len(m.known) >= mostRemembered {
		m.known = map[repositoryKey]V{}
	}
	m.known[key] = v
	return v
}

// memos are what a catalog was asked.
type memos struct {
	images memo[lookedUp]
	near   memo[NearName]
}

// lookedUp is the answer of Lookup.
type lookedUp struct {
	image Image
	ok    bool
}
