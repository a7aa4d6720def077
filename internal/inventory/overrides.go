package inventory

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// Unused returns a message for each kind and file in the configuration that the input does not
// contain.
func Unused(loaded *engine.Loaded, cfg *config.Config, paths []string) []string {
	return append(unusedKinds(loaded, cfg, paths), unusedOverrides(loaded, cfg, paths)...)
}

// overridesToCheck returns the entries of overrides of the configuration and of nested ones whose whole folders are in a path argument. Entries from
// extended files may be meant for other folders.
func overridesToCheck(loaded *engine.Loaded, cfg *config.Config, paths []string) []lint.Override {
	var out []lint.Override
	if judges(cfg, paths) {
		for i, o := range cfg.ForFiles(nil) {
			o.Entry = lint.OverrideEntry{At: cfg.Overrides[i].At, Paths: cfg.Overrides[i].Paths}
			out = append(out, o)
		}
	}
	for _, o := range loaded.Settings().Overrides {
		if o.Entry.At != "" && config.Holds(paths, o.Entry.Folder) {
			out = append(out, o)
		}
	}
	return out
}

// judges reports whether a run shows what a configuration has in vain: it reads all that the configuration is about, and no extended file is meant for
// other folders, too.
func judges(cfg *config.Config, paths []string) bool {
	shared := slices.ContainsFunc(cfg.Used, func(name string) bool { return name != cfg.Used[0] && !strings.HasPrefix(name, "preset ") })
	return !shared && cfg.File != nil && cfg.HeldBy(paths)
}

// unusedOverrides returns a message for each entry of overrides that matches no file.
func unusedOverrides(loaded *engine.Loaded, cfg *config.Config, paths []string) []string {
	check := overridesToCheck(loaded, cfg, paths)
	if len(check) == 0 {
		return nil
	}
	files := loaded.FileNames()
	for _, folder := range loaded.RenderedFolders() {
		files = append(files, filepath.ToSlash(filepath.Join(folder, "templates", "any.yaml")))
	}
	files = append(files, templates(loaded)...)
	var out []string
	for _, o := range check {
		if !slices.ContainsFunc(files, func(name string) bool { return o.Match(filepath.ToSlash(filepath.Clean(name))) }) {
			out = append(out, fmt.Sprintf("%s: overrides: no file of the input matches %s", o.Entry.At, strings.Join(o.Entry.Paths, ", ")))
		}
	}
	return out
}

// templates returns the templates of charts that rendered a workload or a Secret.
func templates(loaded *engine.Loaded) []string {
	var out []string
	known := map[string]bool{}
	add := func(o *manifests.Object) {
		if o.Doc == nil || o.Doc.Template == "" || o.Span.File() == nil || !o.Span.File().InMemory {
			return
		}
		_, below, _ := strings.Cut(o.Doc.Template, "/") // after the name of the chart
		if name := filepath.Join(o.Span.File().Name, filepath.FromSlash(below)); !known[name] {
			known[name] = true
			out = append(out, name)
		}
	}
	for _, set := range loaded.Sets() {
		for _, w := range set.Workloads {
			add(w.Object)
		}
		for _, s := range set.Secrets {
			add(s.Object)
		}
	}
	return out
}
