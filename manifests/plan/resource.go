package plan

import (
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
)

// resourceKey is a custom resource and a selection of its lists of pull secrets: bit i stands for list i, the last bit
// for all remaining ones.
type resourceKey struct {
	w     *manifests.Workload
	lists uint64
}

const (
	maxLists = 63
	allLists = ^uint64(0)
)

// listsFor selects the lists of pull secrets for a path in a custom resource. A resource with several components has a
// list for each, next to the image or above it. If there is none, any list may apply.
func listsFor(w *manifests.Workload, path string) uint64 {
	if len(w.PullSecrets) < 2 || len(w.PullSecrets) > maxLists {
		return allLists
	}
	var chosen uint64
	for i, l := range w.PullSecrets {
		if isAbove(l.Path, path) {
			chosen |= 1 << i
		}
	}
	if chosen == 0 {
		return allLists
	}
	return chosen
}

// isAbove reports whether the mapping that contains a field is at or above a path.
func isAbove(field, path string) bool {
	holder := field[:max(0, strings.LastIndexByte(field, '.'))]
	rest, ok := strings.CutPrefix(path, holder)
	return ok && (holder == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
}
