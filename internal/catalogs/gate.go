package catalogs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/gather"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ErrNoLists is the error for a folder without lists.
var ErrNoLists = errors.New("lists are files with the extension .txt")

// Refresh updates the lists in a folder from fetched sources, and returns the new content of each file. It returns an error if the rule would have flagged tags
// that were published since. It writes the results of the gate to tell, and passes notes to note.
func Refresh(dir, sources string, day catalog.Day, out io.Writer, note func(string)) (map[string][]catalog.List, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no lists in %s: %w", dir, ErrNoLists)
	}
	fresh := map[string][]catalog.List{}
	var before, after []catalog.List
	for _, name := range names {
		data, err := files.Read(name, MaxSize)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		lists, err := catalog.ParseLists(data)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		got, err := gather.Lists(lists, os.DirFS(sources), day)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, text := range got.Notes {
			note(text)
		}
		fresh[name] = got.Lists
		before, after = append(before, lists...), append(after, got.Lists...)
	}
	promoted, err := gather.Promoted(after, os.DirFS(sources), day)
	if err != nil {
		return nil, err
	}
	if len(promoted) > 0 {
		fresh[filepath.Join(dir, "registry.k8s.io.txt")] = promoted
		after = append(after, promoted...)
	}
	if err := gateLists(before, after, out); err != nil {
		return nil, err
	}
	return fresh, nil
}

// gateLists rejects lists that are worse than the previous ones: they have fewer tags, cover a registry that their project has left, or the rule
// would have flagged tags that were published since.
func gateLists(before, after []catalog.List, out io.Writer) error {
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
		// A complete list that replaces a list of releases may be shorter, because it has no tags that were never pushed. Where that could be counted, these
		// were a fifth of the tags at most.
		if im := &was.Images[i]; 2*tags[im.Name] < len(im.Tags) {
			wrong = append(wrong, fmt.Errorf("%s has %d tags, %d before", im.Name, tags[im.Name], len(im.Tags)))
		}
	}
	if err := catalog.CheckHosts(after); err != nil {
		wrong = append(wrong, err)
	}
	outliers, err := catalog.Outliers(after)
	if err != nil {
		return err
	}
	for _, tag := range outliers {
		fmt.Fprintf(out, "%s is far above its line: kept, but not treated as the end of the line\n", tag)
	}
	for _, months := range []int{3, 12, 24} {
		e, err := catalog.EvaluateLists(after, months)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "judged by the state %d months earlier: of %d later tags, %d flagged in tier 1 and %d in tier 2\n", months, e.Future, e.Tier1, e.Tier2)
		for _, what := range e.Flagged[:min(3, len(e.Flagged))] {
			wrong = append(wrong, fmt.Errorf("the rule would have flagged later tags: %s", what))
		}
	}
	return errors.Join(wrong...)
}

// Gate rejects a catalog that is worse than base: it has fewer tags, or would have flagged tags that were published later.
func Gate(fresh, base *catalog.Catalog, out io.Writer) error {
	var wrong []error
	less := 0
	for _, name := range base.Images() {
		was, _ := lookup(base, name)
		is, _ := lookup(fresh, name)
		if is.Tags >= was.Tags {
			continue
		}
		if less++; less == 1 {
			wrong = append(wrong, fmt.Errorf("%s has %d tags, %d before: published tags stay in the history, so the clone is incomplete or was misread", name, is.Tags, was.Tags))
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
		fmt.Fprintf(out, "judged by the state at the end of %s: of %d tags published in the following %d months, %d flagged in tier 1 and %d in tier 2\n", e.Known, e.Future, months, e.Tier1, e.Tier2)
		for _, what := range e.Flagged {
			if !slices.Contains(flagged, what) {
				flagged = append(flagged, what)
			}
		}
	}
	if len(flagged) > 0 {
		wrong = append(wrong, fmt.Errorf("the rule would have flagged later tags: %s", strings.Join(flagged[:min(3, len(flagged))], "; ")))
	}
	return errors.Join(wrong...)
}

// BuildOfficial builds a catalog from clones of Docker's official images and their documentation. It returns an error if the rule would have flagged what was
// published since base. It writes the results of the gate to tell.
func BuildOfficial(ctx context.Context, images, docs string, base *catalog.Catalog, out io.Writer) ([]byte, *catalog.Catalog, error) {
	contents, err := gather.Official(ctx, images, docs, base)
	if err != nil {
		return nil, nil, err
	}
	data, err := catalog.Encode(contents, nil)
	if err != nil {
		return nil, nil, err
	}
	fresh, err := catalog.Open(data)
	if err != nil {
		return nil, nil, err
	}
	return data, fresh, Gate(fresh, base, out)
}
