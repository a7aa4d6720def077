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

// maxBlocks limits the total unpacked size of cached blocks, in bytes. The blocks of the images in a large tree have a tenth of that.
const maxBlocks = 4 << 20

// blocks caches unpacked blocks. Several rules look up the tags of each image, and most images occur with several tags. It is safe for
// concurrent use.
type blocks struct {
	mu    sync.Mutex
	known map[place]*block
	size  int
}

// get returns a block, and reads it on first use. A block that cannot be read is not cached.
func (m *blocks) get(at place, read func() (*block, error)) (*block, error) {
	m.mu.Lock()
	b := m.known[at]
	m.mu.Unlock()
	if b != nil {
		return b, nil
	}
	b, err := read()
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || m.size+at.raw > maxBlocks {
		m.known, m.size = map[place]*block{}, 0
	}
	if m.known[at] == nil {
		m.size += at.raw
	}
	m.known[at] = b
	return b, nil
}

// memos holds the caches of a catalog.
type memos struct {
	images memo[lookupResult]
	near   memo[NearName]
	below  memo[[]string] // the image names of a registry
	// verdicts are by image and tag: rules and the summary ask for the same ones.
	verdicts memo[Verdict]
	blocks   blocks
	official struct {
		read  sync.Once
		names []string
	}
}

// lookupResult is a cached result of Lookup.
type lookupResult struct {
	image Image
	ok    bool
}
