package catalog

import (
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
)

// Status tells what happened to a place that images are pulled from.
type Status uint8

const (
	// StatusNotFlagged marks a place that is still served, despite rumours to the contrary.
	StatusNotFlagged Status = iota
	// StatusMoved: the publisher now uses another place; images here may still pull.
	StatusMoved
	// StatusFrozen: images here still pull, but nothing new is published.
	StatusFrozen
	// StatusRetired: images here still pull, but nobody maintains them anywhere.
	StatusRetired
	// StatusPartlyGone: part of the images was removed.
	StatusPartlyGone
	// StatusGone: all images were removed.
	StatusGone
	// StatusPaid: formerly free images need a subscription.
	StatusPaid
)

// Kind is the kind of a place, where it matters for the message.
type Kind uint8

const (
	// KindPlace is a repository or a folder of repositories.
	KindPlace Kind = iota
	// KindMirror is a mirror of a whole registry.
	KindMirror
	// KindProject is a project of a cloud registry that was deleted with all its images.
	KindProject
	// KindRegistry is a whole registry.
	KindRegistry
)

// String returns the name of the status, such as "partly-gone".
func (s Status) String() string {
	return pick(int(s), "not-flagged", "moved", "frozen", "retired", "partly-gone", "gone", "paid")
}

// Move is a fact about a place that images are pulled from, applied to one reference.
type Move struct {
	// Match is the place: a registry and a path. A final "/" matches everything below, a leading "*." any subdomain.
	Match string
	// Status is the state of the place.
	Status Status
	// Since is the day, month or year of the change (YYYY-MM-DD, YYYY-MM or YYYY), or "" if unknown.
	Since string
	// Replacement is the new place, in the form of Match without wildcards, or "".
	Replacement string
	// Source is where the fact comes from, Date the day (YYYY-MM-DD) on which it was recorded.
	Source, Date string
	// Note is a further remark, a phrase without a full stop, or "".
	Note string
	// Confidence applies to the whole fact. ConfidenceLow justifies no more than a remark.
	Confidence Confidence
	// Gone is true if this very reference certainly cannot be pulled. It is false for a place whose removal is not
	// well supported, and true for a removed or too new tag in a place that still exists.
	Gone bool
	// TooNew is true if the tag is newer than Newest, the last one published here ("" if there is no such limit).
	TooNew bool
	Newest string
	// Kind says what the place is.
	Kind Kind
	// Answer is the result of a pull today, or "" if the status implies it.
	Answer string
	// ReplaceExact is true if Replacement serves the same images under the same paths and tags. See NewReference.
	ReplaceExact bool
}

// moveFact is a row of moveTable, which is sorted by registry and path.
type moveFact struct {
	Move
	versionTags bool     // Gone and ReplaceExact apply only to tags that look like versions
	lastTag     string   // the last version or date published here, or ""
	leading     bool     // compare lastTag with the version that a tag begins with
	keepTags    []string // substrings of tags that the fact does not apply to
}

// registry returns the registry of the fact, ".a.b" for subdomains.
func (f *moveFact) registry() string {
	registry, _, _ := strings.Cut(strings.TrimPrefix(f.Match, "*"), "/")
	return registry
}

// path returns the path of the fact: "" for all, "a/" for everything below a, "a/b" for a single repository.
func (f *moveFact) path(registry string) string {
	return strings.TrimPrefix(strings.TrimPrefix(f.Match, "*")[len(registry):], "/")
}

// movesByRegistry returns the rows of moveTable by registry, ".a.b" for subdomains.
var movesByRegistry = sync.OnceValue(func() map[string][]moveFact {
	by := map[string][]moveFact{}
	for from := 0; from < len(moveTable); {
		registry, to := moveTable[from].registry(), from+1
		for to < len(moveTable) && moveTable[to].registry() == registry {
			to++
		}
		by[registry] = moveTable[from:to]
		from = to
	}
	return by
})

// LookupMove returns the most specific fact about the place of a reference. Registry and repository are normalized
// ("docker.io", "bitnami/redis"); tag is as written, "" for none; digest tells whether the reference has a digest, in
// which case runtimes ignore the tag.
//
// ok is false if there is nothing to report. The Move may then still be a fact with StatusNotFlagged. Retired official
// images are not moves; see Image.Ended.
func LookupMove(registry, repository, tag string, digest bool) (Move, bool) {
	registry = registries.Canonical(registry)
	f := findMove(registry, repository)
	for dot := strings.IndexByte(registry, '.'); f == nil && dot >= 0; {
		f = findMove(registry[dot:], repository)
		next := strings.IndexByte(registry[dot+1:], '.')
		if next < 0 {
			break
		}
		dot += 1 + next
	}
	if f == nil {
		return Move{}, false
	}
	if f.Status == StatusPaid && (digest || tag == "" || f.keeps(tag)) {
		return Move{}, false
	}
	return f.judge(tag, digest), f.Status != StatusNotFlagged
}

// Facts returns the number of known moves and of known registries and families of registries.
func Facts() (moves, hosts int) { return len(moveTable), len(registries.All()) }

// findMove looks up the repository, then each folder above it, then the whole registry.
func findMove(registry, repository string) *moveFact {
	rows := movesByRegistry()[registry]
	if len(rows) == 0 {
		return nil
	}
	for path := repository; ; {
		if i, ok := sort.Find(len(rows), func(i int) int { return strings.Compare(path, rows[i].path(registry)) }); ok {
			return &rows[i]
		}
		if path == "" {
			return nil
		}
		path = path[:strings.LastIndexByte(path[:len(path)-1], '/')+1]
	}
}

func (f *moveFact) judge(tag string, digest bool) Move {
	m := f.Move
	if f.versionTags && (digest || !isVersion(tag)) {
		m.Gone, m.ReplaceExact = false, false
	}
	m.Newest = f.lastTag
	if f.lastTag != "" && !digest && !f.keeps(tag) && newer(f.version(tag), f.lastTag) {
		m.Gone, m.TooNew = true, true
	}
	return m
}

// keeps reports whether the fact does not apply to a tag.
func (f *moveFact) keeps(tag string) bool {
	return slices.ContainsFunc(f.keepTags, func(piece string) bool { return strings.Contains(tag, piece) })
}

// version returns the part of a tag that is compared with lastTag.
func (f *moveFact) version(tag string) string {
	if !f.leading {
		return tag
	}
	end := 0
	for end < len(tag) && (isDigit(tag[end]) || tag[end] == '.' || end == 0 && tag[end] == 'v') {
		end++
	}
	return strings.TrimRight(tag[:end], ".")
}

// NewReference returns the new name (registry and path, without a tag) of the image that LookupMove was called with.
// ok is false if the place has no exact successor or the image is not at Match.
func (m Move) NewReference(registry, repository string) (name string, ok bool) {
	host, path, _ := strings.Cut(m.Match, "/")
	rest, below := strings.CutPrefix(repository, path)
	whole := path == "" || strings.HasSuffix(path, "/")
	if !m.ReplaceExact || !below || registries.Canonical(registry) != host || whole != (rest != "") {
		return "", false
	}
	return m.Replacement + rest, true
}
