package inventory

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// unusedKinds returns a message for each kind in the configuration, and each of its image paths, that matched no image in
// the input. A run on part of what the configuration is about cannot show that.
func unusedKinds(loaded *engine.Loaded, cfg *config.Config, paths []string) []string {
	if len(cfg.Kinds) == 0 || !judges(cfg, paths) {
		return nil
	}
	var out []string
	found := pathsByKind(loaded.Sets())
	for i := range cfg.Kinds {
		k := &cfg.Kinds[i]
		at, ok := found[[2]string{k.Group, k.Kind}]
		if !ok {
			out = append(out, fmt.Sprintf("%s: resources describes %s of %s, and the input holds none with an image", cfg.File.Name, k.Kind, k.Group))
			continue
		}
		for _, p := range k.Images {
			if fits := pathPattern(p); !slices.ContainsFunc(at, fits.MatchString) {
				out = append(out, cfg.File.Name+": resources: no "+k.Kind+" of the input has an image at "+p.String())
			}
		}
	}
	return out
}

// pathsByKind returns the distinct image paths by group and kind of their objects.
func pathsByKind(sets []*manifests.Set) map[[2]string][]string {
	out, seen := map[[2]string][]string{}, map[[3]string]bool{}
	for _, set := range sets {
		for _, w := range set.Workloads {
			kind := [2]string{w.Group(), w.Kind}
			for _, img := range w.Images {
				if at := [3]string{kind[0], kind[1], img.Path}; !seen[at] {
					seen[at] = true
					out[kind] = append(out[kind], img.Path)
				}
			}
		}
	}
	return out
}

// pathPattern matches the field paths that a path in the configuration selects.
func pathPattern(p resources.Path) *regexp.Regexp {
	text := regexp.QuoteMeta(p.String())
	for _, part := range [][2]string{{`\[\*\]`, `\[[0-9]+\]`}, {`\*\*\.`, `(?:.*\.)?`}, {`\*`, `[^.]+`}} {
		text = strings.ReplaceAll(text, part[0], part[1])
	}
	return regexp.MustCompile(`^` + text + `$`)
}
