// Package catalogs is what the program does with catalogs of public images beside asking them: opening those of the user, telling what is known, learning
// from registries, and bringing lists up to date. What a catalog is, and how tags are judged by it, is in rules/catalog.
package catalogs

import (
	"errors"
	"fmt"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// Most is the most that a catalog file may hold, in bytes: a hundred times the one that is built in.
const Most = 32 << 20

// read reads a file: a whole catalog, or lists of tags.
func read(name string) (*catalog.Catalog, []catalog.List, error) {
	data, err := files.ReadNamed(name, Most)
	if err != nil {
		return nil, nil, err
	}
	whole, err := catalog.Open(data)
	if !errors.Is(err, catalog.ErrNoCatalog) {
		return whole, nil, err
	}
	lists, listErr := catalog.ParseLists(data)
	if listErr == nil && len(lists) > 0 {
		return nil, lists, nil
	}
	if catalog.IsLists(data) {
		return nil, nil, listErr
	}
	return nil, nil, err
}

// Open reads catalogs and lists of tags, and lays them over the built-in catalog. A whole catalog stands in its place. Mirrors are judged by what they are
// mirrors of.
func Open(names []string, mirrors []config.Mirror) (*catalog.Catalog, error) {
	cat := catalog.Builtin()
	var lists [][]catalog.List
	for _, name := range names {
		whole, own, err := read(name)
		switch {
		case err != nil:
			return nil, fmt.Errorf("read %s: %w", name, err)
		case whole != nil:
			cat = whole
		default:
			lists = append(lists, own)
		}
	}
	for _, own := range lists {
		var err error
		if cat, err = cat.With(own); err != nil {
			return nil, err
		}
	}
	var copies []catalog.Copy
	for _, m := range mirrors {
		copies = append(copies, catalog.Copy{At: m.At, Of: m.Registry})
	}
	return cat.WithCopies(copies), nil
}

// Share counts what a catalog knows of the images of a set.
func Share(set *manifests.Set, cat *catalog.Catalog) string {
	if cat == nil {
		cat = catalog.Builtin()
	}
	known, count, all := rules.Known(cat), map[string]int{}, 0
	for _, w := range set.Workloads {
		for _, img := range w.Images {
			if img.Raw != "" {
				count[known(img)]++
				all++
			}
		}
	}
	judged := count[rules.KnownPublished] + count[rules.KnownUnpublished] + count[rules.KnownMoved]
	return fmt.Sprintf("catalog: %d of %d images judged offline (%d published, %d unpublished, %d moved); of %d only the repository is known, of %d nothing",
		judged, all, count[rules.KnownPublished], count[rules.KnownUnpublished], count[rules.KnownMoved], count[rules.KnownRepository], count[rules.KnownNothing])
}
