package engine

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/internal/walk"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// coverage reports what the run leaves out: a suppression is only unused if everything that it may be about was linted. It is asked about unused
// suppressions only, of which there are few.
type coverage struct {
	l *Loaded
	// unrendered lists the folders of charts and kustomizations that were not rendered, or only with some of their values. It is nil until it is needed.
	unrendered []string
	collected  bool
}

// judgeUnused makes the linter report only those suppressions as unused that the run covers.
func (l *Loaded) judgeUnused() {
	c := &coverage{l: l}
	inConfig := l.req.Config.Partly(l.req.Paths)
	l.linter.Partly = func(i *lint.Ignore) bool { return inConfig(i) || c.ignoreLeftOut(i) }
	l.linter.PartlyIn = c.leavesOut
}

// leavesOut reports whether findings of a group in a file may appear in other runs only.
func (c *coverage) leavesOut(file *source.File, group string) bool {
	l := c.l
	switch {
	case l.interrupted || file == nil:
		return true
	case file.Name == l.req.stdinName():
		return false
	case file.InMemory:
		return c.outputLeavesOut(file.Name)
	}
	name := filepath.Clean(file.Name)
	if group == "pull-secret" && len(l.req.contextPaths()) == 0 && slices.ContainsFunc(l.req.Paths, func(p string) bool { return filepath.Clean(p) == name }) {
		return true // the Secrets are elsewhere
	}
	return c.chartLeavesOut(name) || c.kustomizationLeavesOut(name)
}

// outputLeavesOut is leavesOut for rendered output.
func (c *coverage) outputLeavesOut(name string) bool {
	for _, o := range slices.Concat(c.l.outputs...) {
		switch abs, err := c.l.files().Abs(o.Path); {
		case o.File() != name:
		case err != nil:
			return true
		case o.Kind == render.Chart:
			return !c.rendersAll(o.Path)
		default:
			return slices.ContainsFunc(append(slices.Clone(o.Bases()), abs), func(dir string) bool { return !c.holdsOverlays(dir) })
		}
	}
	return false
}

// chartLeavesOut reports whether a chart uses a file in another way than the run does, or may do so. What is not a manifest is taken for values.
func (c *coverage) chartLeavesOut(name string) bool {
	used := false
	for _, o := range slices.Concat(c.l.outputs...) {
		if o.Kind != render.Chart || !usesValues(o, name) {
			continue
		}
		if !c.rendersAll(o.Path) {
			return true
		}
		used = true
	}
	if used || render.DescribedBy(name) != render.None {
		return false
	}
	values := slices.ContainsFunc(c.l.inputs.files, func(in manifests.Input) bool { return in.ChartValues && filepath.Clean(in.Name) == name })
	return values || slices.ContainsFunc(c.l.sets[0].Skipped, func(s manifests.Skip) bool {
		return s.Reason == manifests.SkipNotKubernetes && filepath.Clean(s.File) == name
	})
}

// usesValues reports whether an output is rendered with a values file. A chart always uses those that its own charts contain.
func usesValues(o *render.Output, name string) bool {
	if slices.ContainsFunc(o.Values, func(v string) bool { return filepath.Clean(v) == name }) {
		return true
	}
	below, err := filepath.Rel(o.Path, name)
	return err == nil && filepath.IsLocal(below) && (filepath.Base(below) == ownValues || slices.Contains(o.Inside, filepath.ToSlash(below)))
}

// rendersAll reports whether a chart is rendered with all the values that are known for it.
func (c *coverage) rendersAll(chart string) bool {
	if want := &c.l.req.Render; len(want.Values)+len(want.Set)+len(want.SetString)+len(want.APIVersions) > 0 || c.isSkipped(chart) {
		return false
	}
	for _, in := range c.l.inputs.files {
		below, err := filepath.Rel(chart, in.Name)
		if in.ChartValues && err == nil && filepath.IsLocal(below) && !slices.ContainsFunc(slices.Concat(c.l.outputs...), func(o *render.Output) bool {
			return o.Kind == render.Chart && usesValues(o, filepath.Clean(in.Name))
		}) {
			return false
		}
	}
	return true
}

// kustomizationLeavesOut reports whether a kustomization uses a file in another way than the run does, or may do so.
func (c *coverage) kustomizationLeavesOut(name string) bool {
	system := c.l.files()
	abs, err := system.Abs(name)
	if err != nil {
		return true
	}
	used := false
	for _, o := range slices.Concat(c.l.outputs...) {
		if o.Kind != render.Kustomization || !slices.ContainsFunc(o.UsedFiles(), func(u render.UsedFile) bool { return u.File == abs }) {
			continue
		}
		folder, err := system.Abs(o.Path)
		if below, relErr := filepath.Rel(folder, abs); err == nil && relErr == nil && filepath.IsLocal(below) && len(o.Bases()) > 0 {
			return false // a file of the overlay itself
		}
		used = true
	}
	root := cmp.Or(files.RepositoryIn(system, filepath.Dir(abs)), filepath.Dir(abs))
	for dir := filepath.Dir(abs); ; dir = filepath.Dir(dir) {
		if render.KindOf(system, dir) == render.Kustomization {
			return !used || !c.holdsOverlays(dir)
		}
		if dir == root || dir == filepath.Dir(dir) {
			return false
		}
	}
}

// holdsOverlays reports whether the run probably builds all overlays of a base, given by its absolute path: they are next to it, so that one of the paths is
// above it, or the base is a whole repository.
func (c *coverage) holdsOverlays(base string) bool {
	system := c.l.files()
	return files.RepositoryIn(system, base) == base || slices.ContainsFunc(c.l.req.Paths, func(p string) bool {
		abs, err := system.Abs(p)
		rel, relErr := filepath.Rel(abs, base)
		return err == nil && relErr == nil && filepath.IsLocal(rel) && rel != "."
	})
}

// isSkipped reports whether something in a folder was not rendered, at least once.
func (c *coverage) isSkipped(folder string) bool {
	return slices.ContainsFunc(c.l.inputs.skipped, func(s manifests.Skip) bool {
		return isUnrendered(s.Reason) && filepath.Clean(s.File) == filepath.Clean(folder)
	})
}

func isUnrendered(reason string) bool {
	switch reason {
	case manifests.SkipChart, manifests.SkipKustomization, manifests.SkipNotRendered, manifests.SkipNoEngine:
		return true
	}
	return false
}

// ignoreLeftOut reports whether an entry of the configuration may be about something that is not rendered, or only with some values.
func (c *coverage) ignoreLeftOut(i *lint.Ignore) bool {
	if c.l.interrupted {
		return true
	}
	folders := c.folders()
	if len(folders) == 0 || len(i.Paths) == 0 {
		return len(folders) > 0
	}
	trees := walk.Trees(i.Paths)
	for _, dir := range folders {
		if trees.Match(c.inConfig(dir)) || trees.Match(c.inConfig(dir+"/templates/any.yaml")) {
			return true
		}
		for _, in := range c.l.inputs.files {
			if below, err := filepath.Rel(dir, in.Name); err == nil && filepath.IsLocal(below) && trees.Match(c.inConfig(in.Name)) {
				return true
			}
		}
	}
	return false
}

// inConfig returns a path as the globs of the configuration see it.
func (c *coverage) inConfig(name string) string {
	name = filepath.ToSlash(filepath.Clean(name))
	if folder := c.l.linter.Folder; folder != "" && !filepath.IsAbs(name) {
		name = folder + "/" + name
	}
	return name
}

// folders returns what was not rendered, or only with some values.
func (c *coverage) folders() []string {
	if c.collected {
		return c.unrendered
	}
	c.collected = true
	for _, s := range c.l.inputs.skipped {
		if isUnrendered(s.Reason) {
			dir, _ := strings.CutSuffix(filepath.ToSlash(s.File), "/templates")
			c.unrendered = append(c.unrendered, dir)
		}
	}
	for _, o := range slices.Concat(c.l.outputs...) {
		if o.Kind == render.Chart && !slices.Contains(c.unrendered, o.Path) && !c.rendersAll(o.Path) {
			c.unrendered = append(c.unrendered, o.Path)
		}
	}
	return c.unrendered
}
