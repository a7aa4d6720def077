package lint

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Merge combines findings from several runs, or findings that were moved to their origins. It sorts them and joins
// those with the same text at the same place, for several objects or combinations of values.
func Merge(all []Finding) []Finding {
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(Compare(a, b), strings.Compare(a.objectName(), b.objectName()), strings.Compare(a.Container, b.Container), strings.Compare(a.Path, b.Path))
	})
	out := all[:0]
	for _, f := range all {
		if n := len(out); n > 0 && out[n-1].sameText(&f) {
			out[n-1].join(&f)
			continue
		}
		out = append(out, f)
	}
	return out
}

// sameText reports whether two findings have the same text and place. In an archive, which has no lines, the place is
// the field of the object, which only occurs twice in different combinations of values.
func (f *Finding) sameText(g *Finding) bool {
	return f.Rule == g.Rule && f.Variant == g.Variant && (f.Message == g.Message || f.Unused() != "" && f.Unused() == g.Unused()) && f.Suppressed == g.Suppressed && f.Span.Start() == g.Span.Start() && f.Span.End() == g.Span.End() && fileName(f) == fileName(g) &&
		(f.Span.Start().Line > 0 || len(f.Combinations) > 0 && f.isAt(g))
}

// isAt reports whether two findings are about the same field of the same object.
func (f *Finding) isAt(g *Finding) bool {
	return f.objectName() == g.objectName() && f.Container == g.Container && f.Path == g.Path
}

// SuggestNewName rewords the help of a finding about an image that an entry of images in a kustomization selects by a name. Another image is a new
// name for it in the entry: with another name in the manifest, or as the name of the entry, the entry would not match.
func (f *Finding) SuggestNewName(selected string) {
	text, rest, ok := cutWrite(f.Help)
	if !ok || !strings.HasPrefix(f.Image, selected) {
		return
	}
	name := imageref.KustomizeName(text)
	if name != selected && text[len(name):] == f.Image[len(selected):] {
		f.Help = "add newName: " + strconv.Quote(name) + rest
	}
}

// suggestPart rewords the help of a finding about an image in parts. What to write is the part that changes: the whole reference is nowhere in the file,
// and the tag in it is a number as it is printed, not as it is written.
func (f *Finding) suggestPart(img *manifests.ImageRef) {
	text, rest, ok := cutWrite(f.Help)
	if !ok {
		return
	}
	front := img.Assembly.Front
	part, value, ok := img.ChangedPart(text)
	switch {
	case ok && within(f.Span, part.Span):
		f.Help = "write " + strconv.Quote(value) + rest
	case ok:
		f.Help = "write " + strconv.Quote(value) + " as the " + part.Name + rest
	default:
		for _, p := range img.Parts() {
			if name, tagged := strings.CutSuffix(text, ":"+p.Value); tagged && !p.Span.Exact() && strings.HasSuffix(img.Raw, ":"+p.Value) {
				text = name
				f.Help = "write " + strconv.Quote(text) + rest
			}
		}
		if host, name, _ := strings.Cut(text, "/"); front != nil && imageref.HasHost(text) {
			f.Help = "write " + strconv.Quote(name) + ", and the registry " + strconv.Quote(host) + rest
		}
	}
	if front != nil && imageref.HasHost(text) {
		f.Related = append(f.Related, Related{Span: front.Span, Message: "the registry in front of it"})
	}
}

// SuggestValue rewords the help of a finding about rendered text whose image contains the text of a value: what to write is the new value, not the whole
// reference.
func (f *Finding) SuggestValue(value string) {
	text, rest, ok := cutWrite(f.Help)
	before, after, found := strings.Cut(f.Image, value)
	if !ok || !found || value == "" || strings.Contains(after, value) {
		return
	}
	if text, ok = strings.CutPrefix(text, before); ok {
		if text, ok = strings.CutSuffix(text, after); ok && text != "" && text != value {
			f.Help = "write " + strconv.Quote(text) + rest
		}
	}
}

// cutWrite returns the text in quotes at the beginning of a help that says to write it, and the rest.
func cutWrite(help string) (text, rest string, ok bool) {
	rest, ok = strings.CutPrefix(help, "write ")
	quoted, err := strconv.QuotedPrefix(rest)
	if !ok || err != nil {
		return "", "", false
	}
	text, err = strconv.Unquote(quoted)
	return text, rest[len(quoted):], err == nil
}

// within reports whether a span is inside of another one.
func within(s, whole source.Span) bool {
	return s.File() == whole.File() && s.Start().Line == whole.Start().Line && s.Start().Offset >= whole.Start().Offset && s.End().Offset <= whole.End().Offset
}

func fileName(f *Finding) string {
	if f.Span.File() == nil {
		return ""
	}
	return f.Span.File().Name
}

func (f *Finding) objectName() string {
	if f.Object == nil {
		return ""
	}
	return f.Object.Kind + "/" + f.Object.Namespace + "/" + f.Object.Name
}

func (f *Finding) join(g *Finding) {
	f.AwaitsSource = f.AwaitsSource && g.AwaitsSource
	for _, name := range g.Combinations {
		if !slices.Contains(f.Combinations, name) {
			f.Combinations = append(f.Combinations, name)
		}
	}
	f.Joined = append(append(f.Joined, g.subject()), g.Joined...)
	if f.isAt(g) {
		f.Severity = max(f.Severity, g.Severity)
		return
	}
	n := len(f.Related)
	join(f, g)
	for i := n; i < len(f.Related); i++ {
		if at := f.Related[i].Span.File(); at != nil && at.InMemory { // rendered text
			f.Related[i].Span = g.Template
		}
	}
}
