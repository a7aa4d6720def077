package cli

import (
	"fmt"
	"io"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/settings"
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

// writeNamed replaces a file that a flag names.
func (c Command) writeNamed(ctx *cli.Context, flag, name string, text []byte) error {
	at, err := settings.Locate(ctx, flag, name, files.Tree(name))
	if err != nil {
		return err
	}
	return c.writeFile(at, reportFile, func(w io.Writer) error { _, err := w.Write(text); return err })
}

// tellKept says what could not be kept of a file that was replaced.
func (c Command) tellKept(name string, notes []string) {
	for _, note := range notes {
		c.complain(fmt.Errorf("%s: %s", name, note))
	}
}

// apart is the error of a report that would replace an input of the run.
func (r *run) apart(inputs []string) error { return settings.Apart(r.outputs, r.baseline.at, inputs) }

// apartFrom is the error of a report that would replace what was read, or a part of what was rendered.
func (r *run) apartFrom(loaded *engine.Loaded) error {
	if err := settings.ApartFrom(r.outputs, loaded.RenderedFolders()); err != nil {
		return err
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
