package catalog

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
)

// Tag is what is known of one tag of an image.
type Tag struct {
	Name string
	// First and Last are the months in which the tag was first and last listed; First is 0 where it is not known. What is no longer
	// listed is not built again, and can be pulled as a rule.
	First, Last Month
	// Current says that it was listed on the catalog's date.
	Current bool
	// Architectures are those that it was last built for, in the words of docker-library: "amd64 arm64v8 windows-amd64"; "" where they
	// are not known.
	Architectures string
	// Digest is that of the tag, "" where it is not known.
	Digest string
	// Gone is the last day on which a tag of a learned list was there, 0 while it is.
	Gone Day
	// Seen says that the tag is not in the source of a list, and that people use it. A catalog file does not hold that.
	Seen bool
}

// Image is what is known of one image.
type Image struct {
	// Name is that of a Docker Official Image ("nginx"), or has a registry ("registry.k8s.io/kube-proxy").
	Name string
	// Source says where the facts are from, and up to which day they hold.
	Source Source
	// Kind says what the list of tags is, and so what it can prove.
	Kind ListKind
	// Verified says that the list was held against tags that people use, or against the registry.
	Verified bool
	// Rebuilt says that its tags are made anew in several forms, so that only the spelling of one says something.
	Rebuilt bool
	// Absent says that the registry had no such repository when a learned list was made.
	Absent bool
	// Tags is how many tags are known.
	Tags int
	// Ended is the month in which the last tag was taken off the list, 0 while one stands there.
	Ended Month
	// Deprecated says that its maintainers advise against it, Replacement what they name instead ("" for nothing).
	Deprecated  bool
	Replacement string
	// Immutable says that a tag, once published, keeps its digest.
	Immutable bool
	// Partial says that there are tags that are not known, so that nothing can be said of one that is not among them.
	Partial bool
	// Gaps says that only the last version of a line is sure to be known: others of it, and variants, may be missing here.
	Gaps bool

	catalog *Catalog
	entry   *entry
	tags    []Tag // of a list that is not in the file
}

// Official says that it is a Docker Official Image.
func (i *Image) Official() bool { return !strings.Contains(i.Name, "/") }

// OfficialName returns the name of the Docker Official Image that a normalized reference is about, known or not; mirror says that the
// registry is one that holds copies, perhaps not of every tag.
func OfficialName(registry, repository string) (name string, mirror, ok bool) {
	full := registries.Canonical(registry) + "/" + repository
	if of, copied := registries.CopyOf(registry, repository); copied {
		full, mirror = of, true
	}
	name, ok = strings.CutPrefix(full, "docker.io/library/")
	if !ok || name == "" || strings.Contains(name, "/") {
		return "", false, false
	}
	return name, mirror, true
}

// Lookup returns the image of a normalized registry and repository. For a mirror it is the image that it copies.
func (c *Catalog) Lookup(registry, repository string) (Image, bool) {
	known := c.asked.images.of(registry, repository, c.lookUp)
	return known.image, known.ok
}

func (c *Catalog) lookUp(registry, repository string) lookedUp {
	name := nameOf(registry, repository)
	im, ok := c.named(name)
	for i := 0; !ok && i < len(c.copies); i++ {
		if rest, below := strings.CutPrefix(name, c.copies[i].At+"/"); below {
			im, ok = c.ofFull(c.copies[i].Of + "/" + rest)
		}
	}
	if of, copied := registries.CopyOf(registry, repository); !ok && copied {
		im, ok = c.ofFull(of)
	}
	return lookedUp{im, ok}
}

// ofFull returns the image of a full name: "docker.io/library/nginx".
func (c *Catalog) ofFull(full string) (Image, bool) {
	registry, repository, _ := strings.Cut(full, "/")
	return c.named(nameOf(registry, repository))
}

// named returns the image of a name.
func (c *Catalog) named(name string) (Image, bool) {
	im, own := c.own[name]
	e := c.find(name)
	switch {
	case e == nil && !own:
		return Image{}, false
	case e == nil:
		return *im, true
	}
	filed := c.image(e)
	if own && im.Source.Day >= filed.Source.Day {
		return *im, true
	}
	return filed, true
}

// nameOf is the name that an image has in a catalog, by its normalized registry and repository.
func nameOf(registry, repository string) string {
	if name, _, ok := OfficialName(registry, repository); ok {
		return name
	}
	return registries.Canonical(registry) + "/" + repository
}

func (c *Catalog) image(e *entry) Image {
	source, _ := c.source(e.source)
	return Image{
		Name: e.name, Source: source, Tags: e.tags, Ended: e.ended, Kind: e.kind, Verified: e.flags&flagVerified != 0, Rebuilt: e.flags&flagRebuilt != 0,
		Deprecated: e.flags&flagDeprecated != 0, Replacement: e.replacement,
		Immutable: e.flags&flagImmutable != 0, Partial: e.flags&flagPartial != 0, Gaps: e.flags&flagGaps != 0,
		catalog: c, entry: e,
	}
}

// Tag returns what is known of a tag.
func (i *Image) Tag(name string) (tag Tag, ok bool) {
	if name == "" || len(name) > mostTag {
		return Tag{}, false
	}
	if i.entry == nil {
		for k := range i.tags {
			if i.tags[k].Name == name {
				return i.tags[k], true
			}
		}
		return Tag{}, false
	}
	b, err := i.catalog.blockOf(i.entry)
	if err != nil {
		return Tag{}, false // a damaged block knows no tag
	}
	k, beginning, e, ok := b.find(name)
	if !ok || i.catalog.facts(i.entry, b) != nil {
		return Tag{}, false
	}
	return b.tag(k, beginning, e, name, i.catalog.arches()), true
}

// All returns every tag that is known, in the alphabet.
func (i *Image) All() ([]Tag, error) {
	tags, err := i.list()
	sort.Slice(tags, func(i, j int) bool { return tags[i].Name < tags[j].Name })
	return tags, err
}

// list is All in no order that means anything, without the time that sorting takes.
func (i *Image) list() ([]Tag, error) {
	if i.entry == nil {
		return slices.Clone(i.tags), nil
	}
	b, err := i.catalog.blockOf(i.entry)
	if err != nil {
		return nil, err
	}
	if err := i.catalog.facts(i.entry, b); err != nil {
		return nil, err
	}
	return b.all(i.Tags, i.catalog.arches())
}

// Images returns the names of all images, in the alphabet.
func (c *Catalog) Images() []string {
	names := make([]string, 0, c.len()+len(c.own))
	for i := range c.len() {
		names = append(names, c.nameAt(i))
	}
	for name := range c.own {
		if c.find(name) == nil {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// Sources returns where the facts are from.
func (c *Catalog) Sources() []Source {
	var out []Source
	c.eachSource(func(s Source) { out = append(out, s) })
	var own []Source
	for _, im := range c.own {
		if !slices.Contains(own, im.Source) {
			own = append(own, im.Source)
		}
	}
	sort.Slice(own, func(i, j int) bool {
		a, b := &own[i], &own[j]
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Revision, b.Revision), strings.Compare(a.Rule, b.Rule), int(a.Day-b.Day)) < 0
	})
	return append(out, own...)
}

// eachSource visits the sources of the file, and tells the number of each by where it begins.
func (c *Catalog) eachSource(visit func(Source)) map[int]int {
	numbers := map[int]int{}
	r := reader{b: c.sources}
	for r.at < len(r.b) {
		at := r.at
		s := Source{Name: r.text(), Revision: r.text(), Rule: r.text(), Day: Day(r.number())}
		if r.bad {
			break
		}
		numbers[at] = len(numbers)
		visit(s)
	}
	return numbers
}

// Size is that of the file, in bytes.
func (c *Catalog) Size() int { return c.size }

// commonWords are the words that the tags of two or more images hold.
func (c *Catalog) commonWords() map[string]bool {
	raw, err := c.unpack(c.words)
	if err != nil {
		return nil
	}
	words := map[string]bool{}
	for w := range strings.SplitSeq(raw, "\n") {
		words[w] = true
	}
	return words
}
