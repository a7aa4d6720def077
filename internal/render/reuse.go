package render

import (
	"path/filepath"
	"slices"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Inputs returns the absolute names of the files that determine the output of the built-in kustomize. ok is false if
// anything else also determines it, such as a link or a missing base.
func (o *Output) Inputs() (names []string, ok bool) {
	if o.made == nil || o.Reason != "" || o.made.Linked || len(o.made.Omitted) > 0 {
		return nil, false
	}
	names = slices.Clone(o.made.Read)
	for _, u := range o.made.FileUses {
		names = append(names, u.File)
	}
	slices.Sort(names)
	return slices.Compact(names), true
}

// SameIn returns the output for another file system, or nil if it might differ there. same reports
// whether a file has the same content in both.
func (o *Output) SameIn(system files.FS, same func(abs string) bool) *Output {
	names, ok := o.Inputs()
	if !ok {
		return nil
	}
	if folder, err := system.Abs(o.Path); err != nil || !isPlain(system, folder, o.made.folder) {
		return nil
	}
	for _, name := range names {
		if !same(name) || !isPlain(system, name, name) {
			return nil
		}
		if DescribedBy(name) != Kustomization {
			continue
		}
		for _, other := range kustomizationNames { // kustomize rejects a folder with two
			if other != filepath.Base(name) && isFile(system, filepath.Join(filepath.Dir(name), other)) {
				return nil
			}
		}
	}
	made := *o.made
	made.system, made.texts = system, map[int]*source.Text{}
	return &Output{Target: o.Target, Data: o.Data, files: system, made: &made}
}

// isPlain reports whether a name leads to a path without following links.
func isPlain(system files.FS, name, to string) bool {
	real, err := system.EvalSymlinks(name)
	return err == nil && real == to
}
