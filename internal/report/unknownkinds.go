package report

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
)

// jsonKind is a kind of objects.
type jsonKind struct {
	Group string `json:"group,omitempty"` // API group; left out for the core group
	Kind  string `json:"kind"`            // kind
}

// unknownKinds returns the kinds of a set that no table describes and that seem to have images, sorted.
func unknownKinds(set *manifests.Set) []jsonKind {
	if set == nil {
		return nil
	}
	out := make([]jsonKind, 0, len(set.UnknownKinds))
	for _, name := range slices.Sorted(maps.Keys(set.UnknownKinds)) {
		kind, group, _ := strings.Cut(name, ".")
		out = append(out, jsonKind{group, kind})
	}
	return out
}

// maxKinds is the maximum number of unknown kinds to name.
const maxKinds = 3

// guessed says which kinds are unknown, so that images in them may be missing; "" if there are none.
func guessed(kinds []jsonKind) string {
	if len(kinds) == 0 {
		return ""
	}
	var names []string
	for _, k := range kinds[:min(len(kinds), maxKinds)] {
		names = append(names, visible(k.Kind))
	}
	text, them := strings.Join(names, ", "), "it"
	if more := len(kinds) - maxKinds; more > 0 {
		text += " and " + strconv.Itoa(more) + " more"
	}
	their := "its"
	if len(kinds) > 1 {
		them, their = "them", "their"
	}
	return Count(len(kinds), "kind is", "kinds are") + " not known, so some of " + their + " images may be missing: " + text + "; describe " + them + " under resources"
}
