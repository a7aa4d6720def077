package lint

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
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
	rest, ok := strings.CutPrefix(f.Help, "write ")
	quoted, err := strconv.QuotedPrefix(rest)
	text, err2 := strconv.Unquote(quoted)
	if !ok || err != nil || err2 != nil || !strings.HasPrefix(f.Image, selected) {
		return
	}
	name := imageref.KustomizeName(text)
	if name != selected && text[len(name):] == f.Image[len(selected):] {
		f.Help = "add newName: " + strconv.Quote(name) + rest[len(quoted):]
	}
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
