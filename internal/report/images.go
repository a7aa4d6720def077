package report

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// jsonImage is one image reference in the JSON list. It is also a line of the other two formats.
type jsonImage struct {
	Image      string      `json:"image"`                // the reference as written
	Normalized string      `json:"normalized,omitempty"` // the full reference, as a runtime reads it; left out if it cannot be parsed
	Registry   string      `json:"registry,omitempty"`   // host, with the port
	Repository string      `json:"repository,omitempty"` // path without the registry
	Tag        string      `json:"tag"`                  // tag; "" if there is none
	Digest     string      `json:"digest"`               // digest; "" if there is none
	Tier       string      `json:"tier"`                 // how certain it is that the field holds an image
	File       string      `json:"file"`                 // path of the file
	Line       int         `json:"line"`                 // line, from 1
	Column     int         `json:"column"`               // column, from 1, in Unicode code points
	Object     *jsonObject `json:"object,omitempty"`     // the object that names the image; left out for chart values
	Container  string      `json:"container,omitempty"`  // name of the container
	Path       string      `json:"path,omitempty"`       // path of the field within the object
	Known      string      `json:"known,omitempty"`      // what the catalog knows about the image
}

// imageFormats are the formats of a list of images, the default first.
var imageFormats = []struct {
	name  string
	write func(w *bufio.Writer, l *ImageList) error
}{
	{"text", writeImagesText},
	{"plain", writeImagesPlain},
	{"json", writeImagesJSON},
	{"csv", writeImagesCSV},
	{"skopeo", writeImagesSkopeo},
}

// ImageFormats returns the names of the formats of an ImageList, the default first.
func ImageFormats() []string {
	names := make([]string, len(imageFormats))
	for i, f := range imageFormats {
		names[i] = f.name
	}
	return names
}

// ImageFormatOf returns the format for a file's extension. Without one, and for logs, it is the default.
func ImageFormatOf(file string) (string, error) {
	extension := extensionOf(file)
	switch {
	case slices.Contains(forText, extension):
		return imageFormats[0].name, nil
	case extension == "json", extension == "csv":
		return extension, nil
	case extension == "yaml", extension == "yml":
		return "skopeo", nil
	}
	return "", unknownExtension(extension, ".txt, .json, .csv or .yaml")
}

// ImageChoice selects which images of a set are listed.
type ImageChoice struct {
	// Unique lists each image once.
	Unique bool
	// Registry lists only the images that it selects, those on Registries if there are any, and none on LeftOut; nil lists all.
	Registry            func(*manifests.ImageRef) bool
	Registries, LeftOut []string
	// ToCopy means that the list is for a program that copies images, which takes only those with a tag or a digest.
	ToCopy bool
	// Complete also lists references that cannot be parsed, without a normalized name, and images that no node pulls as they are written.
	Complete bool
	// Why lists only the places of the images that it selects; nil lists all.
	Why func(*manifests.ImageRef) bool
	// WithoutTests omits objects that run only in Helm tests.
	WithoutTests bool
	// Runs reports whether a node pulls an image as written, and, if not, what fills it in; nil means all.
	Runs func(*manifests.Workload, *manifests.ImageRef) (runs bool, filledIn string)
	// Known returns what machine-readable formats say about an image; nil means nothing.
	Known func(*manifests.ImageRef) string
}

// ImageList is a list of images, in the order of the input or, if each is listed once, sorted.
type ImageList struct {
	unique    bool
	all       []listedImage
	unparsed  []listedImage
	filledIn  []listedImage    // cannot be parsed, and something fills them in before a node reads them
	complete  bool             // all has the unparsed ones, too
	skipped   []manifests.Skip // what may hold images that are not listed
	broken    []string         // documents that are not valid YAML, which are skipped, too
	relocated []Relocation     // nil if nothing is relocated
	unknown   []jsonKind       // kinds that may have images that are not listed
	toCopy    bool
	named     []string // registries whose images the user asked for
	leftOut   []string // registries whose images the user left out
	there     int      // images that are not relocated because they are on the registry
	to        string   // that registry
}

// Images lists the image references of a set. It omits empty image fields. References that cannot be parsed
// are kept separately.
//
// With Unique, each image is listed once, at the first place that names it, by its normalized reference. A
// field that takes a name without a tag is normalized without one.
func Images(set *manifests.Set, choice ImageChoice) *ImageList {
	l := &ImageList{unique: choice.Unique, complete: choice.Complete, toCopy: choice.ToCopy, named: choice.Registries, leftOut: choice.LeftOut}
	if set == nil {
		return l
	}
	for _, s := range set.Skipped {
		if slices.Contains(mayHoldImages, s.Reason) {
			l.skipped = append(l.skipped, s)
		}
	}
	for _, doc := range set.Broken {
		at := brokenAt(doc)
		l.skipped = append(l.skipped, manifests.Skip{File: at.File().Name, Line: at.Start().Line, Reason: manifests.SkipInvalid, Detail: doc.Err.Error()})
	}
	l.unknown = unknownKinds(set)
	for _, line := range BrokenDocuments(set) {
		l.broken = append(l.broken, line+"; its images are not listed")
	}
	for _, f := range images(set, &choice) {
		switch {
		case choice.Why != nil && !choice.Why(f.ref), choice.Registry != nil && !choice.Registry(f.ref):
			continue
		case f.full == "" && f.runs:
			l.unparsed = append(l.unparsed, f)
		case f.full == "" && f.filledIn != "":
			l.filledIn = append(l.filledIn, f)
		}
		if f.full != "" || choice.Complete {
			l.all = append(l.all, f)
		}
	}
	if choice.Unique {
		l.all = distinct(l.all)
	}
	if choice.Known != nil {
		for i := range l.all {
			l.all[i].known = choice.Known(l.all[i].ref)
		}
	}
	return l
}

// From describes the registries that the list was restricted to; "" if it was not.
func (l *ImageList) From() string {
	quote := func(hosts []string) string {
		out := make([]string, len(hosts))
		for i, host := range hosts {
			out[i] = quoted(host)
		}
		return strings.Join(out, " or ")
	}
	switch from := quote(l.named); {
	case len(l.leftOut) == 0:
		return from
	case from != "":
		return from + " and not from " + quote(l.leftOut)
	default:
		return "anywhere but " + quote(l.leftOut)
	}
}

// Len returns the number of listed images, without references that cannot be parsed.
func (l *ImageList) Len() int { return len(l.all) }

// BrokenDocuments returns a message with position for each document of a set that is not valid YAML.
func BrokenDocuments(set *manifests.Set) []string {
	lines := make([]string, len(set.Broken))
	for i, doc := range set.Broken {
		lines[i] = place(brokenAt(doc)) + ": document is not valid YAML: " + visible(doc.Err.Error())
	}
	return lines
}

// brokenAt returns the place of the error in a document that is not valid YAML.
func brokenAt(doc *manifests.Document) source.Span {
	var syntax *manifests.SyntaxError
	if errors.As(doc.Err, &syntax) {
		return syntax.Span
	}
	return doc.Span()
}

// Unparsed returns a message with position for each document and each reference that cannot be parsed.
func (l *ImageList) Unparsed() []string {
	out := slices.Clone(l.broken)
	seen := map[string]bool{} // shared by several overlays
	for _, f := range l.unparsed {
		why := "it is not a string"
		if f.ref.Err != nil {
			why = f.ref.Err.Detail
		}
		line := "image " + quoted(f.ref.Raw) + " cannot be parsed: " + visible(why)
		if f.ref.Raw == "" {
			line = fmt.Sprintf("%s is a %s, not a string", f.ref.Path, f.ref.ValueType)
		}
		if !l.complete {
			line = "not listed: " + line
		}
		line = place(f.ref.Span) + ": " + line
		if !seen[line] {
			seen[line] = true
			out = append(out, line)
		}
	}
	return out
}

// Write prints the list.
func (l *ImageList) Write(w io.Writer, format string) error {
	for _, f := range imageFormats {
		if f.name != format {
			continue
		}
		b := bufio.NewWriter(w)
		write := f.write
		if l.relocated != nil {
			write = relocationFormats[format]
		}
		if write == nil {
			return fmt.Errorf("the format %s has no place for where images go", format)
		}
		if err := write(b, l); err != nil {
			return fmt.Errorf("write images: %w", err)
		}
		return b.Flush()
	}
	return unknownFormat(format, ImageFormats())
}

// listedImage is an image reference and its object. full is the normalized reference, or "" if it cannot be
// parsed.
type listedImage struct {
	object *manifests.Object
	ref    *manifests.ImageRef
	full   string
	known  string
	runs   bool // a node pulls it as it is written
	// filledIn is what fills it in, if not.
	filledIn string
}

func images(set *manifests.Set, choice *ImageChoice) []listedImage {
	all := make([]listedImage, 0, set.Stats.Images)
	for _, w := range slices.Concat(set.Workloads, set.Values) {
		object := w.Object
		if w.ValuesFile {
			object = nil
		}
		if choice.WithoutTests && isTest(w.Object) {
			continue
		}
		for _, img := range w.Images {
			runs, filledIn := true, ""
			if choice.Runs != nil {
				runs, filledIn = choice.Runs(w, img)
			}
			full := normalized(img)
			if (img.Raw != "" || img.State == manifests.StateNotString) && (runs || choice.Complete || full == "" && filledIn != "") {
				all = append(all, listedImage{object: object, ref: img, full: full, runs: runs, filledIn: filledIn})
			}
		}
	}
	if len(set.Values) > 0 {
		slices.SortStableFunc(all, func(a, b listedImage) int { return cmp.Compare(a.ref.Span.File().Name, b.ref.Span.File().Name) })
	}
	return all
}

// normalized returns the full reference, or "" if it cannot be parsed.
func normalized(img *manifests.ImageRef) string {
	switch {
	case img.State != manifests.StateString || img.Err != nil || img.Ref.Repository == "":
		return ""
	case img.Untagged && img.Ref.Tag == "" && img.Ref.Digest == "":
		// Something else adds the tag: "latest" would be wrong.
		return img.Ref.Name()
	}
	return img.Ref.Canonical()
}

// name returns the name under which an image is listed with Unique.
func (f listedImage) name() string { return cmp.Or(f.full, f.ref.Raw) }

// isTest reports whether an object runs only on helm test.
func isTest(o *manifests.Object) bool {
	hooks := strings.Split(o.Annotations["helm.sh/hook"], ",")
	return o.Annotations["helm.sh/hook"] != "" && !slices.ContainsFunc(hooks, func(h string) bool { return !strings.HasPrefix(strings.TrimSpace(h), "test") })
}

// distinct keeps the first image of each name, and sorts.
func distinct(all []listedImage) []listedImage {
	seen := make(map[string]bool, len(all))
	var first []listedImage
	for _, f := range all {
		if !seen[f.name()] {
			seen[f.name()] = true
			first = append(first, f)
		}
	}
	slices.SortStableFunc(first, func(a, b listedImage) int { return cmp.Compare(a.name(), b.name()) })
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

// writeImagesText writes "file:line:col<TAB>image<TAB>Kind namespace/name container", or only names with
// Unique.
func writeImagesText(w *bufio.Writer, l *ImageList) error {
	if l.unique {
		return writeImagesPlain(w, l)
	}
	t := &textPrinter{Writer: w}
	for _, f := range l.all {
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

// writeImagesPlain writes each name once, one per line.
func writeImagesPlain(w *bufio.Writer, l *ImageList) error {
	t := &textPrinter{Writer: w}
	for _, f := range distinct(l.all) {
		t.line(lineStart(f.name()))
	}
	return nil
}

func writeImagesJSON(w *bufio.Writer, l *ImageList) error {
	enc := newJSONEncoder()
	writeAll(w, []byte(`{"version":1,`+"\n"))
	if err := l.writeNotListed(w, enc); err != nil {
		return err
	}
	return writeList(w, enc, "images", len(l.all), func(i int) any { return l.all[i].json() })
}

// writeNotListed writes the lists unparsed, skipped and unknownKinds, each if it has any.
func (l *ImageList) writeNotListed(w *bufio.Writer, enc *jsonEncoder) error {
	write := func(name string, n int, item func(int) any) error {
		if n == 0 {
			return nil
		}
		writeAll(w, []byte(` "`+name+`":`))
		if err := writeItems(w, enc, " ", n, item); err != nil {
			return err
		}
		writeAll(w, []byte(",\n"))
		return nil
	}
	if !l.complete {
		unparsed := slices.Concat(l.unparsed, l.filledIn)
		if err := write("unparsed", len(unparsed), func(i int) any { return unparsed[i].json() }); err != nil {
			return err
		}
	}
	if err := write("skipped", len(l.skipped), func(i int) any { return jsonSkip(l.skipped[i]) }); err != nil {
		return err
	}
	return write("unknownKinds", len(l.unknown), func(i int) any { return l.unknown[i] })
}

var csvHeader = []string{
	"file", "line", "column", "image", "normalized", "registry", "repository", "tag", "digest", "tier",
	"apiVersion", "kind", "namespace", "name", "container", "path", "known",
}

// writeImagesCSV writes RFC 4180 with a header line, but with LF line ends, as the tools that read it here
// expect.
//
// Invisible characters are escaped as in text. A value that a spreadsheet would evaluate gets a leading
// apostrophe; no valid image or object name begins like one.
func writeImagesCSV(w *bufio.Writer, l *ImageList) error {
	c := csv.NewWriter(w)
	if err := c.Write(csvHeader); err != nil {
		return err
	}
	for _, f := range l.all {
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
			row[i] = sheetCell(v)
		}
		row[0] = visiblePath(row[0]) // at the beginning of the line

		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// sheetCell returns a value that a spreadsheet does not evaluate.
func sheetCell(v string) string {
	if v != "" && strings.IndexByte("=+-@\t\r", v[0]) >= 0 {
		return "'" + visible(v)
	}
	return visible(v)
}
