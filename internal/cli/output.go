package cli

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/walk"
)

// reportFile is how reports and what else the user names by a flag are written.
var reportFile = files.Options{Folders: true, InPlace: true}

// locate finds the place that a flag names, before anything is read. What leads out of the tree is a wrong use.
func locate(ctx *cli.Context, flag, name, tree string) (*files.Target, error) {
	at, err := files.Locate(name, tree)
	if outside := (*files.EscapesTreeError)(nil); errors.As(err, &outside) {
		return nil, wrong(ctx, flag, fmt.Errorf("%w: name the file itself", err))
	} else if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return at, nil
}

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

// twice is the error of a file that is named for a second report, which would overwrite the first one.
func twice(before []output, file *files.Target) error {
	for _, o := range before {
		if o.file != nil && o.file.Same(file) {
			return usagef("--output: %s is named twice, and the second report would replace the first: give each its own file", file.Name)
		}
	}
	return nil
}

// apart is the error of a report that would replace an input of the run.
func (r *run) apart(inputs []string) error {
	for _, o := range r.outputs {
		if o.file == nil {
			continue
		}
		if b := r.baseline.at; b != nil && o.file.Same(b) {
			return usagef("--output: the report would replace the baseline %s: name another file", b.Name)
		}
		for _, name := range inputs {
			if o.file.Is(name) {
				return usagef("--output: %s is an input of this run, and the report would replace it: name another file", o.file.Name)
			}
		}
	}
	return nil
}

// apartFrom is the error of a report that would replace what was read, or a part of what was rendered.
func (r *run) apartFrom(loaded *engine.Loaded) error {
	for _, o := range r.outputs {
		if o.file != nil && isPart(o.file, loaded.RenderedFolders()) {
			return usagef("--output: %s is part of a chart or a kustomization that is rendered, and the report would replace it: name another file", o.file.Name)
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
