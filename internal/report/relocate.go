package report

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
)

// Relocation is where an image goes.
type Relocation struct {
	From string `json:"from"` // the image in full
	To   string `json:"to"`   // the image below the registry given with --to
}

// relocationFormats write where images go. skopeo sync takes that on its command line.
var relocationFormats = map[string]func(w *bufio.Writer, l *ImageList) error{
	"text": writeRelocationsText, "plain": writeRelocationsText, "json": writeRelocationsJSON, "csv": writeRelocationsCSV,
}

// Relocate lists each image with its destination below a registry, which may include a path prefix. The path
// after the image's own registry is kept. Images that are at their destination already are left out, as are those on the same registry, unless the user named
// that. It returns an error if two images have the same destination.
func (l *ImageList) Relocate(registry string) error {
	l.relocated = []Relocation{}
	registry = strings.TrimRight(registry, "/")
	l.to = hostOf(registry)
	from := map[string]string{}
	for _, f := range distinct(l.all) {
		switch {
		case l.isThere(f), f.full != "" && strings.HasPrefix(f.full, registry+"/"):
			l.there++
			continue
		case f.floats():
			continue
		}
		to := registry + "/" + strings.TrimPrefix(f.full, f.ref.Ref.Registry+"/")
		if other, twice := from[to]; twice {
			host := f.ref.Ref.Registry
			return fmt.Errorf("both %s and %s would become %s: run it for one registry at a time, each with its own path: --registry %s --to %s/%[4]s", other, f.full, to, host, registry)
		}
		from[to] = f.full
		l.relocated = append(l.relocated, Relocation{f.full, to})
	}
	return nil
}

// hostOf returns the registry of a destination, as images name it.
func hostOf(registry string) string {
	host, _, _ := strings.Cut(registry, "/")
	if host == "index.docker.io" {
		return "docker.io"
	}
	return host
}

// isThere reports whether an image is on the registry to which images are relocated, and the user did not name that.
func (l *ImageList) isThere(f listedImage) bool {
	return l.to != "" && f.ref.Ref.Registry == l.to && !slices.Contains(l.named, l.to)
}

// floats reports whether a reference has no tag of its own because another field or an operator may add it. Such
// an image cannot be copied by name.
func (f listedImage) floats() bool {
	return f.ref.Untagged && f.ref.Ref.Tag == "" && f.ref.Ref.Digest == ""
}

// notCopied says which images are not in a list for copying: those that are on the registry already, and names without a tag of their own.
func (l *ImageList) notCopied() []string {
	var out []string
	if !l.toCopy {
		return nil
	}
	for _, f := range distinct(l.all) {
		if f.floats() && !l.isThere(f) {
			out = append(out, place(f.ref.Span)+": not listed: "+visible(f.full)+" has no tag of its own; another field or an operator may add it")
		}
	}
	switch {
	case l.there == 0:
	case slices.Contains(l.named, l.to):
		out = append(out, "not listed: "+Count(l.there, "image is", "images are")+" at the destination already")
	default:
		out = append(out, fmt.Sprintf("not listed: %s on %s already; --registry %[2]s lists those at another path", Count(l.there, "image is", "images are"), l.to))
	}
	return out
}

func writeRelocationsText(w *bufio.Writer, l *ImageList) error {
	for _, r := range l.relocated {
		if _, err := w.WriteString(lineStart(r.From) + "\t" + visible(r.To) + "\n"); err != nil {
			return err
		}
	}
	return nil
}

func writeRelocationsJSON(w *bufio.Writer, l *ImageList) error {
	enc := newJSONEncoder()
	writeAll(w, []byte(`{"version":1,`+"\n"))
	if err := l.writeNotListed(w, enc); err != nil {
		return err
	}
	return writeList(w, enc, "relocations", len(l.relocated), func(i int) any { return l.relocated[i] })
}

func writeRelocationsCSV(w *bufio.Writer, l *ImageList) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"from", "to"}); err != nil {
		return err
	}
	for _, r := range l.relocated {
		if err := c.Write([]string{sheetCell(r.From), sheetCell(r.To)}); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// writeImagesSkopeo writes what skopeo sync --src yaml reads: tags, or digests if there are any, by registry
// and repository.
func writeImagesSkopeo(w *bufio.Writer, l *ImageList) error {
	tags := map[string]map[string][]string{}
	var registries []string
	for _, f := range distinct(l.all) {
		r := f.ref.Ref
		if f.floats() {
			continue
		}
		if tags[r.Registry] == nil {
			tags[r.Registry] = map[string][]string{}
			registries = append(registries, r.Registry)
		}
		which := r.Digest
		if which == "" {
			which = r.Tag
		}
		if which == "" {
			which = "latest"
		}
		if list := tags[r.Registry][r.Repository]; !slices.Contains(list, which) {
			tags[r.Registry][r.Repository] = append(list, which)
		}
	}
	slices.Sort(registries)
	t := &textPrinter{Writer: w}
	if len(registries) == 0 {
		t.line("{}")
	}
	for _, registry := range registries {
		t.line(fmt.Sprintf("%q:", registry))
		t.line("  images:")
		for _, repository := range slices.Sorted(maps.Keys(tags[registry])) {
			t.line(fmt.Sprintf("    %q:", repository))
			for _, tag := range tags[registry][repository] {
				t.line(fmt.Sprintf("      - %q", tag))
			}
		}
	}
	return nil
}

// mayHoldImages are the skip reasons of input that may hold running images.
var mayHoldImages = []string{
	manifests.SkipTemplate, manifests.SkipChart, manifests.SkipKustomization, manifests.SkipPart, manifests.SkipNoEngine, manifests.SkipNotRendered, manifests.SkipPartial,
	manifests.SkipTooLarge, manifests.SkipListAlias, manifests.SkipValues, manifests.SkipValuesFrom, manifests.SkipUnreadable, manifests.SkipSymlink,
	manifests.SkipOutside, manifests.SkipVendor,
}

// Incomplete reports whether the list lacks images because something was not rendered.
func (l *ImageList) Incomplete() bool {
	return slices.ContainsFunc(l.skipped, isUnrendered)
}

// NotListed says what may be missing from the list because it was not rendered or not read: a line with
// numbers or, if verbose, each item. It also counts images that are only in the values of a chart that was not
// rendered. It returns nil for nothing.
func (l *ImageList) NotListed(verbose bool) []string {
	lines := append(l.notCopied(), notListed(slices.DeleteFunc(slices.Clone(l.skipped), func(s manifests.Skip) bool { return s.Reason == manifests.SkipInvalid }), verbose)...)
	lines = append(lines, l.notFilledIn(verbose)...)
	if text := guessed(l.unknown); text != "" {
		lines = append(lines, text)
	}
	values := 0
	for _, f := range l.all {
		if f.object == nil {
			values++
		}
	}
	if values > 0 && l.Incomplete() {
		lines = append(lines, Count(values, "listed image is", "listed images are")+" from values of charts; a chart that was not rendered may not use them")
	}
	return lines
}

// notFilledIn says which images are not known because something fills them in before a node reads them.
func (l *ImageList) notFilledIn(verbose bool) []string {
	var lines []string
	for _, f := range l.filledIn {
		lines = append(lines, fmt.Sprintf("%s: not listed: image %s, which %s fills in", place(f.ref.Span), quoted(f.ref.Raw), f.filledIn))
		if more := len(l.filledIn) - 1; more > 0 && !verbose {
			return []string{fmt.Sprintf("%s, and %d more; --verbose names them", lines[0], more)}
		}
	}
	return lines
}

func notListed(skips []manifests.Skip, verbose bool) []string {
	if len(skips) == 0 {
		return nil
	}
	if !verbose {
		return []string{"images may be missing from this list: " + notLooked(skips) + "; --verbose names them"}
	}
	out := make([]string, len(skips))
	for i, s := range skips {
		out[i] = visiblePath(s.File) + ": images may be missing from this list: " + skipWhy(&s)
	}
	return out
}
