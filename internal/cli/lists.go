package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/gather"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// refreshLists brings the lists of a folder up to date from what was fetched, unless the rule would have flagged what came since.
func (c Command) refreshLists(ctx *cli.Context) error {
	dir, sources := ctx.String("lists"), ctx.String("sources")
	if dir == "" || sources == "" || ctx.IsSet("output") || ctx.IsSet("official-images") || ctx.IsSet("docs") {
		return usagef("catalog build takes --lists and --sources together, and neither --output nor the flags for official images beside them")
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return usagef("no lists in %s: they are files with names in .txt", dir)
	}
	day := catalog.DayOf(c.Now())
	fresh := map[string][]catalog.List{}
	var before, after []catalog.List
	for _, name := range names {
		data, err := files.Read(name, mostCatalog)
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		lists, err := catalog.ParseLists(data)
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		got, err := gather.Lists(lists, os.DirFS(sources), day)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, note := range got.Notes {
			c.complain(errors.New(report.Escape(note)))
		}
		fresh[name] = got.Lists
		before, after = append(before, lists...), append(after, got.Lists...)
	}
	promoted, err := gather.Promoted(after, os.DirFS(sources), day)
	if err != nil {
		return err
	}
	if len(promoted) > 0 {
		fresh[filepath.Join(dir, "registry.k8s.io.txt")] = promoted
		names, after = append(names, filepath.Join(dir, "registry.k8s.io.txt")), append(after, promoted...)
	}
	if err := c.gateLists(before, after); err != nil {
		return err
	}
	for _, name := range names {
		at, err := locate(ctx, "lists", name, files.Tree(name))
		if err != nil {
			return err
		}
		text := catalog.AppendLists(nil, fresh[name])
		if err := c.writeFile(at, reportFile, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
			return err
		}
	}
	return nil
}

// gateLists refuses lists that are worse than those before: that hold fewer tags, or by which the rule would have flagged tags that came since.
func (c Command) gateLists(before, after []catalog.List) error {
	was, err := catalog.ImagesOf(before)
	if err != nil {
		return err
	}
	is, err := catalog.ImagesOf(after)
	if err != nil {
		return err
	}
	tags := map[string]int{}
	for i := range is.Images {
		tags[is.Images[i].Name] = len(is.Images[i].Tags)
	}
	var wrong []error
	for i := range was.Images {
		// A complete list in place of releases may be shorter: what was never pushed is not on it.
		if im := &was.Images[i]; tags[im.Name] == 0 {
			wrong = append(wrong, fmt.Errorf("%s has no tags any more", im.Name))
		}
	}
	for _, months := range []int{3, 12, 24} {
		e, err := catalog.EvaluateLists(after, months)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.Stderr, "by what was known %d months before: of %d tags that came since, %d flagged in tier 1 and %d in tier 2\n", months, e.Future, e.Tier1, e.Tier2)
		for _, what := range e.Flagged[:min(3, len(e.Flagged))] {
			wrong = append(wrong, fmt.Errorf("the rule would have flagged what came later: %s", what))
		}
	}
	return errors.Join(wrong...)
}
