package engine

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/internal/walk"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// references are the kustomizations and charts of the context. A kustomization that the user named is built, so that its objects have the
// namespaces and names that they get. Building all those of a tree would take longer than linting a few files beside it; what their files
// say about namespaces and names is applied to the objects that they name. Charts are not rendered.
type references struct {
	named, others []string // folders of kustomizations: those that the user named, and those found below
	charts        int
	// built are the outputs of the named ones, which are context in all layers.
	built []*render.Output
}

// find finds the references in walked context.
func (r *references) find(system files.FS, paths []string, found *walk.Result) {
	named := map[string]bool{}
	for _, p := range paths {
		if render.DescribedBy(p) == render.Kustomization {
			if info, err := system.Stat(p); err == nil && info.Mode().IsRegular() {
				p = filepath.Dir(p)
				r.named = append(r.named, filepath.ToSlash(p))
			}
		}
		named[source.CleanPath(p)] = true
	}
	for _, dir := range found.Kustomizations {
		if named[source.CleanPath(dir)] {
			r.named = append(r.named, dir)
		} else {
			r.others = append(r.others, dir)
		}
	}
	slices.Sort(r.named)
	r.named, r.charts = slices.Compact(r.named), len(found.Charts)
}

// roots returns the references to build. What contains linted files is a tree around them, or what they are part of: its build would have their
// objects twice.
func (l *Loaded) referenceRoots(in *expandedPaths) []renderPath {
	cfg := l.req.Config
	if len(l.references.named) == 0 || !cfg.Render.Or(true) || l.files() != files.OS && !l.req.Render.AnyFiles {
		return nil
	}
	var linted []string
	for i := range in.files {
		if abs, err := l.files().Abs(in.files[i].Name); err == nil && !in.files[i].InMemory {
			linted = append(linted, abs)
		}
	}
	for _, p := range in.kustomizations {
		if abs, err := l.files().Abs(p.path); err == nil {
			linted = append(linted, abs)
		}
	}
	var out []renderPath
	for _, dir := range l.references.named {
		abs, err := l.files().Abs(dir)
		if err != nil || slices.ContainsFunc(linted, func(name string) bool { return files.Below(name, abs) }) ||
			!render.IsKustomization(l.files(), dir) || render.IsComponent(l.files(), dir) {
			continue
		}
		out = append(out, renderPath{path: dir, named: true})
	}
	return out
}

// addReferences takes the built references, and removes the files that they consist of from the context.
func (l *Loaded) addReferences(in *expandedPaths, context []manifests.Input, outputs []*render.Output) []manifests.Input {
	linted := map[string]bool{}
	for i := range in.files {
		if abs, err := l.files().Abs(in.files[i].Name); err == nil && !in.files[i].InMemory {
			linted[abs] = true
		}
	}
	for _, o := range slices.Concat(l.outputs...) {
		for _, name := range objectFiles(o) {
			linted[name] = true
		}
	}
	part := map[string]bool{}
	for _, o := range outputs {
		switch {
		case errors.Is(o.Err, render.ErrCancelled):
		case o.Reason != "":
			l.req.warn(fmt.Errorf("cannot build the kustomization %s, a reference; its files are read as they are: %w", o.Path, o.Err))
		case slices.ContainsFunc(objectFiles(o), func(name string) bool { return linted[name] }):
			l.logf("%s: not built, because linted files are part of it; its files are read as they are", o.Path)
		default:
			for _, left := range o.Omitted() {
				l.logf("%s: built without a part: %s", o.Path, left)
			}
			l.references.built = append(l.references.built, o)
			for _, u := range o.UsedFiles() {
				part[u.File] = true
			}
			for _, name := range o.VerbatimFiles() {
				part[name] = true
			}
		}
	}
	if len(part) == 0 {
		return context
	}
	return slices.DeleteFunc(context, func(c manifests.Input) bool {
		abs, err := l.files().Abs(c.Name)
		return err == nil && part[abs]
	})
}

// objectFiles returns the files whose objects are in an output, by absolute path.
func objectFiles(o *render.Output) []string {
	out := o.VerbatimFiles()
	for _, u := range o.UsedFiles() {
		if u.Role == render.AsResource {
			out = append(out, u.File)
		}
	}
	return slices.DeleteFunc(out, func(name string) bool { return render.DescribedBy(name) == render.Kustomization })
}

// logReferences says what of the context was not built.
func (l *Loaded) logReferences() {
	if l.req.Log == nil {
		return
	}
	r := &l.references
	isBuilt := func(dir string) bool {
		abs, err := l.files().Abs(dir)
		return slices.ContainsFunc(r.built, func(o *render.Output) bool { return o.Path == dir || err == nil && slices.Contains(o.Bases(), abs) })
	}
	switch n := len(slices.DeleteFunc(slices.Concat(r.named, r.others), isBuilt)); n {
	case 0:
	case 1:
		l.logf("references: 1 kustomization is not built, only read: its namespace, name prefix and name suffix apply to the files that it names")
	default:
		l.logf("references: %d kustomizations are not built, only read: their namespaces, name prefixes and name suffixes apply to the files that they name", n)
	}
	switch r.charts {
	case 0:
	case 1:
		l.logf("references: 1 chart is not rendered")
	default:
		l.logf("references: %d charts are not rendered", r.charts)
	}
}

func (l *Loaded) logf(format string, args ...any) {
	if l.req.Log != nil {
		l.req.Log(fmt.Sprintf(format, args...))
	}
}

// maxNamed is the maximum number of files outside of the references that are read because they are named there.
const maxNamed = 1000

// namedOutside returns, as context, the files outside of the context that its kustomizations name, directly or through others, and that are not
// among the inputs. Like a build, it reads nothing outside of a kustomization's repository.
func (l *Loaded) namedOutside(ctx context.Context, all []*manifests.Kustomization) ([]manifests.Input, error) {
	inside := make([]string, 0, len(l.req.contextPaths()))
	var files []string // the folders of kustomizations that are given as files
	for _, p := range l.req.contextPaths() {
		p = source.CleanPath(p)
		if inside = append(inside, p); render.DescribedBy(p) == render.Kustomization {
			files = append(files, path.Dir(p))
		}
	}
	isInside := func(name string) bool {
		return slices.ContainsFunc(inside, func(dir string) bool {
			return dir == "." && !path.IsAbs(name) && name != ".." && !strings.HasPrefix(name, "../") || name == dir || strings.HasPrefix(name, dir+"/")
		})
	}
	all = slices.DeleteFunc(slices.Clone(all), func(k *manifests.Kustomization) bool {
		return k.Path != "" || !isInside(k.Folder) && !slices.Contains(files, k.Folder)
	})
	var out []manifests.Input
	var known map[string]bool // by absolute path
	isCut := false
	for len(all) > 0 {
		var more []manifests.Input
		for _, k := range all {
			for _, name := range k.Parts {
				if isInside(name) {
					continue
				}
				if len(out)+len(more) >= maxNamed {
					isCut = true
					continue
				}
				if known == nil {
					known = l.knownFiles()
				}
				if name = l.namedFile(k.Folder, name, known); name != "" {
					more = append(more, manifests.Input{Name: name, Context: true})
				}
			}
		}
		if len(more) == 0 {
			break
		}
		out = append(out, more...)
		l.openers(more)
		set, err := manifests.Load(ctx, more, l.inputs.options)
		if set == nil {
			return nil, err
		}
		all = set.Kustomizations // what cannot be read is not context
	}
	if isCut {
		l.logf("references: their kustomizations name more than %d files elsewhere; the rest is not read", maxNamed)
	}
	return out, nil
}

// knownFiles returns the inputs by absolute path.
func (l *Loaded) knownFiles() map[string]bool {
	known := map[string]bool{}
	for i := range l.inputs.files {
		if abs, err := l.files().Abs(l.inputs.files[i].Name); err == nil && !l.inputs.files[i].InMemory {
			known[abs] = true
		}
	}
	return known
}

// namedFile returns the file to read for a path that the kustomization of a folder names: the file itself, or that of the kustomization there. It
// returns "" if there is none, or if it is known already.
func (l *Loaded) namedFile(folder, name string, known map[string]bool) string {
	system := l.files()
	info, err := system.Stat(name)
	if err == nil && info.IsDir() {
		if name = render.KustomizationOf(system, name); name == "" {
			return ""
		}
		info, err = system.Stat(name)
	}
	abs, absErr := system.Abs(name)
	if err != nil || absErr != nil || !info.Mode().IsRegular() || known[abs] || !render.MayRead(system, folder, abs) {
		return ""
	}
	known[abs] = true
	return name
}
