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

// reportFile holds the options for reports and other files that the user names by a flag.
var reportFile = files.Options{Folders: true, InPlace: true}

// writeFile writes a file atomically, and reports on standard error which attributes of the old one were
// lost.
func (c Command) writeFile(at *files.Target, o files.Options, content func(io.Writer) error) error {
	notes, err := at.Write(o, content)
	c.reportAttributes(at.Name, notes)
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

// reportAttributes reports which attributes of a replaced file were lost.
func (c Command) reportAttributes(name string, notes []string) {
	for _, note := range notes {
		c.PrintError(fmt.Errorf("%s: %s", name, note))
	}
}

// apart returns an error if a report would overwrite an input of the run.
func (r *run) apart(inputs func() []string) error {
	return settings.Apart(r.outputs, r.baseline.at, inputs)
}

// apartFrom returns an error if a report would overwrite what was read, or part of what was rendered.
func (r *run) apartFrom(loaded *engine.Loaded) error {
	if err := settings.ApartFrom(r.outputs, loaded.RenderedFolders()); err != nil {
		return err
	}
	return r.apart(loaded.FileNames)
}

// given returns the files that the user names, by argument or flag, and the configuration.
func (r *run) given() []string {
	names := slices.Concat(r.request.Paths, []string{r.baseline.name}, r.named, r.cfg.CAPaths())
	if f := r.cfg.File; f != nil {
		names = append(names, f.Name)
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" || name == "-" })
}
