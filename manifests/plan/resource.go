package plan

import (
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
)

// resourceKey is a custom resource and a choice among its lists of pull secrets: bit i stands for list i, the last bit for all from there on.
type resourceKey struct {
	w     *manifests.Workload
	lists uint64
}

const (
	maxLists = 63
	allLists = ^uint64(0)
)

// listsFor chooses the lists of pull secrets that a custom resource has for what is at a path. A resource with several components has a list for
// each, beside its image or above it. Where none is there, any may be meant.
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

// isAbove reports whether the mapping that holds a field is at a path, or above it.
func isAbove(field, path string) bool {
	holder := field[:max(0, strings.LastIndexByte(field, '.'))]
	rest, ok := strings.CutPrefix(path, holder)
	return ok && (holder == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
}
