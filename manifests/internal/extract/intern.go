package extract

import (
	"hash/maphash"
	"strings"
	"sync"
)

// maxInternedLen is the maximum length of interned strings, in bytes.
const maxInternedLen = 512

// internTable is a cache of recently interned strings, indexed by hash. A complete table would need locking and lookups, which
// cost more than the few duplicates that this cache misses.
type internTable [4096]string

var (
	internPool = sync.Pool{New: func() any { return new(internTable) }}
	internSeed = maphash.MakeSeed()
)

// intern returns a copy of a string that outlives its document; equal strings usually share memory. It is for strings
// that manifests repeat: kinds, namespaces, paths, container names, images.
func intern(s string) string {
	if s == "" || len(s) > maxInternedLen {
		return strings.Clone(s)
	}
	k := internPool.Get().(*internTable) //nolint:forcetypeassert // the pool contains only this type
	at := &k[maphash.String(internSeed, s)%uint64(len(k))]
	if *at != s {
		*at = strings.Clone(s)
	}
	s = *at
	internPool.Put(k)
	return s
}
