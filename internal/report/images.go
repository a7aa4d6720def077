package report

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
)

// jsonImage is one image reference in the JSON list. It is also a line of the other two formats.
type jsonImage struct {
	Image      string      `json:"image"`
	Normalized string      `json:"normalized,omitempty"`
	Registry   string      `json:"registry,omitempty"`
	Repository string      `json:"repository,omitempty"`
	Tag        string      `json:"tag"`
	Digest     string      `json:"digest"`
	Tier       string      `json:"tier"`
	File       string      `json:"file"`
	Line       int         `json:"line"`
	Column     int         `json:"column"`
	Object     *jsonObject `json:"object,omitempty"`
	Container  string      `json:"container,omitempty"`
	Path       string      `json:"path,omitempty"`
	Known      string      `json:"known,omitempty"`
}

// imageFormats are the formats of a list of images, the default first.
var imageFormats = []struct {
	name  string
	write func(w *bufio.Writer, found []listedImage, unique bool) error
}{
	{"text", writeImagesText},
	{"json", writeImagesJSON},
	{"csv", writeImagesCSV},
}

// ImageFormats are the names that Images takes, the default first.
func ImageFormats() []string {
	names := make([]string, len(imageFormats))
	for i, f := range imageFormats {
		names[i] = f.name
	}
	return names
}

// Images lists every image reference of a set, in the order of the input. A field where an image belongs and none is written
// is no reference, and not in the list.
//
// With unique, each image is listed once, at the first place that names it, by its normalized reference: sorted, and behind
// them those that cannot be parsed, as written. A field that takes a name without a tag is normalized without one. The formats for programs tell what
// known says of each image; nil says nothing.
func Images(w io.Writer, format string, set *manifests.Set, unique bool, known func(*manifests.ImageRef) string) error {
	for _, f := range imageFormats {
		if f.name != format {
			continue
		}
		all := images(set)
		if unique {
			all = distinct(all)
		}
		if known != nil && format != "text" {
			for i := range all {
				all[i].known = known(all[i].ref)
			}
		}
		b := bufio.NewWriter(w)
		if err := f.write(b, all, unique); err != nil {
			return fmt.Errorf("write images: %w", err)
		}
		return b.Flush()
	}
	return unknownFormat(format, ImageFormats())
}

// listedImage is an image reference and the object it is in. full is the reference normalized, "" for one that cannot be parsed.
type listedImage struct {
	object *manifests.Object
	ref    *manifests.ImageRef
	full   string
	known  string
}

func images(set *manifests.Set) []listedImage {
	if set == nil {
		return nil
	}
	all := make([]listedImage, 0, set.Stats.Images)
	for _, w := range slices.Concat(set.Workloads, set.Values) {
		object := w.Object
		if w.ValuesFile {
			object = nil
		}
		for _, img := range w.Images {
			if img.Raw != "" {
				all = append(all, listedImage{object: object, ref: img, full: normalized(img)})
			}
		}
	}
	if len(set.Values) > 0 {
		slices.SortStableFunc(all, func(a, b listedImage) int { return cmp.Compare(a.ref.Span.File.Name, b.ref.Span.File.Name) })
	}
	return all
}

// normalized is a reference in full, "" for one that cannot be parsed.
func normalized(img *manifests.ImageRef) string {
	switch {
	case img.State != manifests.StateString || img.Err != nil || img.Ref.Repository == "":
		return ""
	case img.Untagged && img.Ref.Tag == "" && img.Ref.Digest == "":
		// The tag comes from elsewhere: "latest" would be an invention.
		return img.Ref.Name()
	}
	return img.Ref.Canonical()
}

// name is what an image is listed by where it is listed once.
func (f listedImage) name() string { return cmp.Or(f.full, f.ref.Raw) }

// distinct keeps the first of each name. It sorts, with the references that cannot be parsed behind the others.
func distinct(all []listedImage) []listedImage {
	type key struct {
		parsed bool
		name   string
	}
	seen := make(map[key]bool, len(all))
	var first []listedImage
	for _, f := range all {
		if k := (key{f.full != "", f.name()}); !seen[k] {
			seen[k] = true
			first = append(first, f)
		}
	}
	slices.SortStableFunc(first, func(a, b listedImage) int {
		switch {
		case a.full == "" && b.full != "":
			return 1
		case a.full != "" && b.full == "":
			return -1
		}
		return cmp.Compare(a.name(), b.name())
	})
	return first
}

func (f listedImage) json() jsonImage {
	img, at := f.ref, newJSONSpan(f.ref.Span)
	j := jsonImage{
		Image: img.Raw, Tier: img.Confidence.String(), File: at.File, Line: at.Line, Column: at.Column,
		Object: newJSONObject(f.object), Container: img.Container, Path: img.Path, Known: f.known,
	}
	if f.full != "" {
		j.Normalized, j.Registry, j.Repository, j.Tag, j.Digest = f.full, img.Ref.Registry, img.Ref.Repository, img.Ref.Tag, img.Ref.Digest
	}
	return j
}

// writeImagesText writes "file:line:col<TAB>image<TAB>Kind namespace/name container", or the names alone where they are unique.
func writeImagesText(w *bufio.Writer, all []listedImage, unique bool) error {
	t := &textPrinter{Writer: w}
	for _, f := range all {
		if unique {
			t.line(lineStart(f.name()))
			continue
		}
		in := ""
		if f.object != nil {
			in = objectName(f.object)
		}
		if f.ref.Container != "" {
			in += " " + visible(f.ref.Container)
		}
		t.line(place(f.ref.Span), "\t", visible(f.ref.Raw), "\t", in)
	}
	return nil
}

func writeImagesJSON(w *bufio.Writer, all []listedImage, _ bool) error {
	writeAll(w, []byte(`{"version":1,`+"\n"))
	return writeList(w, newJSONEncoder(), "images", len(all), func(i int) any { return all[i].json() })
}

var csvHeader = []string{
	"file", "line", "column", "image", "normalized", "registry", "repository", "tag", "digest", "tier",
	"apiVersion", "kind", "namespace", "name", "container", "path", "known",
}

// writeImagesCSV writes RFC 4180 with a header line, but with LF for line ends, as the tools that read it here expect.
//
// What does not show is escaped, as in text. A value that a spreadsheet would compute gets an apostrophe in front; no image and no name
// that a cluster takes begins like one.
func writeImagesCSV(w *bufio.Writer, all []listedImage, _ bool) error {
	c := csv.NewWriter(w)
	if err := c.Write(csvHeader); err != nil {
		return err
	}
	for _, f := range all {
		j := f.json()
		o := j.Object
		if o == nil {
			o = &jsonObject{}
		}
		row := []string{
			j.File, strconv.Itoa(j.Line), strconv.Itoa(j.Column), j.Image, j.Normalized, j.Registry, j.Repository, j.Tag, j.Digest, j.Tier,
			o.APIVersion, o.Kind, o.Namespace, o.Name, j.Container, j.Path, j.Known,
		}
		for i, v := range row {
			row[i] = visible(v)
			if v != "" && strings.IndexByte("=+-@\t\r", v[0]) >= 0 {
				row[i] = "'" + row[i]
			}
		}
		row[0] = visiblePath(row[0]) // it begins the line

		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}
