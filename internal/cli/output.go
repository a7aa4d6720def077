package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/internal/walk"
)

// reportFile is how reports and what else the user names by a flag are written.
var reportFile = files.Options{Folders: true, InPlace: true}

// writeFile writes a file as a whole, and says on standard error what could not be kept of the one before.
func (c Command) writeFile(at *files.Target, o files.Options, content func(io.Writer) error) error {
	notes, err := at.Write(o, content)
	c.tellKept(at.Name, notes)
	if err != nil {
		return fmt.Errorf("write %s: %w", at.Name, err)
	}
	return nil
}

// tellKept says what could not be kept of a file that was replaced.
func (c Command) tellKept(name string, notes []string) {
	for _, note := range notes {
		c.complain(fmt.Errorf("%s: %s", name, note))
	}
}

// apart is the error of a report that would replace an input of the run.
func (r *run) apart(inputs []string) error {
	for _, o := range r.outputs {
		if o.File == nil {
			continue
		}
		if b := r.baseline.at; b != nil && o.File.Same(b) {
			return settings.Usagef("--output: the report would replace the baseline %s: use another file", b.Name)
		}
		for _, name := range inputs {
			if o.File.Is(name) {
				return settings.Usagef("--output: %s is an input of this run, and the report would replace it: use another file", o.File.Name)
			}
		}
	}
	return nil
}

// apartFrom is the error of a report that would replace what was read, or a part of what was rendered.
func (r *run) apartFrom(loaded *engine.Loaded) error {
	for _, o := range r.outputs {
		if o.File != nil && isPart(o.File, loaded.RenderedFolders()) {
			return settings.Usagef("--output: %s is part of a chart or a kustomization that is rendered, and the report would replace it: use another file", o.File.Name)
		}
	}
	return r.apart(loaded.FileNames())
}

// given are the files that the user names, by an argument or a flag, and the configuration.
func (r *run) given() []string {
	names := slices.Concat(r.request.Paths, []string{r.baseline.name}, r.named, r.cfg.CAPaths())
	if f := r.cfg.File; f != nil {
		names = append(names, f.Name)
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" || name == "-" })
}

// isPart reports whether a file that is there belongs to what is below one of the folders, by its place and its name.
func isPart(file *files.Target, folders []string) bool {
	if !file.Is(file.Path) || !walk.IsManifestName(file.Path) && !strings.HasSuffix(file.Path, ".tpl") || strings.HasSuffix(file.Path, ".json") {
		return false
	}
	return slices.ContainsFunc(folders, func(folder string) bool {
		abs, err := filepath.Abs(folder)
		if err == nil {
			abs, err = filepath.EvalSymlinks(abs)
		}
		return err == nil && files.Below(file.Path, abs)
	})
}
