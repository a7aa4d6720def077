package extract

import (
	"hash/maphash"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
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
func (k *internTable) intern(s string) string {
	if s == "" || len(s) > maxInternedLen {
		return strings.Clone(s)
	}
	hash := maphash.String(internSeed, s)
	if at := k.at(hash); *at == s {
		return *at
	}
	return k.keep(hash, strings.Clone(s))
}

// internPath is intern for a path.
func (k *internTable) internPath(p tree.Trail) string {
	if len(p) > maxInternedLen {
		return string(p)
	}
	hash := maphash.Bytes(internSeed, p)
	if at := k.at(hash); *at == string(p) {
		return *at
	}
	return k.keep(hash, string(p))
}

// at returns where the table keeps a string.
func (k *internTable) at(hash uint64) *string { return &k.entries[hash%uint64(len(k.entries))] }

// keep puts a string into the table, in place of another one.
func (k *internTable) keep(hash uint64, s string) string {
	if k.misses++; k.misses > internFew && len(k.entries) < internMany {
		*k = internTable{entries: make([]string, internMany)}
	}
	*k.at(hash) = s
	return s
}
