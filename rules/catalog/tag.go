package catalog

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
)

// Tag describes one tag of an image.
type Tag struct {
	Name string
	// First and Last are the months in which the tag was first and last listed; First is 0 if unknown. A tag that is
	// no longer listed is not rebuilt, but can usually still be pulled.
	First, Last Month
	// Current is true if the tag was listed on the catalog's date.
	Current bool
	// Architectures lists what the tag was last built for, in docker-library's names: "amd64 arm64v8 windows-amd64";
	// "" if unknown.
	Architectures string
	// Digest is the digest of the tag, or "" if unknown.
	Digest string
	// Gone is the last day on which a learned tag existed, 0 if it still does.
	Gone Day
	// Seen is true for a tag that people use although the source of the list lacks it. Catalog files do not store it.
	Seen bool
}

// Image describes one image.
type Image struct {
	// Name is the name of a Docker Official Image ("nginx"), or includes the registry ("registry.k8s.io/kube-proxy").
	Name string
	// Source is where the tags come from, and the day up to which they are complete.
	Source Source
	// Kind is the kind of the list of tags, which determines what it proves.
	Kind ListKind
	// Verified is true if the list was checked against the registry or against tags that people use.
	Verified bool
	// Rebuilt is true if tags are published again in several forms, so that only misspellings are reported.
	Rebuilt bool
	// Absent is true if the repository did not exist when its registry was asked.
	Absent bool
	// Tags is the number of known tags.
	Tags int
	// Ended is the month in which the last tag was removed from the list, 0 if some are still listed.
	Ended Month
	// Deprecated is true if the maintainers advise against the image; Replacement is their suggestion, or "".
	Deprecated  bool
	Replacement string
	// Immutable is true if a published tag keeps its digest.
	Immutable bool
	// Partial is true if the image has further tags that are not listed, so that an unlisted one proves nothing.
	Partial bool
	// Damaged is true if the tags in the catalog's file cannot be read, so that nothing is known about them. It implies Partial.
	Damaged bool
	// Gaps is true if only the last version of a line is sure to be listed; older ones and variants may be missing.
	Gaps bool

	catalog *Catalog
	entry   *entry
	tags    []Tag // set for images from added lists
}

// Official reports whether it is a Docker Official Image.
func (i *Image) Official() bool { return !strings.Contains(i.Name, "/") }

// OfficialName returns the name of the Docker Official Image that a normalized reference names, known or not. mirror
// is true for registries that copy them, perhaps not with every tag.
func OfficialName(registry, repository string) (name string, mirror, ok bool) {
	if of, copied := registries.CopyOf(registry, repository); copied {
		registry, repository, _ = strings.Cut(of, "/")
		mirror = true
	}
	if registries.Canonical(registry) != "docker.io" {
		return "", false, false
	}
	if name, ok = strings.CutPrefix(repository, "library/"); !ok || name == "" || strings.Contains(name, "/") {
		return "", false, false
	}
	return name, mirror, true
}

// Lookup returns the image of a normalized registry and repository. For a mirror it returns the copied image.
func (c *Catalog) Lookup(registry, repository string) (Image, bool) {
	known := c.asked.images.get(registry, repository, c.lookUp)
	return known.image, known.ok
}

func (c *Catalog) lookUp(registry, repository string) lookupResult {
	im, ok := c.named(nameOf(registry, repository))
	if !ok {
		for of := range c.Originals(registry, repository) {
			if im, ok = c.named(nameOf(of.Registry, of.Repository)); ok {
				break
			}
		}
	}
	if of, copied := registries.CopyOf(registry, repository); !ok && copied {
		host, rest, _ := strings.Cut(of, "/")
		im, ok = c.named(nameOf(host, rest))
	}
	return lookupResult{im, ok}
}

// named returns an image by its catalog name.
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
	if c.mayBeDamaged && c.isDamaged(e) {
		filed.Damaged, filed.Partial = true, true
	}
	if own && im.Source.Day >= filed.Source.Day {
		return *im, true
	}
	return filed, true
}

// isDamaged reports whether the tags of an image cannot be read.
func (c *Catalog) isDamaged(e *entry) bool {
	b, err := c.blockOf(e)
	if err == nil {
		err = c.facts(e, b)
	}
	if err == nil {
		_, err = b.all(e.tags, c.arches())
	}
	return err != nil
}

// nameOf returns the catalog name of a normalized registry and repository.
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

// Tag returns a tag of the image.
func (i *Image) Tag(name string) (tag Tag, ok bool) {
	if name == "" || len(name) > maxTag {
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
		return Tag{}, false // treat a damaged block as empty
	}
	k, beginning, e, ok := b.find(name)
	if !ok || i.catalog.facts(i.entry, b) != nil {
		return Tag{}, false
	}
	return b.tag(k, beginning, e, name, i.catalog.arches()), true
}

// All returns all known tags, sorted by name.
func (i *Image) All() ([]Tag, error) {
	tags, err := i.list()
	sort.Slice(tags, func(i, j int) bool { return tags[i].Name < tags[j].Name })
	return tags, err
}

// list is All without sorting, which takes time.
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

// Images returns the names of all images, sorted.
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

// Sources returns all sources.
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

// eachSource visits the sources of the file and returns the number of each by offset.
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

// Size returns the size of the file in bytes.
func (c *Catalog) Size() int { return c.size }

// commonWords returns the words that occur in tags of at least two images.
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
