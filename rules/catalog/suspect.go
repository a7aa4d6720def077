package catalog

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// ErrHost reports a list with tags that its registry never got.
var ErrHost = errors.New("list does not match its registry")

// Outliers returns the listed tags that are far above their line, each with its image. They stay on the list, but do
// not count as the end of a line.
func Outliers(lists []List) ([]string, error) {
	contents, err := ImagesOf(lists)
	if err != nil {
		return nil, err
	}
	var out []string
	for i := range contents.Images {
		it := &contents.Images[i]
		h := newHistory(&Image{Name: it.Name, Source: contents.Sources[it.Source], Kind: it.Kind}, it.Tags)
		for k := range it.Tags {
			if h.isOutlier(it.Tags[k].Name) {
				out = append(out, it.Name+":"+it.Tags[k].Name)
			}
		}
	}
	slices.Sort(out)
	return out, nil
}

// abandonedAfter is by how many months the list of one registry must have ended before that of another to count as
// abandoned.
const abandonedAfter = 12

// hostEnd is where the list of an image ends.
type hostEnd struct {
	image *ListImage
	list  *List
	last  Month
}

// CheckHosts finds lists for a registry that their project has left. Git tags do not show such a move. A list that
// continues then claims tags that the registry never got, and a list that stopped makes new tags look impossible.
func CheckHosts(lists []List) error {
	projects, owners := map[string][]hostEnd{}, map[string][]hostEnd{}
	var wrong []error
	for i := range lists {
		l := &lists[i]
		last, releases := l.end()
		if len(l.Tags) >= minKnown && releases == 0 && !l.Partial {
			wrong = append(wrong, fmt.Errorf("%w: %s has only pre-releases: mark the list as partial", ErrHost, l.Images[0].Name))
		}
		source, _, _ := strings.Cut(l.Source.Name, " ")
		for k := range l.Images {
			e := hostEnd{image: &l.Images[k], list: l, last: last}
			if e.image.Until != 0 {
				e.last = min(e.last, e.image.Until)
			}
			for _, project := range []string{source + " " + path.Base(e.image.Name), e.owned()} {
				projects[project] = append(projects[project], e)
			}
			owners[path.Dir(e.image.Name)] = append(owners[path.Dir(e.image.Name)], e)
			if err := e.moved(); err != nil {
				wrong = append(wrong, err)
			}
		}
	}
	for _, project := range sortedKeys(projects) {
		for _, e := range projects[project] {
			if err := e.left(projects[project]); err != nil && !slices.ContainsFunc(wrong, func(w error) bool { return w.Error() == err.Error() }) {
				wrong = append(wrong, err)
			}
		}
	}
	for _, owner := range sortedKeys(owners) {
		wrong = append(wrong, abandoned(owner, owners[owner]))
	}
	return errors.Join(wrong...)
}

// owned returns the image name without its registry.
func (e *hostEnd) owned() string {
	_, repository, _ := strings.Cut(e.image.Name, "/")
	return repository
}

// end returns the last month with a new tag and the number of tags that are not pre-releases.
func (l *List) end() (last Month, releases int) {
	for i := range l.Tags {
		t := &l.Tags[i]
		if !t.Seen {
			last = max(last, t.First)
		}
		if !slices.ContainsFunc(split(t.Name), func(p part) bool { return isEarly(p.word) }) {
			releases++
		}
	}
	return last, releases
}

// isEarly reports whether a word marks a pre-release.
func isEarly(word string) bool {
	switch strings.ToLower(word) {
	case "rc", "alpha", "beta", "pre", "preview", "dev", "snapshot", "test":
		return true
	}
	return false
}

// left returns an error if the list ended long before that of the same project on another registry.
func (e *hostEnd) left(same []hostEnd) error {
	for _, other := range same {
		if e.image.Until == 0 && !e.list.Partial && e.last != 0 && e.last+abandonedAfter < min(other.last, e.list.Source.Day.Month()) && path.Dir(e.image.Name) != path.Dir(other.image.Name) {
			return fmt.Errorf("%w: the list of %s ends in %s, but that of %s ends in %s: add \"until\" to the image or complete the list", ErrHost, e.image.Name, e.last, other.image.Name, other.last)
		}
	}
	return nil
}

// moved returns an error if the place is known to get no more tags but its list continues.
func (e *hostEnd) moved() error {
	registry, repository, _ := strings.Cut(e.image.Name, "/")
	m, ok := LookupMove(registry, repository, "", false)
	if !ok || m.Confidence == ConfidenceLow {
		return nil
	}
	switch m.Status {
	case StatusFrozen, StatusRetired, StatusGone, StatusPaid:
	default:
		return nil
	}
	for _, form := range []string{time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(form, m.Since); err == nil && e.last > MonthOf(t.Year(), t.Month()) && form != "2006" {
			return fmt.Errorf("%w: %s is %s since %s, but its list continues until %s: add \"until\" to the image", ErrHost, e.image.Name, m.Status, m.Since, e.last)
		}
	}
	return nil
}

// abandoned returns an error if most of an owner's lists on a registry have ended but an unverified one continues.
func abandoned(owner string, images []hostEnd) error {
	ended := 0
	for _, e := range images {
		if e.image.Until != 0 {
			ended++
		}
	}
	if ended < 2 || 2*ended <= len(images) {
		return nil
	}
	var wrong []error
	for _, e := range images {
		if e.image.Until == 0 && !e.image.Verified {
			wrong = append(wrong, fmt.Errorf("%w: %d of %d lists of %s have ended, but that of %s continues: add \"until\" to the image or verify it", ErrHost, ended, len(images), owner, e.image.Name))
		}
	}
	return errors.Join(wrong...)
}
