// Package catalogs manages catalogs of public images: it opens the user's catalogs, describes their content, learns tags from registries, and updates
// lists. The catalog format and the judgment of tags are in rules/catalog.
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

// MaxSize is the maximum size of a catalog file in bytes: a hundred times that of the built-in one.
const MaxSize = 32 << 20

// read reads a file that is either a complete catalog or lists of tags.
func read(name string) (*catalog.Catalog, []catalog.List, error) {
	data, err := files.ReadNamed(name, MaxSize)
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

// Open reads catalogs and lists of tags. Lists are added to the built-in catalog; a complete catalog replaces it. Images from mirrors are judged like the
// originals.
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

// Share describes how many images of a set a catalog knows. If cat is nil, it uses the built-in catalog.
func Share(set *manifests.Set, cat *catalog.Catalog) string {
	if cat == nil {
		cat = catalog.Builtin()
	}
	by, all := map[string]int{}, 0
	of := rules.Known(cat)
	for _, w := range set.Workloads {
		for _, img := range w.Images {
			if img.Raw != "" {
				by[of(img)]++
				all++
			}
		}
	}
	return fmt.Sprintf("catalog: %d of %d images judged offline (%d published, %d unpublished, %d moved); for %d only the repository is known, for %d nothing",
		by[rules.KnownPublished]+by[rules.KnownUnpublished]+by[rules.KnownMoved], all, by[rules.KnownPublished], by[rules.KnownUnpublished], by[rules.KnownMoved],
		by[rules.KnownRepository], by[rules.KnownNothing])
}
