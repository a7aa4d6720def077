// Package catalogs is what the program does with catalogs of public images beside asking them: opening those of the user, telling what is known, learning
// from registries, and bringing lists up to date. What a catalog is, and how tags are judged by it, is in rules/catalog.
package catalogs

import (
	"errors"
	"fmt"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// Most is the most that a catalog file may hold, in bytes: a hundred times the one that is built in.
const Most = 32 << 20

// Read reads a file: a whole catalog, or lists of tags.
func Read(name string) (*catalog.Catalog, []catalog.List, error) {
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
