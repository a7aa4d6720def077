package catalog

import (
	"fmt"
	"sync"
)

// State is a catalog's verdict on a tag.
type State uint8

const (
	// Silent: the tag may be newer than the catalog, or the image is unknown.
	Silent State = iota
	// Known: the tag was published.
	Known
	// NeverPublished: the tag did not exist on the catalog's date, and cannot have been published since.
	NeverPublished
)

// String returns the name, such as "never-published".
func (s State) String() string { return pick(int(s), "silent", "known", "never-published") }

// Reason is why a tag is NeverPublished.
type Reason string

// Reasons. The first six are usually tier 1, the others tier 2.
const (
	DeadImage      Reason = "dead-image"      // the image gets no more tags
	VersionMark    Reason = "version-mark"    // a "v" prefix that the image never uses, or lacks where it always does
	Misspelled     Reason = "misspelled"      // a word that misspells one of the image's words
	ClosedLine     Reason = "closed-line"     // a version above the last one of an ended line
	Gap            Reason = "gap"             // a version that was skipped
	TooDeep        Reason = "too-deep"        // more components than the versions of its ended line
	Combination    Reason = "combination"     // a variant that a finished version does not have
	Anachronism    Reason = "anachronism"     // a variant that was dropped before the version was published
	MissingVariant Reason = "missing-variant" // a usual variant that the image has never had
	ShortTag       Reason = "short-tag"       // the beginning of versions that are published under longer tags only
	NoSuchDay      Reason = "no-such-day"     // an invalid date
	NoSuchBuild    Reason = "no-such-build"   // a past day without a build
	Jump           Reason = "jump"            // a version far above any known one
	TooLow         Reason = "too-low"         // a version below the lowest of many years
	OutsideOfSet   Reason = "outside-set"     // not in the image's fixed set of tags
	Removed        Reason = "removed"         // existed when the registry was asked before, but no longer does
	NotThere       Reason = "not-there"       // did not exist when the registry was asked; may be newer
)

// Verdict is a catalog's verdict on a tag. It depends only on the catalog, never on the current date.
type Verdict struct {
	State State
	// Tier is 1 if the tag certainly does not exist, 2 if it could only exist if the publisher changed its habits; 0
	// unless NeverPublished.
	Tier   int
	Reason Reason
	// Why is the reason as a clause: "line 1.14 ended with 1.14.2 in 2019-04".
	Why string
	// Near is the known tag that was probably meant, or "".
	Near string
}

// Judge judges tags of one image and caches its history. Keep it if you judge several tags. It is not safe for
// concurrent use. The verdicts about an image of the catalog's file are cached for all its Judges.
type Judge struct {
	image    Image
	history  *history
	common   func() map[string]bool
	verdicts *memo[Verdict] // by image and tag
}

// Judge returns a Judge for the image's tags.
func (i *Image) Judge() *Judge {
	j := &Judge{image: *i, common: sync.OnceValue(i.catalog.commonWords), verdicts: &memo[Verdict]{}}
	if i.entry != nil {
		j.verdicts = &i.catalog.asked.verdicts
	}
	return j
}

// Tag judges a tag.
func (j *Judge) Tag(tag string) Verdict {
	if len(tag) == 0 || len(tag) > maxTag {
		return Verdict{}
	}
	return j.verdicts.get(j.image.Name, tag, func(_, tag string) Verdict { return j.verdict(tag) })
}

func (j *Judge) verdict(tag string) Verdict {
	if j.history == nil {
		known, h := j.image.read(tag)
		if known || h == nil {
			if known {
				return Verdict{State: Known}
			}
			return Verdict{}
		}
		j.history = h
	}
	if j.history.has(tag) {
		return Verdict{State: Known}
	}
	v := j.history.verdict(tag, j.common)
	if v.State == NeverPublished {
		v.Near = j.history.near(tag, v)
	}
	return v.Verdict
}

// read looks up a tag. If it is unknown and can be judged, read also returns the image's history.
func (i *Image) read(tag string) (known bool, h *history) {
	if i.entry != nil {
		b, err := i.catalog.blockOf(i.entry)
		if err != nil || i.entry.tags == 0 || i.Damaged {
			return false, nil
		}
		if _, _, _, known = b.find(tag); known { // as most are; times and digests would not change that
			return true, nil
		}
		if i.Kind == History && !i.Partial {
			if i.catalog.facts(i.entry, b) != nil {
				return false, nil
			}
			if h = newBlockHistory(i, b); h != nil {
				return false, h
			}
		}
	} else if t, ok := i.Tag(tag); ok && t.Gone == 0 {
		return true, nil
	}
	if i.Partial {
		return false, nil
	}
	tags, err := i.list()
	if err != nil || len(tags) == 0 {
		return false, nil
	}
	return false, newHistory(i, tags)
}

// finding is a verdict and the starting point of the search for the tag that was meant.
type finding struct {
	Verdict
	instead string // the tag without the mistake
	line    int    // length of the prefix that names an existing version line
}

// never builds a finding. It is not inlined; see appendNumbers.
//
//go:noinline
func never(tier int, reason Reason, instead, why string, args ...any) finding {
	return finding{Verdict{State: NeverPublished, Tier: tier, Reason: reason, Why: fmt.Sprintf(why, args...)}, instead, 0}
}
