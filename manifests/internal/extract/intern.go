package extract

import (
	"hash/maphash"
	"strings"
	"sync"
)

// longestInterned is the maximum length of interned strings, in bytes.
const longestInterned = 512

// kept is a cache of recently interned strings, indexed by hash. A complete table would need locking and lookups, which
// cost more than the few duplicates that this cache misses.
type kept [4096]string

var (
	keptStrings = sync.Pool{New: func() any { return new(kept) }}
	keptSeed    = maphash.MakeSeed()
)

// intern returns a copy of a string that outlives its document; equal strings usually share memory. It is for strings
// that manifests repeat: kinds, namespaces, paths, container names, images.
func intern(s string) string {
	if s == "" || len(s) > longestInterned {
		return strings.Clone(s)
	}
	k := keptStrings.Get().(*kept) //nolint:forcetypeassert // the pool contains only this type
	at := &k[maphash.String(keptSeed, s)%uint64(len(k))]
	if *at != s {
		*at = strings.Clone(s)
	}
	s = *at
	keptStrings.Put(k)
	return s
}
