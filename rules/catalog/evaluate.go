package catalog

import (
	"fmt"
	"slices"
	"time"
)

// Evaluation is the result of a back-test: the rule sees an older catalog and judges tags that were published later.
type Evaluation struct {
	Known   Month    // the last month that the rule could see
	Months  int      // how many later months were judged
	Future  int      // tags first published in these months
	Tier1   int      // of those, the tags flagged with tier 1
	Tier2   int      // and with tier 2
	Flagged []string // the tier 1 tags, with the reason
}

// Evaluate judges the tags of the last months by the state of the catalog before them. All of these tags exist, so
// every flagged one is a false positive.
func (c *Catalog) Evaluate(months int) (Evaluation, error) {
	all, err := c.official()
	if err != nil || len(all) == 0 {
		return Evaluation{}, err
	}
	first, _ := c.source(0) // the source of the official images
	p := pastAt(all, first.Day.Month()-Month(months))
	future, flagged, examples := p.flags(all, Month(months))
	return Evaluation{Known: p.now, Months: months, Future: future, Tier1: flagged[1], Tier2: flagged[2], Flagged: examples[1]}, nil
}

// past is the state of the Docker Official Images at the end of a month. It can be rebuilt because the catalog stores
// when each tag was first and last listed.
type past struct {
	now       Month
	histories map[string]*history
	tags      map[string][]Tag
	common    map[string]bool
}

// official returns the tags of all Docker Official Images by name.
func (c *Catalog) official() (map[string][]Tag, error) {
	all := map[string][]Tag{}
	for _, name := range c.Images() {
		if im, ok := c.Lookup("docker.io", "library/"+name); ok && im.Official() {
			tags, err := im.All()
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", name, err)
			}
			all[name] = tags
		}
	}
	return all, nil
}

// pastAt rebuilds the state at the end of a month.
func pastAt(all map[string][]Tag, now Month) *past {
	p := &past{now: now, histories: map[string]*history{}, tags: map[string][]Tag{}, common: map[string]bool{}}
	day := DayOf(time.Date(int(now)/12, time.Month(int(now)%12+2), 0, 0, 0, 0, 0, time.UTC))
	words := map[string]int{}
	for name, tags := range all {
		var known []Tag
		for _, tag := range tags {
			if tag.First > now {
				continue
			}
			if tag.Last > now || tag.Current {
				tag.Last, tag.Current = now, true
			}
			known = append(known, tag)
		}
		if len(known) > 0 {
			p.tags[name] = known
			p.histories[name] = newHistory(&Image{Name: name, Source: Source{Day: day}}, known)
			countWords(words, known)
		}
	}
	for w, n := range words {
		p.common[w] = n > 1
	}
	return p
}

func (p *past) judge(name, tag string) Verdict {
	return p.histories[name].judge(tag, func() map[string]bool { return p.common }).Verdict
}

// flags counts the tags published in the months after now, and how many of them the rule flags, by tier.
func (p *past) flags(all map[string][]Tag, months Month) (future int, flagged [3]int, examples [3][]string) {
	for _, name := range sortedKeys(p.tags) {
		for _, tag := range all[name] {
			if tag.First <= p.now || tag.First > p.now+months {
				continue
			}
			future++
			if v := p.judge(name, tag.Name); v.State == NeverPublished {
				flagged[v.Tier]++
				examples[v.Tier] = append(examples[v.Tier], fmt.Sprintf("%s:%s: tier %d, %s: %s", name, tag.Name, v.Tier, v.Reason, v.Why))
			}
		}
	}
	return future, flagged, examples
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// EvaluateLists is Evaluate for lists: it judges the tags of the last months before each list's date by the older
// ones.
func EvaluateLists(lists []List, months int) (Evaluation, error) {
	contents, err := ImagesOf(lists)
	if err != nil {
		return Evaluation{}, err
	}
	out := Evaluation{Months: months}
	common := Builtin().commonWords()
	for i := range contents.Images {
		it := &contents.Images[i]
		im := Image{Name: it.Name, Source: contents.Sources[it.Source], Kind: it.Kind, Verified: it.Verified, Rebuilt: it.Rebuilt, Partial: it.Partial}
		now := im.Source.Day.Month() - Month(months)
		h := im.historyAt(it.Tags, now)
		if h == nil || im.Partial {
			continue
		}
		for _, tag := range it.Tags {
			if tag.First <= now {
				continue
			}
			out.Future++
			if f := h.verdict(tag.Name, func() map[string]bool { return common }); f.State == NeverPublished && f.Tier == 1 {
				out.Tier1++
				out.Flagged = append(out.Flagged, fmt.Sprintf("%s:%s: %s: %s", it.Name, tag.Name, f.Reason, f.Why))
			} else if f.State == NeverPublished {
				out.Tier2++
			}
		}
	}
	return out, nil
}

// minKnown is the minimum number of older tags for a back-test to make sense.
const minKnown = 10

// historyAt returns the history that the list would have had at the end of a month, or nil if it had too few tags.
func (i *Image) historyAt(tags []Tag, now Month) *history {
	var known []Tag
	for _, tag := range tags {
		if tag.First <= now {
			known = append(known, tag)
		}
	}
	if len(known) < minKnown {
		return nil
	}
	then := *i
	then.Source.Day = DayOf(time.Date(int(now)/12, time.Month(int(now)%12+2), 0, 0, 0, 0, 0, time.UTC))
	return newHistory(&then, known)
}
