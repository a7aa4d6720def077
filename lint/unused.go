package lint

import (
	"strings"

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
}

// of returns why an entry suppressed nothing of the rules with a name: they report nothing, or which of the entry's globs
// match none of their findings.
func (u *unusedCauses) of(e *entry, name string) string {
	if e.ignore == nil {
		return reportsNothing
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
		return reportsNothing
	case u.budget < 0 || !isWhole: // what is kept does not tell
		return matchesNone + "conditions"
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
		return matchesNone + strings.Join(none, " or ")
	}
	return matchesNone + strings.Join(given, " and ") + " together"
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
