package engine

import (
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/imagelint-dev/imagelint/internal/baseline"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// hide removes the findings of the baseline from a response.
func (l *Loaded) hide(out *Response) {
	if l.req.Baseline == nil {
		return
	}
	out.all = out.Result.Findings
	run := l.comparison(out.Set, l.req.Baseline.Folder)
	compared := baseline.Compare(l.req.Baseline.Entries, out.Result.Findings, run)
	if l.req.Baseline.Replaced {
		out.All = compared.Current
	}
	compared.Stale = withoutLeft(compared.Stale, out.Result.Omitted)
	compared.Suppressed = run.Suppressed(compared.Stale, out.Result.Suppressed)
	out.Result.Findings, out.Baselined, out.Compared = compared.New, compared.Known, &compared
}

// withoutLeft drops stale entries whose findings may be among the omitted ones.
func withoutLeft(stale []baseline.Entry, left []lint.Omitted) []baseline.Entry {
	return slices.DeleteFunc(slices.Clone(stale), func(e baseline.Entry) bool {
		return slices.ContainsFunc(left, func(l lint.Omitted) bool { return l.Rule == e.Rule && l.Findings() > 0 })
	})
}

// comparison describes the run for a baseline whose file names are relative to dir.
func (l *Loaded) comparison(set *manifests.Set, dir string) *baseline.Run {
	here := absolute(".")
	dir = pathIn(here, dir)
	exists := func(file string) bool {
		_, err := os.Lstat(pathIn(dir, file))
		return err == nil
	}
	examined, ran := l.lookedAt(set, here), l.ran(here)
	at := func(file string) string {
		if file == "" || file == l.req.stdinName() {
			return file
		}
		return pathIn(dir, file)
	}
	return &baseline.Run{
		BuiltElsewhere: l.builtElsewhere(dir),
		Set:            set, Layers: l.sets[1:], Written: l.objectAsWritten(), Exists: exists, RuleRan: func(rule, file, rendered string) bool { return ran(rule, at(file), at(rendered)) },
		Rel: func(name string) string {
			if name == l.req.stdinName() {
				return name
			}
			return relative(dir, pathIn(here, name))
		},
		Examined: func(file string) bool {
			if file == l.req.stdinName() {
				return slices.Contains(l.req.Paths, "-")
			}
			at := pathIn(dir, file)
			return examined[at] || !exists(file) && slices.ContainsFunc(l.req.Paths, func(p string) bool { return files.Below(at, pathIn(here, p)) })
		},
	}
}

// builtElsewhere returns a function that reports whether a kustomization below dir that the run was not given may build a file. A file belongs to a
// kustomization in its folder or in one above it.
func (l *Loaded) builtElsewhere(dir string) func(file string) bool {
	system := l.files()
	is := map[string]bool{} // by folder
	var built func(folder string) bool
	built = func(folder string) bool {
		known, seen := is[folder]
		if !seen {
			known = render.KindOf(system, folder) == render.Kustomization || folder != dir && files.Below(folder, dir) && built(filepath.Dir(folder))
			is[folder] = known
		}
		return known
	}
	others := sync.OnceValue(func() bool {
		return holdsKustomization(system, dir, func(folder string) bool { return config.Holds(l.req.Paths, folder) })
	})
	return func(file string) bool { return built(filepath.Dir(pathIn(dir, file))) && others() }
}

// maxFolders is how many folders are searched for kustomizations that the run was not given. If there are more, one is assumed.
const maxFolders = 5000

// holdsKustomization reports whether a folder, or one below it that skip does not return true for, has a kustomization.
func holdsKustomization(system files.FS, dir string, skip func(folder string) bool) bool {
	folders := []string{dir}
	for n := 0; n < len(folders); n++ {
		folder := folders[n]
		if skip(folder) {
			continue
		}
		if n == maxFolders || render.KindOf(system, folder) == render.Kustomization {
			return true
		}
		entries, err := system.ReadDir(folder)
		if err != nil {
			return true // it may hold one
		}
		for _, e := range entries {
			if name := e.Name(); e.IsDir() && name != ".git" && name != "node_modules" {
				folders = append(folders, filepath.Join(folder, name))
			}
		}
	}
	return false
}

// objectAsWritten returns the function Written of a baseline.Run.
func (l *Loaded) objectAsWritten() func(*manifests.Object) (string, lint.ObjectName, bool) {
	outputs := map[string]*render.Output{}
	for _, o := range slices.Concat(l.outputs...) {
		if o.Kind == render.Kustomization {
			outputs[o.File()] = o
		}
	}
	return func(obj *manifests.Object) (string, lint.ObjectName, bool) {
		if o := outputs[obj.Span.File().Name]; o != nil && obj.Span.File().InMemory && obj.Outer == nil {
			file, name, ok := o.Written(obj.Span.Start().Offset)
			return file, lint.ObjectName(name), ok
		}
		return "", lint.ObjectName{}, false
	}
}

// lookedAt returns the absolute paths of the files that were examined completely.
func (l *Loaded) lookedAt(set *manifests.Set, here string) map[string]bool {
	out := map[string]bool{}
	for _, input := range l.inputs.files {
		if !input.Context {
			out[pathIn(here, input.Name)] = true
		}
	}
	if f := l.req.Config.File; f != nil {
		out[pathIn(here, f.Name)] = true
	}
	for _, d := range set.Broken {
		delete(out, pathIn(here, d.File.Name))
	}
	for _, s := range set.Skipped {
		if s.Reason != manifests.SkipNotKubernetes && s.Reason != manifests.SkipEmpty {
			delete(out, pathIn(here, s.File))
		}
	}
	return out
}

// ran returns a function that reports whether a rule ran for a file, given by its absolute path, and for the rendered output that findings in it are traced
// from. It is true for a rule that no longer exists, so that its entries become stale.
func (l *Loaded) ran(here string) func(id, file, rendered string) bool {
	name := func(file string) string {
		if file == "" || file == l.req.stdinName() {
			return file
		}
		return relative(here, file)
	}
	running := l.linter.Running()
	elsewhere := sync.OnceValue(func() []string {
		if l.linter.Elsewhere == nil {
			return nil
		}
		return l.linter.Elsewhere()
	})
	groups := map[string]string{}
	for _, rule := range l.linter.AllRules() {
		groups[rule.ID] = rule.Group
	}
	return func(id, file, rendered string) bool {
		runs, known := running(id, name(file), name(rendered))
		if !known {
			return !slices.Contains(elsewhere(), id)
		}
		return runs && (groups[id] != groupProbe || l.linter.Prober != nil)
	}
}

// groupProbe is the group of the rules that need answers from registries.
const groupProbe = "registry-probe"

func absolute(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		return abs
	}
	return name
}

// pathIn returns name joined to the absolute folder dir.
func pathIn(dir, name string) string {
	name = filepath.FromSlash(name)
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}

// relative returns path relative to dir, with slashes. Both must be absolute.
func relative(dir, path string) string {
	if rel, err := filepath.Rel(dir, path); err == nil {
		path = rel
	}
	return filepath.ToSlash(path)
}
