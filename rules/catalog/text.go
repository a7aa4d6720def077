package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"path"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
)

// List is a list of tags, which several images may share.
type List struct {
	Images []ListImage
	Kind   ListKind
	// Partial is true if the list omits tags of its kind; Rebuilt and Absent are as in Image.
	Partial, Rebuilt, Absent bool
	Source                   Source
	Tags                     []Tag
}

// ListImage is an image that has the tags of a list: registry and repository, such as "quay.io/prometheus/prometheus".
type ListImage struct {
	Name     string
	Verified bool
	// Until is the last month in which this image got new tags, if the project then moved to another registry; else 0.
	Until Month
}

// ErrNoList reports a text that is not in the format of ParseLists.
var ErrNoList = errors.New("not a list of tags")

// ListMagic is the first line of a standalone file of lists.
const ListMagic = "# imagelint lists of tags, version 1"

// IsLists reports whether text begins with ListMagic, so that its errors are worth reporting.
func IsLists(text []byte) bool { return bytes.HasPrefix(text, []byte(ListMagic)) }

// Keys of list lines, except for months and days.
const (
	keyImage    = "image"
	keyKind     = "kind"
	keySource   = "source"
	keyRevision = "revision"
	keyRule     = "rule"
	keyDate     = "date"
	keyTags     = "tags"
	keySeen     = "seen"
	keyGone     = "gone"
	keyBuiltFor = "built for"
)

// ParseLists parses lists of tags, a text format that is kept in repositories and reviewed there. Lines that begin
// with "#" are comments, an empty line ends a list, and every other line is a key, a colon and words:
//
//	image: quay.io/prometheus/prometheus verified   (one line per image; "until 2021-12" if later tags are elsewhere)
//	kind: releases                                  (complete, learned; optionally "partial", "rebuilt", "absent")
//	source: github.com/prometheus/prometheus        (optionally revision and rule)
//	date: 2026-08-22
//	2025-03: v3.2.0 v3.2.1                          (tags published in a month)
//	tags: v0.1.0@sha256:...                         (tags whose month is unknown)
//	seen 2021-05: v2.27.0-rc.9                      (tags that people use but the source lacks)
//	gone 2026-11-03: 1.0.0                          (tags that existed until a day)
//	built for linux/amd64,linux/arm64: 1.2.0        (tags whose platforms are known)
func ParseLists(text []byte) ([]List, error) {
	if bytes.IndexByte(text, 0) >= 0 {
		return nil, ErrNoList
	}
	var lists []List
	var l *List
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimRight(line, " \r\n")
		switch {
		case strings.HasPrefix(line, "#"):
			continue
		case line == "":
			l = nil
			continue
		}
		if l == nil {
			lists = append(lists, List{})
			l = &lists[len(lists)-1]
		}
		if err := l.line(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	for i := range lists {
		if err := lists[i].check(); err != nil {
			return nil, err
		}
	}
	return lists, nil
}

// line parses one line of a list.
func (l *List) line(line string) error {
	key, value, ok := strings.Cut(line, ": ")
	if !ok {
		return ErrNoList
	}
	words := strings.Fields(value)
	if platforms, ok := strings.CutPrefix(key, keyBuiltFor+" "); ok {
		arches := ArchitecturesOf(strings.Split(platforms, ","))
		if arches == "" {
			return fmt.Errorf("%w: %q contains no valid platform", ErrNoList, platforms)
		}
		return l.add(words, Tag{Architectures: arches})
	}
	key, at, _ := strings.Cut(key, " ")
	switch key {
	case keyImage:
		return l.image(words)
	case keyKind:
		return l.kind(words)
	case keySource:
		l.Source.Name = value
	case keyRevision:
		l.Source.Revision = value
	case keyRule:
		l.Source.Rule = value
	case keyDate:
		return l.date(value)
	case keyTags:
		return l.add(words, Tag{})
	case keySeen:
		m, err := monthFrom(at)
		if at == "" {
			m, err = 0, nil
		}
		if err != nil {
			return err
		}
		return l.add(words, Tag{First: m, Seen: true})
	case keyGone:
		t, err := time.Parse(time.DateOnly, at)
		if err != nil {
			return fmt.Errorf("%w: %q is not a date", ErrNoList, at)
		}
		return l.add(words, Tag{Gone: DayOf(t)})
	default:
		m, err := monthFrom(key)
		if err != nil {
			return err
		}
		return l.add(words, Tag{First: m})
	}
	return nil
}

func (l *List) image(words []string) error {
	if len(words) == 0 || !strings.Contains(words[0], "/") {
		return fmt.Errorf("%w: %q is not an image", ErrNoList, strings.Join(words, " "))
	}
	im := ListImage{Name: words[0]}
	rest := words[1:]
	if len(rest) > 0 && rest[0] == "verified" {
		im.Verified, rest = true, rest[1:]
	}
	if len(rest) == 2 && rest[0] == "until" {
		m, err := monthFrom(rest[1])
		if err != nil {
			return err
		}
		im.Until, rest = m, nil
	}
	if len(rest) > 0 {
		return fmt.Errorf("%w: unknown word %q after an image", ErrNoList, strings.Join(rest, " "))
	}
	l.Images = append(l.Images, im)
	return nil
}

func (l *List) date(value string) error {
	t, err := time.Parse(time.DateOnly, value)
	if err != nil {
		return fmt.Errorf("%w: %q is not a date", ErrNoList, value)
	}
	l.Source.Day = DayOf(t)
	return nil
}

func (l *List) kind(words []string) error {
	for i, w := range words {
		switch {
		case i > 0 && w == "partial":
			l.Partial = true
		case i > 0 && w == "rebuilt":
			l.Rebuilt = true
		case i > 0 && w == "absent":
			l.Absent = true
		case i == 0 && w == Complete.String():
			l.Kind = Complete
		case i == 0 && w == Releases.String():
			l.Kind = Releases
		case i == 0 && w == Learned.String():
			l.Kind = Learned
		default:
			return fmt.Errorf("%w: %q is not a valid kind", ErrNoList, w)
		}
	}
	return nil
}

// add adds tags that share the properties of common.
func (l *List) add(words []string, common Tag) error {
	for _, w := range words {
		t := common
		t.Name, t.Digest, _ = strings.Cut(w, "@")
		if !isTag(t.Name) || t.Digest != "" && !isDigest(t.Digest) {
			return fmt.Errorf("%w: %q is not a valid tag", ErrNoList, w)
		}
		l.Tags = append(l.Tags, t)
	}
	return nil
}

// check completes a list and reports what is missing.
func (l *List) check() error {
	switch {
	case len(l.Images) == 0:
		return fmt.Errorf("%w: a list has no image", ErrNoList)
	case l.Kind == History:
		return fmt.Errorf("%w: the list of %s has no kind", ErrNoList, l.Images[0].Name)
	case l.Source.Day == 0:
		return fmt.Errorf("%w: the list of %s has no date", ErrNoList, l.Images[0].Name)
	case len(l.Tags) > maxTags:
		return fmt.Errorf("%w: the list of %s has more than %d tags", ErrNoList, l.Images[0].Name, maxTags)
	}
	end := l.Source.Day.Month()
	seen := make(map[string]bool, len(l.Tags))
	for i := range l.Tags {
		t := &l.Tags[i]
		if seen[t.Name] {
			return fmt.Errorf("%w: the list of %s has the tag %s twice", ErrNoList, l.Images[0].Name, t.Name)
		}
		seen[t.Name] = true
		if t.First != 0 {
			t.First = min(max(t.First, firstMonth), end)
		}
		t.Last = t.First
		t.Current = t.First == 0 && t.Gone == 0 // its month is unknown
		if t.Current {
			t.Last = end
		}
		if t.Gone != 0 {
			t.Last = min(max(t.Gone.Month(), firstMonth), end)
		}
	}
	return nil
}

// monthFrom parses YYYY-MM.
func monthFrom(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return 0, fmt.Errorf("%w: %q is not a key", ErrNoList, s)
	}
	return MonthOf(t.Year(), t.Month()), nil
}

// isTag reports whether text is a tag by the distribution specification.
func isTag(s string) bool {
	return s != "" && len(s) <= maxTag && s[0] != '.' && s[0] != '-' && all(s, func(b byte) bool { return isLetter(b) || isDigit(b) || b == '.' || b == '_' || b == '-' })
}

// isDigest reports whether text is a SHA-256 digest.
func isDigest(s string) bool {
	hex, ok := strings.CutPrefix(s, "sha256:")
	return ok && len(hex) == 64 && all(hex, func(b byte) bool { return isDigit(b) || 'a' <= b && b <= 'f' })
}

// AppendLists appends lists as text, sorted, so that equal lists give equal bytes. Learned tags have a line each,
// which keeps diffs small.
func AppendLists(b []byte, lists []List) []byte {
	lists = slices.Clone(lists)
	sort.SliceStable(lists, func(i, j int) bool { return lists[i].first() < lists[j].first() })
	for i := range lists {
		if len(b) > 0 {
			b = append(b, '\n')
		}
		b = lists[i].append(b)
	}
	return b
}

// first returns the alphabetically first image of a list.
func (l *List) first() string {
	first := ""
	for i, im := range l.Images {
		if i == 0 || im.Name < first {
			first = im.Name
		}
	}
	return first
}

func (l *List) append(b []byte) []byte {
	images := slices.Clone(l.Images)
	sort.Slice(images, func(i, j int) bool { return images[i].Name < images[j].Name })
	for _, im := range images {
		b = append(append(b, keyImage+": "...), im.Name...)
		if im.Verified {
			b = append(b, " verified"...)
		}
		if im.Until != 0 {
			b = append(b, " until "+im.Until.String()...)
		}
		b = append(b, '\n')
	}
	kind := l.Kind.String()
	if l.Partial {
		kind += " partial"
	}
	if l.Rebuilt {
		kind += " rebuilt"
	}
	if l.Absent {
		kind += " absent"
	}
	for _, line := range [...][2]string{{keyKind, kind}, {keySource, l.Source.Name}, {keyRevision, l.Source.Revision}, {keyRule, l.Source.Rule}, {keyDate, l.Source.Day.String()}} {
		if line[1] != "" {
			b = fmt.Appendf(b, "%s: %s\n", line[0], line[1])
		}
	}
	tags := slices.Clone(l.Tags)
	sort.Slice(tags, func(i, j int) bool { return natural(tags[i].Name, tags[j].Name) < 0 })
	byKey := map[string][]string{}
	for i := range tags {
		t := &tags[i]
		key := keyTags
		switch {
		case t.Seen && t.First == 0:
			key = keySeen
		case t.Seen:
			key = keySeen + " " + t.First.String()
		case t.Gone != 0:
			key = keyGone + " " + t.Gone.String()
		case t.First != 0:
			key = t.First.String()
		case t.Architectures != "":
			key = keyBuiltFor + " " + strings.ReplaceAll(t.Platforms(), ", ", ",")
		}
		name := t.Name
		if t.Digest != "" {
			name += "@" + t.Digest
		}
		byKey[key] = append(byKey[key], name)
	}
	for _, key := range sortedKeys(byKey) {
		if l.Kind != Learned {
			b = fmt.Appendf(b, "%s: %s\n", key, strings.Join(byKey[key], " "))
			continue
		}
		for _, name := range byKey[key] {
			b = fmt.Appendf(b, "%s: %s\n", key, name)
		}
	}
	return b
}

// ImagesOf converts lists to the input of Encode. It fails if an image is on several lists.
func ImagesOf(lists []List) (Contents, error) {
	var c Contents
	sources := map[Source]int{}
	seen := map[string]bool{}
	for i := range lists {
		l := &lists[i]
		n, ok := sources[l.Source]
		if !ok {
			n = len(c.Sources)
			sources[l.Source] = n
			c.Sources = append(c.Sources, l.Source)
		}
		for _, im := range l.Images {
			registry, repository, _ := strings.Cut(im.Name, "/")
			name := nameOf(registry, repository)
			if seen[name] {
				return Contents{}, fmt.Errorf("%w: %s is on two lists", ErrNoList, im.Name)
			}
			seen[name] = true
			c.Images = append(c.Images, ImageTags{
				Name: name, Source: n, Partial: l.Partial || im.Until != 0, Kind: l.Kind, Verified: im.Verified, Rebuilt: l.Rebuilt, Absent: l.Absent, Tags: until(l.Tags, im.Until),
				Immutable: l.Kind == Complete && registry == "registry.k8s.io", // its promoter never changes the digest of a tag
			})
		}
	}
	return c, nil
}

// until returns the tags published up to a month; 0 means no limit.
func until(tags []Tag, last Month) []Tag {
	if last == 0 {
		return tags
	}
	var out []Tag
	for i := range tags {
		if tags[i].First <= last {
			out = append(out, tags[i])
		}
	}
	return out
}

// With returns a catalog that also contains lists. If an image is on several, the last one wins.
func (c *Catalog) With(lists []List) (*Catalog, error) {
	out := *c
	out.asked = &memos{}
	out.own = make(map[string]*Image, len(c.own)+len(lists))
	for name, im := range c.own {
		out.own[name] = im
	}
	added, err := ImagesOf(lists)
	if err != nil {
		return nil, err
	}
	for i := range added.Images {
		im := &added.Images[i]
		source := added.Sources[im.Source]
		if before := out.own[im.Name]; before != nil && before.Source.Day > source.Day {
			continue
		}
		out.own[im.Name] = &Image{
			Name: im.Name, Source: source, Tags: len(im.Tags), Partial: im.Partial, Kind: im.Kind, Verified: im.Verified, Rebuilt: im.Rebuilt, Absent: im.Absent, Immutable: im.Immutable,
			catalog: &out, tags: im.Tags,
		}
	}
	out.addedNames = sortedKeys(out.own)
	return &out, nil
}

// Copy tells that everything below At ("mirror.example.com/hub") is a copy of what is below Of ("docker.io").
type Copy struct{ At, Of string }

// WithCopies returns a catalog that judges copies by the lists of their originals.
func (c *Catalog) WithCopies(copies []Copy) *Catalog {
	if len(copies) == 0 {
		return c
	}
	out := *c
	out.asked = &memos{}
	out.copies = map[string][]string{}
	for _, k := range copies {
		if of := out.copies[k.At]; len(of) < maxOriginals && !slices.Contains(of, k.Of) {
			out.copies[k.At] = append(of, k.Of)
		}
	}
	return &out
}

// maxOriginals bounds how many registries one place copies. Few have more than one.
const maxOriginals = 16

// Original is what an image at a place of WithCopies is a copy of.
type Original struct {
	// Registry and Repository name it: "docker.io", "library/nginx".
	Registry, Repository string
	// Short is true if the copy's name lacks the owner that every repository of Docker Hub has. Most mirrors add "library", as runtimes do.
	Short  bool
	at, of string // the place, and what it copies
}

// Here returns the name that another repository of the original's registry has at the place of the copy, if that is copied there, too.
func (o Original) Here(name string) (here string, ok bool) {
	rest, ok := strings.CutPrefix(name, o.of+"/")
	return o.at + "/" + rest, ok
}

// Originals yields what a normalized reference is a copy of according to WithCopies. The longest place comes first.
func (c *Catalog) Originals(registry, repository string) iter.Seq[Original] {
	return func(yield func(Original) bool) {
		if len(c.copies) == 0 {
			return
		}
		name := registry + "/" + repository
		for at := name; ; {
			i := strings.LastIndexByte(at, '/')
			if i < 0 {
				return
			}
			at = at[:i]
			for _, of := range c.copies[at] {
				if !yield(original(at, of, name[len(at)+1:])) {
					return
				}
			}
		}
	}
}

// original returns the original of what is at a path below a place.
func original(at, of, below string) Original {
	host, folder, _ := strings.Cut(of, "/")
	o := Original{Registry: registries.Canonical(host), Repository: path.Join(folder, below), at: at}
	o.of = path.Join(o.Registry, folder)
	if o.Registry == "docker.io" && !strings.Contains(o.Repository, "/") {
		o.Short, o.Repository = true, "library/"+o.Repository
	}
	return o
}

// IsCopy reports whether a normalized reference names an image at a place of WithCopies, or a copy of a Docker Official Image.
func (c *Catalog) IsCopy(registry, repository string) bool {
	for range c.Originals(registry, repository) {
		return true
	}
	_, mirror, _ := OfficialName(registry, repository)
	return mirror
}

// IsShortOfHub reports whether a normalized reference names an image at a place of WithCopies that copies Docker Hub, without the owner that every
// repository of Docker Hub has.
func (c *Catalog) IsShortOfHub(registry, repository string) bool {
	for of := range c.Originals(registry, repository) {
		if of.Short {
			return true
		}
	}
	return false
}

// OfficialName is like the function of that name, and knows the copies of WithCopies, too.
func (c *Catalog) OfficialName(registry, repository string) (name string, mirror, ok bool) {
	for of := range c.Originals(registry, repository) {
		if name, _, ok = OfficialName(of.Registry, of.Repository); ok {
			return name, true, true
		}
	}
	return OfficialName(registry, repository)
}

// LookupMove is like the function of that name. If that knows nothing, it returns what happened to the original of a copy of WithCopies.
func (c *Catalog) LookupMove(registry, repository, tag string, digest bool) (m Move, of *Original, ok bool) {
	if m, ok = LookupMove(registry, repository, tag, digest); m.Match != "" {
		return m, nil, ok
	}
	for of := range c.Originals(registry, repository) {
		if m, ok = LookupMove(of.Registry, of.Repository, tag, digest); ok {
			return m, &of, true
		}
	}
	return Move{}, nil, false
}

// Oldest returns the day of the oldest learned list, 0 if there is none.
func (c *Catalog) Oldest() Day {
	oldest := Day(0)
	for _, im := range c.own {
		if im.Kind == Learned && (oldest == 0 || im.Source.Day < oldest) {
			oldest = im.Source.Day
		}
	}
	return oldest
}
