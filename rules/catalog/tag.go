package catalog

import (
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
}

// Image is what is known of one image.
type Image struct {
	// Name is that of a Docker Official Image ("nginx"), or has a registry ("registry.k8s.io/kube-proxy").
	Name string
	// Source says where the facts are from, and up to which day they hold.
	Source Source
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

// Lookup returns the image of a normalized registry and repository. For a mirror it is the official image that it copies.
func (c *Catalog) Lookup(registry, repository string) (Image, bool) {
	name, _, ok := OfficialName(registry, repository)
	if !ok {
		name = plainHost(registry) + "/" + repository
	}
	e := c.find(name)
	if e == nil {
		return Image{}, false
	}
	return c.image(e), true
}

func (c *Catalog) image(e *entry) Image {
	return Image{
		Name: e.name, Source: c.sources[e.source], Tags: e.tags, Ended: e.ended,
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
	names := make([]string, 0, len(c.images))
	for _, e := range c.images {
		names = append(names, e.name)
	}
	return names
}

// Sources returns where the facts are from.
func (c *Catalog) Sources() []Source { return c.sources }

// Size is that of the file, in bytes.
func (c *Catalog) Size() int { return c.size }

// commonWords are the words that the tags of two or more images hold.
func (c *Catalog) commonWords() map[string]bool {
	raw, err := c.unpack(c.words)
	if err != nil {
		return nil
	}
	words := map[string]bool{}
	for w := range strings.SplitSeq(string(raw), "\n") {
		words[w] = true
	}
	return words
}
