package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/gather"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// nearTags is how many tags are shown of an image.
const nearTags = 10

func (c Command) catalogCommand() *cli.Command {
	return &cli.Command{
		Name: "catalog", Usage: "show what is known about images, or about one; learn the tags of your own registries",
		UsageText: `imagelint catalog [IMAGE[:TAG]] [flags]
   imagelint catalog learn PATH... [--repository HOST/NAME] [-o FILE]
   imagelint catalog build --official-images DIR --docs DIR -o FILE
   imagelint catalog build --lists DIR --sources DIR`,
		Description: `Examples:
   imagelint catalog                       its date and size, and where it is from
   imagelint catalog nginx:1.14.22         the tags near it: when they were published, for which platforms
   imagelint catalog learn ./k8s/          ask your registries which tags there are, for use offline
   imagelint lint ./k8s/ --catalog FILE    use what was learned, or a fresh catalog

learn asks the registries of the images for their tags, in your own name: with the logins of docker and podman, never with the
manifests' Secrets. One list is asked for each repository, within the limits of the configuration's probe. What could not be asked
stays as it was, and makes the exit code 3.

build reads clones of github.com/docker-library/official-images (with its history) and github.com/docker-library/docs,
judges the tags of the last 3, 12 and 24 months by what was known before, and writes nothing if a single one is flagged.
With --lists it brings lists of tags up to date, in the same way, from what docs/catalog.md says how to fetch.`,
		Flags: append(append(inputFlags(), learnFlags()...),
			catalogFlag(),
			formatFlag(report.CatalogFormats()),
			&cli.StringFlag{Name: "official-images", Usage: "build: the clone of docker-library/official-images in `DIR`"},
			&cli.StringFlag{Name: "lists", Usage: "build: bring the lists of tags in `DIR` up to date"},
			&cli.StringFlag{Name: "sources", Usage: "build: what the lists are made from, in `DIR`"},
			&cli.StringFlag{Name: "docs", Usage: "build: the clone of docker-library/docs in `DIR`"},
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "build, learn: write the catalog to `FILE` (learn: default " + learnedFile + ")"},
		),
		Action: func(ctx *cli.Context) error {
			args := ctx.Args().Slice()
			refresh := ctx.IsSet("lists") || ctx.IsSet("sources")
			build := ctx.IsSet("official-images") || ctx.IsSet("docs") || refresh
			learn := ctx.IsSet("repository") || ctx.IsSet("image")
			switch {
			case len(args) > 0 && args[0] == "learn" && !build:
				return c.learnCatalog(ctx)
			case len(args) == 1 && args[0] == "build" && refresh && !learn:
				return c.refreshLists(ctx)
			case len(args) == 1 && args[0] == "build" && !learn:
				return c.buildCatalog(ctx)
			case learn:
				return usagef("--repository and --image are for imagelint catalog learn")
			case build || ctx.IsSet("output"):
				return usagef("--official-images, --docs, --lists, --sources and --output are for imagelint catalog build")
			case len(args) > 1:
				return usagef("catalog takes one image, as imagelint catalog %s", args[0])
			}
			return c.showCatalog(ctx, args)
		},
	}
}

func (c Command) showCatalog(ctx *cli.Context, args []string) error {
	format, err := formatOf(ctx, report.CatalogFormats())
	if err != nil {
		return err
	}
	cfg, _, err := c.config(ctx, nil)
	if err != nil {
		return err
	}
	cat, err := openCatalogs(ctx, cfg)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		if err := report.PrintCatalog(c.Stdout, format, summary(cat, strings.Join(catalogFiles(ctx, cfg), ", "))); err != nil {
			return fmt.Errorf("write the catalog: %w", err)
		}
		return nil
	}
	image, err := imageOf(cat, args[0])
	if err != nil {
		return err
	}
	if err := report.PrintCatalogImage(c.Stdout, format, image); err != nil {
		return fmt.Errorf("write the image: %w", err)
	}
	return nil
}

// summary counts what a catalog holds.
func summary(cat *catalog.Catalog, file string) report.Catalog {
	out := report.Catalog{File: file, Size: cat.Size()}
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
	moves, hosts := catalog.Facts()
	out.Facts = []report.CatalogFacts{
		{Name: "places that moved, were frozen or removed", Date: catalog.Date, Count: moves},
		{Name: "registries and families of them", Date: catalog.Date, Count: hosts},
	}
	return out
}

// lookup finds an image by its name in the catalog.
func lookup(cat *catalog.Catalog, name string) (catalog.Image, bool) {
	if registry, repository, ok := strings.Cut(name, "/"); ok {
		return cat.Lookup(registry, repository)
	}
	return cat.Lookup("docker.io", "library/"+name)
}

// imageOf gathers what is known of an image.
func imageOf(cat *catalog.Catalog, raw string) (report.CatalogImage, error) {
	ref, err := imageref.Parse(raw)
	if err != nil {
		return report.CatalogImage{}, usageError{err}
	}
	im, ok := cat.Lookup(ref.Registry, ref.Repository)
	move := moveOf(ref)
	if v := catalog.JudgeDistroless(ref.Registry, ref.Repository, ref.Tag); !ok && (move != nil || v.State != catalog.Silent) {
		out := report.CatalogImage{Image: ref.Registry + "/" + ref.Repository, Source: "built in", Date: catalog.HandDate, Move: move, Asked: ref.Tag, Near: []report.CatalogTag{}}
		if v.State != catalog.Silent {
			out.State, out.Tier, out.Why, out.Meant = v.State.String(), v.Tier, v.Why, v.Near
		}
		return out, nil
	}
	if !ok {
		name, _, _ := catalog.OfficialName(ref.Registry, ref.Repository)
		if near, ok := cat.NearOfficial(name); ok {
			return report.CatalogImage{}, usagef("nothing is known of %s: did you mean %q?", raw, near)
		}
		return report.CatalogImage{}, usagef("nothing is known of %s: the catalog holds Docker Official Images, and images that many use", raw)
	}
	all, err := im.All()
	if err != nil {
		return report.CatalogImage{}, err
	}
	_, mirror, _ := catalog.OfficialName(ref.Registry, ref.Repository)
	out := report.CatalogImage{
		Image: im.Name, Kind: im.Kind.String(), Source: im.Source.Name, Rule: im.Source.Rule, Verified: im.Verified, Date: im.Source.Day.String(), Tags: im.Tags,
		Deprecated: im.Deprecated, Replacement: im.Replacement, Mirror: mirror, Move: move, Asked: ref.Tag,
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

// moveOf is what became of the place of an image, nil where nothing is known.
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

// month is a month in output, "" where it is not known.
func month(m catalog.Month) string {
	if m == 0 {
		return ""
	}
	return m.String()
}

func (c Command) buildCatalog(ctx *cli.Context) error {
	for _, name := range []string{"official-images", "docs", "output"} {
		if ctx.String(name) == "" {
			return usagef("catalog build wants --%s", name)
		}
	}
	output := ctx.String("output")
	at, err := locate(ctx, "output", output, files.Tree(output))
	if err != nil {
		return err
	}
	base, err := openCatalogs(ctx, &config.Config{})
	if err != nil {
		return err
	}
	contents, err := gather.Official(ctx.Context, ctx.String("official-images"), ctx.String("docs"), base)
	if err != nil {
		return err
	}
	data, err := catalog.Encode(contents, nil)
	if err != nil {
		return err
	}
	fresh, err := catalog.Open(data)
	if err != nil {
		return err
	}
	if err := c.gate(fresh, base); err != nil {
		return err
	}
	// The catalog that --catalog names may be replaced: it is in memory, and the fresh one has all of it.
	if err := c.writeFile(at, reportFile, func(w io.Writer) error { _, err := w.Write(data); return err }); err != nil {
		return err
	}
	return report.PrintCatalog(c.Stdout, "text", summary(fresh, output))
}

// gate refuses a catalog that is worse than the one before: that knows fewer tags, or would have flagged tags that were published later.
func (c Command) gate(fresh, base *catalog.Catalog) error {
	var wrong []error
	less := 0
	for _, name := range base.Images() {
		was, _ := lookup(base, name)
		is, _ := lookup(fresh, name)
		if is.Tags >= was.Tags {
			continue
		}
		if less++; less == 1 {
			wrong = append(wrong, fmt.Errorf("%s has %d tags, and had %d: what was once published stays in the history, so the clone is not whole, or was not read as it must be", name, is.Tags, was.Tags))
		}
	}
	if less > 1 {
		wrong = append(wrong, fmt.Errorf("%d more images have fewer tags than before", less-1))
	}
	var flagged []string
	for _, months := range []int{3, 12, 24} {
		e, err := fresh.Evaluate(months)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.Stderr, "with what was known at the end of %s: of %d tags published in the %d months after, %d flagged in tier 1 and %d in tier 2\n", e.Known, e.Future, months, e.Tier1, e.Tier2)
		for _, what := range e.Flagged {
			if !slices.Contains(flagged, what) {
				flagged = append(flagged, what)
			}
		}
	}
	if len(flagged) > 0 {
		wrong = append(wrong, fmt.Errorf("the rule would have flagged what was published later: %s", strings.Join(flagged[:min(3, len(flagged))], "; ")))
	}
	return errors.Join(wrong...)
}
