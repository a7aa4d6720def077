// Package gather builds the catalog of public images from clones of the repositories that define what is published. It runs git read-only and
// does not use the network.
package gather

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// Official builds the content of a catalog from clones of docker-library/official-images, with its history, and docker-library/docs. It
// copies what is not in these repositories (images of registry.k8s.io) from base.
func Official(ctx context.Context, images, docs string, base *catalog.Catalog) (catalog.Contents, error) {
	head, err := headOf(ctx, images)
	if err != nil {
		return catalog.Contents{}, err
	}
	found, err := history(ctx, images)
	if err != nil {
		return catalog.Contents{}, err
	}
	if len(found) == 0 {
		return catalog.Contents{}, fmt.Errorf("%s has no files in library/: is it a clone of docker-library/official-images?", images)
	}
	notes, err := deprecations(ctx, docs)
	if err != nil {
		return catalog.Contents{}, err
	}
	out := catalog.Contents{Sources: []catalog.Source{{Name: "github.com/docker-library/official-images", Revision: head.commit, Day: catalog.DayOf(head.time)}}}
	for name, im := range found {
		out.Images = append(out.Images, im.contents(name, notes, head.time))
	}
	before, err := base.Contents()
	if err != nil {
		return catalog.Contents{}, fmt.Errorf("read the previous catalog: %w", err)
	}
	takeOver(&out, &before)
	return out, nil
}

// takeOver copies what the repositories do not have: images that are not Docker Official Images, with their sources,
// and replacements that were read from notes.
func takeOver(out, before *catalog.Contents) {
	replacement := map[string]string{}
	for i := range before.Images {
		replacement[before.Images[i].Name] = before.Images[i].Replacement
	}
	for i := range out.Images {
		if was := replacement[out.Images[i].Name]; was != "" {
			out.Images[i].Replacement = was
		}
	}
	number := map[int]int{} // new index of each old source
	for _, im := range before.Images {
		if !strings.Contains(im.Name, "/") {
			continue
		}
		n, ok := number[im.Source]
		if !ok {
			n = len(out.Sources)
			number[im.Source] = n
			out.Sources = append(out.Sources, before.Sources[im.Source])
		}
		im.Source = n
		out.Images = append(out.Images, im)
	}
}

// commit is a commit and its time.
type commit struct {
	commit string
	time   time.Time
}

// image is the history of a file in the library folder.
type image struct {
	tags    map[string]*tag
	current []string
}

type tag struct {
	first, last time.Time // last is the time of its removal from the list; zero while it is listed
	arches      string
}

// list records that the image has exactly these tags from a time on. The map holds their architectures.
func (im *image) list(tags map[string]string, at time.Time) {
	for _, name := range im.current {
		if _, still := tags[name]; !still {
			im.tags[name].last = at
		}
	}
	im.current = im.current[:0]
	for name, arches := range tags {
		t := im.tags[name]
		if t == nil {
			t = &tag{first: at}
			im.tags[name] = t
		}
		t.last = time.Time{}
		if arches != "" {
			t.arches = arches
		}
		im.current = append(im.current, name)
	}
}

// notWhole lists images of which only some tags are deprecated.
var notWhole = []string{"amazonlinux", "nextcloud", "rockylinux"}

func (im *image) contents(name string, notes map[string]string, end time.Time) catalog.ImageTags {
	note, noted := notes[name]
	out := catalog.ImageTags{Name: name, Deprecated: len(im.current) == 0 || noted && !slices.Contains(notWhole, name)}
	if out.Deprecated {
		out.Replacement = linked(note, name)
	}
	for tagName, t := range im.tags {
		c := catalog.Tag{Name: tagName, First: monthOf(t.first, end), Architectures: t.arches, Current: t.last.IsZero()}
		if !c.Current {
			c.Last = monthOf(t.last, end)
		}
		out.Tags = append(out.Tags, c)
	}
	return out
}

// monthOf returns the month of a commit. Wrong clocks are corrected to the start or end of the history.
func monthOf(t, end time.Time) catalog.Month {
	begin := time.Date(2013, 1, 1, 0, 0, 0, 0, time.UTC)
	if t.After(end) {
		t = end
	}
	if t.Before(begin) {
		t = begin
	}
	return catalog.DayOf(t).Month()
}

// linked returns the first other image whose Docker Hub page a note links to, or "".
func linked(note, name string) string {
	for {
		_, rest, ok := strings.Cut(note, "hub.docker.com/")
		if !ok {
			return ""
		}
		note = rest
		kind, image, _ := strings.Cut(rest, "/")
		n := 0
		for n < len(image) && (isNameByte(image[n]) || image[n] == '/' && kind == "r") {
			n++
		}
		image = strings.Trim(image[:n], "./_-")
		if (kind == "_" || kind == "r") && image != "" && image != name {
			return image
		}
	}
}
