package catalogs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// nearTags is the maximum number of tags shown for an image.
const nearTags = 10

// Summary counts what a catalog holds.
func Summary(cat *catalog.Catalog, file string) report.Catalog {
	out := report.Catalog{File: file, Size: cat.Size(), Sources: []report.CatalogSource{}}
	number := map[catalog.Source]int{}
	for _, s := range cat.Sources() {
		number[s] = len(out.Sources)
		out.Sources = append(out.Sources, report.CatalogSource{Name: s.Name, Revision: s.Revision, Rule: s.Rule, Date: s.Day.String()})
		out.Date = max(out.Date, s.Day.String())
	}
	for _, name := range cat.Images() {
		if im, ok := lookup(cat, name); ok {
			row := &out.Sources[number[im.Source]]
			row.Kind = im.Kind.String()
			row.Images++
			row.Tags += im.Tags
		}
	}
	// Omit sources whose images are all replaced by those of later ones.
	out.Sources = slices.DeleteFunc(out.Sources, func(s report.CatalogSource) bool { return s.Images == 0 })
	moves, hosts := catalog.Facts()
	out.Facts = []report.CatalogFacts{
		{Name: "images and registries that moved, were frozen or removed", Date: catalog.Date, Count: moves},
		{Name: "registries and registry families", Date: catalog.Date, Count: hosts},
	}
	return out
}

// lookup returns the image with a name in the catalog.
func lookup(cat *catalog.Catalog, name string) (catalog.Image, bool) {
	if registry, repository, ok := strings.Cut(name, "/"); ok {
		return cat.Lookup(registry, repository)
	}
	return cat.Lookup("docker.io", "library/"+name)
}

// Describe returns what is known about an image or a registry. Its errors are usage errors: the text is not an image, or
// nothing is known about it.
func Describe(cat *catalog.Catalog, raw string) (report.CatalogImage, error) {
	ref, err := imageref.Parse(raw)
	if err != nil {
		return report.CatalogImage{}, err
	}
	im, ok := cat.Lookup(ref.Registry, ref.Repository)
	if known, isHost := catalog.LookupHost(raw); isHost && !ok {
		return describeHost(raw, known), nil
	}
	move := moveOf(ref)
	if v := catalog.JudgeDistroless(ref.Registry, ref.Repository, ref.Tag); !ok && (move != nil || v.State != catalog.Silent) {
		out := report.CatalogImage{Image: ref.Registry + "/" + ref.Repository, Source: "built in", Date: catalog.HandDate, Move: move, Asked: ref.Tag, Near: []report.CatalogTag{}}
		if v.State != catalog.Silent {
			out.State, out.Tier, out.Why, out.Meant = v.State.String(), v.Tier, v.Why, v.Near
		}
		return out, nil
	}
	if !ok {
		name, _, _ := cat.OfficialName(ref.Registry, ref.Repository)
		if near, ok := cat.NearOfficial(name); ok {
			return report.CatalogImage{}, fmt.Errorf("nothing is known about %s: did you mean %q?", raw, near)
		}
		return report.CatalogImage{}, fmt.Errorf("nothing is known about %s: the catalog contains Docker Official Images and other widely used images", raw)
	}
	all, err := im.All()
	if err != nil {
		return report.CatalogImage{}, err
	}
	out := report.CatalogImage{
		Image: im.Name, Kind: im.Kind.String(), Source: im.Source.Name, Rule: im.Source.Rule, Verified: im.Verified, Partial: im.Partial, Rebuilt: im.Rebuilt, Date: im.Source.Day.String(), Tags: im.Tags,
		Deprecated: im.Deprecated, Replacement: im.Replacement, Mirror: cat.IsCopy(ref.Registry, ref.Repository), Move: move, Asked: ref.Tag,
	}
	var first, last catalog.Month
	for _, t := range all {
		if t.First != 0 && (first == 0 || t.First < first) {
			first = t.First
		}
		last = max(last, t.Last)
		if t.Current {
			out.Current++
		}
	}
	out.First, out.Last = month(first), month(last)
	if ref.Tag != "" {
		v := im.Judge().Tag(ref.Tag)
		out.State, out.Tier, out.Why, out.Meant = v.State.String(), v.Tier, v.Why, v.Near
	}
	near, err := im.Near(ref.Tag, nearTags)
	if err != nil {
		return report.CatalogImage{}, err
	}
	out.Near = []report.CatalogTag{}
	for _, t := range near {
		out.Near = append(out.Near, report.CatalogTag{Tag: t.Name, First: month(t.First), Last: month(t.Last), Current: t.Current, Platforms: t.Platforms(), Digest: t.Digest})
	}
	return out, nil
}

// describeHost returns what is known about a registry.
func describeHost(host string, known *catalog.Host) report.CatalogImage {
	return report.CatalogImage{
		Image: host, Source: known.Source, Date: known.Date, Near: []report.CatalogTag{}, Move: moveOf(imageref.Ref{Registry: host}),
		Registry: &report.CatalogRegistry{Title: known.Title, Anonymous: known.Anonymous.String(), Note: known.Note},
	}
}

// moveOf returns what happened to the place of an image, or nil if nothing is known.
func moveOf(ref imageref.Ref) *report.CatalogMove {
	m, _ := catalog.LookupMove(ref.Registry, ref.Repository, ref.Tag, ref.Digest != "")
	if m.Match == "" {
		return nil
	}
	return &report.CatalogMove{
		Match: m.Match, Status: m.Status.String(), Since: m.Since, Replacement: m.Replacement, Note: m.Note, Gone: m.Gone, Confidence: m.Confidence.String(),
		Source: m.Source, Date: m.Date,
	}
}

// month formats a month, or returns "" if it is unknown.
func month(m catalog.Month) string {
	if m == 0 {
		return ""
	}
	return m.String()
}
