package catalog

import (
	"fmt"
	"sync"
)

// State is what a catalog says of a tag.
type State uint8

const (
	// Silent: the tag may be newer than the catalog, or nothing is known of the image.
	Silent State = iota
	// Known: the tag was published.
	Known
	// NeverPublished: the tag was not published before the catalog's date, and what was published since does not bear it.
	NeverPublished
)

// String returns the name, as "never-published".
func (s State) String() string { return pick(int(s), "silent", "known", "never-published") }

// Reason is the argument by which a tag is NeverPublished.
type Reason string

// Reasons. The first six are of tier 1, the others of tier 2.
const (
	DeadImage    Reason = "dead-image"    // the image gets no tags any more
	VersionMark  Reason = "version-mark"  // a "v" in front of the version that the image never writes, or always
	Misspelt     Reason = "misspelt"      // a word one slip away from one that the image uses
	ClosedLine   Reason = "closed-line"   // a version behind the last of a line that has ended
	Gap          Reason = "gap"           // a version that was left out
	TooDeep      Reason = "too-deep"      // a version with more parts than those of its line, which has ended
	Combination  Reason = "combination"   // a variant of a version of which nothing new comes
	Anachronism  Reason = "anachronism"   // a variant that was given up before the version came
	NoSuchDay    Reason = "no-such-day"   // a date that the calendar does not have
	NoSuchBuild  Reason = "no-such-build" // a day in the past of which there is no build
	Jump         Reason = "jump"          // a version far above any that is known
	TooLow       Reason = "too-low"       // a version below the lowest of many years
	OutsideOfSet Reason = "outside-set"   // not of the few tags that the image has
	Removed      Reason = "removed"       // was there when the registry was asked before, and then no longer
	NotThere     Reason = "not-there"     // was not there when the registry was asked; it may be newer
)

// Verdict is what a catalog says of a tag of an image. It depends on the catalog alone, never on the day it is asked for.
type Verdict struct {
	State State
	// Tier is 1 where the tag is certainly not there, 2 where the publisher would have to leave its ways for it to be; 0 unless
	// NeverPublished.
	Tier   int
	Reason Reason
	// Why says the argument in a clause: "line 1.14 ended with 1.14.2 in 2019-04".
	Why string
	// Near is the tag that was probably meant; it is a known one, or "".
	Near string
}

// Judge is what answers for the tags of one image. It is worth keeping where several are asked for, and is for one goroutine.
type Judge struct {
	image   Image
	history *history
	common  func() map[string]bool
	said    map[string]Verdict
}

// Judge returns what answers for the tags of an image.
func (i *Image) Judge() *Judge {
	return &Judge{image: *i, common: sync.OnceValue(i.catalog.commonWords)}
}

// Tag judges a tag.
func (j *Judge) Tag(tag string) Verdict {
	if len(tag) == 0 || len(tag) > mostTag {
		return Verdict{}
	}
	v, ok := j.said[tag]
	if !ok {
		if j.said == nil {
			j.said = map[string]Verdict{}
		}
		v = j.verdict(tag)
		j.said[tag] = v
	}
	return v
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

// read looks for a tag, and reads the history of the image if it is not known and can be judged.
func (i *Image) read(tag string) (known bool, h *history) {
	if i.Kind == History && i.entry != nil && !i.Partial {
		b, err := i.catalog.blockOf(i.entry)
		if err != nil || i.catalog.facts(i.entry, b) != nil || i.entry.tags == 0 {
			return false, nil
		}
		if _, _, _, known = b.find(tag); known {
			return true, nil
		}
		if h = ofBlock(i, b); h != nil {
			return false, h
		}
	}
	if t, ok := i.Tag(tag); ok && t.Gone == 0 {
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

// finding is a verdict with what the search for the tag that was meant starts from.
type finding struct {
	Verdict
	instead string // the tag without what is wrong with it
	line    int    // how much of the tag names a line of versions that there is
}

// never makes a finding. It is kept out of line, as appendNumbers is.
//
//go:noinline
func never(tier int, reason Reason, instead, why string, args ...any) finding {
	return finding{Verdict{State: NeverPublished, Tier: tier, Reason: reason, Why: fmt.Sprintf(why, args...)}, instead, 0}
}
