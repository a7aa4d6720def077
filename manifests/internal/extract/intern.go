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
type internTable struct {
	entries []string
	misses  int // since it has its size
}

// The table of few documents fits a page of memory, since each further page costs more than what it saves.
const internFew, internMany = 128, 4096

var (
	internPool = sync.Pool{New: func() any { return &internTable{entries: make([]string, internFew)} }}
	internSeed = maphash.MakeSeed()
)

// intern returns a copy of a string that outlives its document; equal strings usually share memory. It is for strings
// that manifests repeat: kinds, namespaces, paths, container names, images.
func intern(s string) string {
	if s == "" || len(s) > maxInternedLen {
		return strings.Clone(s)
	}
	k := internPool.Get().(*internTable) //nolint:forcetypeassert // the pool contains only this type
	at := k.at(s)
	if *at != s {
		if k.misses++; k.misses > internFew && len(k.entries) < internMany {
			*k = internTable{entries: make([]string, internMany)}
			at = k.at(s)
		}
		*at = strings.Clone(s)
	}
	s = *at
	internPool.Put(k)
	return s
}

// at returns where the table keeps a string.
func (k *internTable) at(s string) *string {
	return &k.entries[maphash.String(internSeed, s)%uint64(len(k.entries))]
}
