package lint

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// unusedBudget limits how many findings are compared with unused entries of the configuration: both may be many.
const unusedBudget = 1_000_000

// unusedCauses finds out why entries of the configuration suppressed nothing.
type unusedCauses struct {
	s       *suppressions
	written func(*Finding) []source.Span
	all     *collector
	budget  int
	// images returns the images of each object.
	images func() map[*manifests.Object][]*manifests.ImageRef
}

func newUnusedCauses(s *suppressions, written func(*Finding) []source.Span, all *collector, set *manifests.Set) *unusedCauses {
	return &unusedCauses{s: s, written: written, all: all, budget: unusedBudget, images: sync.OnceValue(func() map[*manifests.Object][]*manifests.ImageRef {
		out := map[*manifests.Object][]*manifests.ImageRef{}
		for _, w := range set.Workloads {
			out[w.Object] = append(out[w.Object], w.Images...)
		}
		return out
	})}
}

// of returns why an entry suppressed nothing of the rules with a name: they report nothing, something on another line, or which of the entry's globs
// match none of their findings. help says where a comment belongs.
func (u *unusedCauses) of(e *entry, name string) (why, help string) {
	if e.ignore == nil && e.where != SuppressedByComment {
		return reportsNothing, ""
	}
	var findings [][]Finding
	count, isWhole := 0, true
	for k, list := range u.all.lists {
		if k.rule == RuleIgnoreUnused || k.rule == RuleIgnoreWithoutReason || len(list.findings) == 0 || named([]string{name}, &list.findings[0], u.s.aliases) == "" {
			continue
		}
		findings = append(findings, list.findings)
		count += len(list.findings)
		isWhole = isWhole && u.all.left[k.rule] == nil && (list.most == 0 || len(list.findings) <= list.most)
	}
	u.budget -= count
	switch {
	case count == 0:
		return reportsNothing, ""
	case (u.budget < 0 || !isWhole) && e.ignore == nil: // what is kept does not tell
		return reportsNothing, ""
	case u.budget < 0 || !isWhole:
		return matchesNone + "conditions", ""
	case e.ignore == nil:
		return u.beside(e, findings)
	}
	var seen matched
	for _, list := range findings {
		for i := range list {
			seen.add(u.matched(e.ignore, &list[i]))
		}
	}
	var given, none []string
	for _, key := range []struct {
		name           string
		empty, matched bool
	}{
		{"paths", e.ignore.paths.IsEmpty(), seen.paths}, {"objects", e.ignore.objects.IsEmpty(), seen.objects}, {"images", e.ignore.images.IsEmpty(), seen.images},
	} {
		if !key.empty {
			given = append(given, key.name)
			if !key.matched {
				none = append(none, key.name)
			}
		}
	}
	if len(none) > 0 {
		return matchesNone + strings.Join(none, " or "), ""
	}
	return matchesNone + strings.Join(given, " and ") + " together", ""
}

// maxApart is the maximum number of lines between a comment and a finding that it was probably meant for.
const maxApart = 10

// beside says on which line near a comment its rule reports something. No image of another container may be between them.
func (u *unusedCauses) beside(e *entry, findings [][]Finding) (why, help string) {
	var found *Finding
	at, nearest := e.span.Start().Line, maxApart+1
	for _, list := range findings {
		for i := range list {
			f := &list[i]
			n := f.Span.Start().Line
			apart := max(n-at, at-n)
			if f.Span.File() != e.span.File() || f.Object != e.object || e.object == nil || f.Suppressed != "" || apart > nearest || apart == nearest && n > at {
				continue
			}
			if !slices.ContainsFunc(u.images()[e.object], func(img *manifests.ImageRef) bool {
				other := img.Span.Start().Line
				return f.Container != "" && img.Container != f.Container && img.Span.File() == e.span.File() && min(at, n) <= other && other <= max(at, n)
			}) {
				found, nearest = f, apart
			}
		}
	}
	if found == nil {
		return reportsNothing, ""
	}
	help = "put a comment for it there"
	if found.Container != "" {
		help += ", or above the container"
	}
	return fmt.Sprintf("%s%d", reportsBeside, found.Span.Start().Line), help
}

// matched tells which globs of an entry match a finding.
type matched struct{ paths, objects, images bool }

func (m *matched) add(n matched) {
	m.paths, m.objects, m.images = m.paths || n.paths, m.objects || n.objects, m.images || n.images
}

// matched compares a finding with an entry. Paths may match where the text of the finding was written.
func (u *unusedCauses) matched(g *ignore, f *Finding) matched {
	s := ignoreSubject{f: f, namespace: u.s.config.namespace, folder: u.s.config.folder}
	m := matched{paths: s.fitsPath(g), objects: s.fitsObject(g), images: s.fitsImage(g)}
	if !m.paths {
		for _, at := range u.written(f) {
			there := *f
			there.Span = at
			s.f = &there
			m.paths = m.paths || s.fitsPath(g)
		}
	}
	return m
}
