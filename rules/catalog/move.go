package catalog

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
)

// Status says what became of a place that images are pulled from.
type Status uint8

const (
	// StatusNotFlagged marks a place that is still served although one could think otherwise.
	StatusNotFlagged Status = iota
	// StatusMoved: the publisher's default is elsewhere; what is here may still pull.
	StatusMoved
	// StatusFrozen: what is here still pulls, and nothing new is published.
	StatusFrozen
	// StatusRetired: what is here still pulls, and nobody maintains it anywhere.
	StatusRetired
	// StatusPartlyGone: part of what was here is removed.
	StatusPartlyGone
	// StatusGone: nothing is left here.
	StatusGone
	// StatusPaid: what was free here is for subscribers.
	StatusPaid
)

// Kind says what a place is, where that matters to what became of it.
type Kind uint8

const (
	// KindPlace is a repository, or a folder of them.
	KindPlace Kind = iota
	// KindMirror is a mirror of another registry, as a whole.
	KindMirror
	// KindProject is a project of a cloud's registry, which was deleted with all that it held.
	KindProject
	// KindRegistry is a registry as a whole.
	KindRegistry
)

// String returns the name of the status, as "partly-gone".
func (s Status) String() string {
	return pick(int(s), "not-flagged", "moved", "frozen", "retired", "partly-gone", "gone", "paid")
}

// Move is a fact about a place that images are pulled from, applied to one reference.
type Move struct {
	// Match is the place: a registry with a path, where a final "/" means everything below and a first "*." any host below.
	Match string
	// Status is the state of the place.
	Status Status
	// Since is the day, month or year of the change (YYYY-MM-DD, YYYY-MM or YYYY), "" where not known.
	Since string
	// Replacement is where to look now, in the form of Match without its wildcards; "" where there is nothing.
	Replacement string
	// Source names where the fact is from, and Date the day (YYYY-MM-DD) on which it was written down.
	Source, Date string
	// Note says more, in a phrase without a full stop; "" where there is nothing to say.
	Note string
	// Confidence is that of the whole fact. At ConfidenceLow, it is worth a remark and no more.
	Confidence Confidence
	// Gone says that this very reference certainly cannot be pulled. A place can be gone without it, where the source is
	// weak; and a reference can be gone from a place that still stands, where its tag was removed or came too late.
	Gone bool
	// TooNew says that the tag came after the last one that was published here, which is Newest, "" where there is no such limit.
	TooNew bool
	Newest string
	// Kind says what the place is.
	Kind Kind
	// Answer is what a pull ends in today; "" where it is what follows from the status.
	Answer string
	// ReplaceExact says that putting Replacement for Match gives the same image, with the same path and tags: NewReference.
	ReplaceExact bool
}

// moveFact is a row of moveTable, which is sorted by registry and path.
type moveFact struct {
	Move
	versionTags bool     // Gone and ReplaceExact concern tags that read as versions
	lastTag     string   // a plain version, or a date, above it was never published here; "" where not known
	leading     bool     // lastTag is compared with the version that a tag begins with
	keepTags    []string // pieces of tags that the fact does not concern
}

// path is the path of the fact ("" for all, "a/" for all below, "a/b" for this one), whose registry is known.
func (f *moveFact) path(registry string) string {
	return strings.TrimPrefix(strings.TrimPrefix(f.Match, "*")[len(registry):], "/")
}

// compareRegistry compares a registry with that of the fact (".a.b" for all hosts below). It is asked for each image, many times, and looks at no more bytes than decide.
func (f *moveFact) compareRegistry(registry string) int {
	of := strings.TrimPrefix(f.Match, "*")
	for i := range len(registry) {
		switch {
		case i == len(of) || of[i] == '/':
			return 1
		case registry[i] != of[i]:
			return cmp.Compare(registry[i], of[i])
		}
	}
	if len(of) == len(registry) || of[len(registry)] == '/' {
		return 0
	}
	return -1
}

// LookupMove returns the most specific fact about the place of a reference. Registry and repository are the normalized ones
// ("docker.io", "bitnami/redis"); tag is as written, "" for none; digest says whether the reference has one, in which
// case runtimes pull by it and the tag proves nothing.
//
// Without a fact to report it returns false; the Move is then the negative fact (StatusNotFlagged), where there is one.
// Retired official images are not moves: Image.Ended.
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

// Facts counts the facts about places, and the registries and families of them that are known.
func Facts() (moves, hosts int) { return len(moveTable), len(registries.All()) }

// findMove looks up the repository itself, then each folder above it, then the registry as a whole.
func findMove(registry, repository string) *moveFact {
	lo, found := sort.Find(len(moveTable), func(i int) int { return moveTable[i].compareRegistry(registry) })
	if !found {
		return nil
	}
	hi := lo
	for hi < len(moveTable) && moveTable[hi].compareRegistry(registry) == 0 {
		hi++
	}
	rows := moveTable[lo:hi]
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

// keeps reports whether the fact does not concern a tag.
func (f *moveFact) keeps(tag string) bool {
	return slices.ContainsFunc(f.keepTags, func(piece string) bool { return strings.Contains(tag, piece) })
}

// version is what of a tag is compared with the last one.
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

// NewReference returns the new name (registry and path, without a tag) of the image that LookupMove was asked about.
// It returns false where the place has no exact successor, and for an image that is not at Match.
func (m Move) NewReference(registry, repository string) (name string, ok bool) {
	host, path, _ := strings.Cut(m.Match, "/")
	rest, below := strings.CutPrefix(repository, path)
	whole := path == "" || strings.HasSuffix(path, "/")
	if !m.ReplaceExact || !below || registries.Canonical(registry) != host || whole != (rest != "") {
		return "", false
	}
	return m.Replacement + rest, true
}
