package config

import (
	"path/filepath"
	"slices"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/lint"
)

// HeldBy reports whether one of the paths of a run is the folder of the configuration or one above it, so that the run reads all that the
// configuration is about.
func (c *Config) HeldBy(paths []string) bool { return heldBy(c.Dir, paths) }

// Holds reports whether one of the paths of a run is a folder or one above it.
func Holds(paths []string, folder string) bool { return heldBy(folder, paths) }

func heldBy(folder string, paths []string) bool {
	return slices.ContainsFunc(paths, func(p string) bool {
		if filepath.Clean(p) == filepath.Clean(folder) { // a browser has no working directory
			return true
		}
		a, errA := filepath.Abs(p)
		b, errB := filepath.Abs(folder)
		return errA == nil && errB == nil && files.In(b, a)
	})
}

// Partly reports for an entry of ignore whether a run with these paths leaves out files that it may be about: those below its configuration, and
// below the one that extends it.
func (c *Config) Partly(paths []string) func(i *lint.Ignore) bool {
	if !c.HeldBy(paths) {
		return func(*lint.Ignore) bool { return true }
	}
	return func(i *lint.Ignore) bool {
		return i.Span.File() != nil && i.Span.File() != c.File && !heldBy(filepath.Dir(i.Span.File().Name), paths)
	}
}

// WorkingFolder returns the path of the working directory below the folder of the configuration, or of the outermost one that it extends, with
// slashes; "" if it is that folder or not below it. Joined to the name of a file as displayed, it makes the path that the globs of the configuration
// match. The outermost folder serves for all, because globs also match the ends of paths.
func (c *Config) WorkingFolder() string {
	if c.File == nil {
		return ""
	}
	here, err := filepath.Abs(".")
	if err != nil {
		return ""
	}
	longest := ""
	for _, dir := range append([]string{c.Dir}, c.outer...) {
		folder, err := filepath.Abs(dir)
		if err != nil {
			continue
		}
		if rel, err := filepath.Rel(folder, here); err == nil && rel != "." && filepath.IsLocal(rel) && len(rel) > len(longest) {
			longest = rel
		}
	}
	return filepath.ToSlash(longest)
}
