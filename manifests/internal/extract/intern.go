package extract

import (
	"hash/maphash"
	"strings"
	"sync"
)

// longestInterned is how long a string may be that is shared, in bytes.
const longestInterned = 512

// kept are strings that were kept a short while ago, each at the place that its hash gives it. A table of all of them would have to be locked and
// searched, and would cost more than the few doubles that this one lets pass.
type kept [4096]string

var (
	keptStrings = sync.Pool{New: func() any { return new(kept) }}
	keptSeed    = maphash.MakeSeed()
)

// intern returns a copy of a string that is kept beyond its document; equal ones mostly share their memory. It is for what manifests say over and
// over: kinds, namespaces, paths, names of containers, images.
func intern(s string) string {
	if s == "" || len(s) > longestInterned {
		return strings.Clone(s)
	}
	k := keptStrings.Get().(*kept) //nolint:forcetypeassert // the pool holds nothing else
	at := &k[maphash.String(keptSeed, s)%uint64(len(k))]
	if *at != s {
		*at = strings.Clone(s)
	}
	s = *at
	keptStrings.Put(k)
	return s
}
