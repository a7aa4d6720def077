// Package walk decides which files of a tree are read: those that the user names, and in folders those that
// may hold manifests. It opens no files except ignore files and git's index.
package walk

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/manifests"
)

// Options configure a walk.
type Options struct {
	// Exclude are globs that match paths as displayed, or their last parts.
	Exclude []string
	// Outer are such globs relative to another folder: they match relative paths with Folder before them.
	Outer  []string
	Folder string
	// ForceExclude also skips files that the user names if a walk to them would skip them.
	ForceExclude bool
	// NoIgnore reads files that .gitignore excludes. Tracked files are read in any case.
	NoIgnore bool
	// Files is the file system of the tree; nil means the local disk.
	Files files.FS
}

// Result is what a walk found.
type Result struct {
	Files []File
	// Skipped are folders and files that were skipped for a reason worth reporting.
	Skipped []manifests.Skip
	// Charts and Kustomizations are the folders found that can be rendered. They do not include a chart's own
	// subcharts.
	Charts, Kustomizations []string
	// Tiltfiles are the Tiltfiles found.
	Tiltfiles []string
	// Configs are the configuration files found.
	Configs []string
	// Excluded counts what --exclude and .gitignore excluded.
	Excluded int
}

// File is one file to read.
type File struct {
	Name string // as displayed
	// Named is true if the user named the file, rather than a folder above it.
	Named bool
	// Values is true if the file has the name of a values file, and the user named it or it belongs to a
	// chart.
	Values bool
	// Local is true for a regular file below a folder that files.IsLocal. It is left false in small trees.
	Local bool
}

// ErrPipe is returned for a named pipe.
var ErrPipe = errors.New("it is a named pipe; pipe its content to standard input instead: imagelint - < PIPE")

// Configs returns the configuration files below the paths; those of the working directory if there are none.
// Paths that cannot be read hold none: whoever lints them reports the error.
func Configs(ctx context.Context, paths []string) []string {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	found, _ := Walk(ctx, slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return p == "-" }), Options{})
	return found.Configs
}

// Walk lists the files under the paths, in the order of the paths and then by name. Unusable paths are
// returned as an error that joins a *manifests.ReadError for each, together with the files of the other
// paths.
func Walk(ctx context.Context, paths []string, o Options) (Result, error) {
	w := walker{ctx: ctx, files: files.OrOS(o.Files), opts: o, seen: map[string]bool{}, alone: len(paths) == 1, repositories: &repositories{}}
	w.slots = w.free()
	var errs []error
	for _, p := range paths {
		if err := w.path(p); err != nil {
			if ctx.Err() != nil {
				return w.res, ctx.Err()
			}
			errs = append(errs, err)
		}
	}
	return w.res, errors.Join(errs...)
}

type walker struct {
	ctx   context.Context
	files files.FS
	opts  Options
	// exclude and outer hold the parsed Options.Exclude and Options.Outer; nil until first used.
	exclude, outer *glob.Paths
	res            Result
	seen           map[string]bool // what was found so far, by absolute path, so that overlapping paths read nothing twice
	alone          bool            // only one path is walked, which finds no file twice
	// subcharts is the charts folder of the current chart, by absolute path. Charts below it are part of that
	// chart.
	subcharts string
	// folder is the folder being walked. tree is the tree that contains it, which links may not leave; ""
	// until the first link.
	folder, tree string
	// local tells whether all below the folder is local. Branches share it.
	local *locality
	// ignored is true while walking a folder that .gitignore excludes but that contains tracked files.
	ignored bool
	// slots limits the branches; nil if there are none. depth is that of the folder being walked, 0 for a root.
	slots    chan struct{}
	branches []*branch
	depth    int
	// repositories caches the tracked files.
	repositories *repositories
}

// repositories holds the tracked files of repositories, by their root. It is safe for concurrent use.
type repositories struct {
	mu    sync.Mutex
	known map[string]*trackedFiles
}

func (r *repositories) tracked(system files.FS, root string) *trackedFiles {
	r.mu.Lock()
	defer r.mu.Unlock()
	t, ok := r.known[root]
	if !ok {
		t = trackedIn(system, root)
		if r.known == nil {
			r.known = map[string]*trackedFiles{}
		}
		r.known[root] = t
	}
	return t
}

// tracks reports whether git tracks a file, or something below a folder, that .gitignore excludes. The index
// of a repository is read only when needed.
func (w *walker) tracks(abs string, isDir bool) bool {
	root := files.RepositoryIn(w.files, filepath.Dir(abs))
	if root == "" {
		return false
	}
	return w.repositories.tracked(w.files, root).has(abs, isDir)
}

func (w *walker) path(p string) error {
	info, err := w.files.Stat(p)
	if err != nil {
		return readError(p, err)
	}
	abs, err := w.files.Abs(p)
	if err != nil {
		return readError(p, err)
	}
	mode := info.Mode()
	if w.opts.ForceExclude && mode.IsRegular() && w.passesOver(p) {
		w.res.Excluded++
		w.skip(p, manifests.SkipExcluded)
		return nil
	}
	switch {
	case mode.IsDir(), isDescriptor(p):
	case mode&fs.ModeNamedPipe != 0:
		return &manifests.ReadError{Name: p, Err: ErrPipe}
	case mode&fs.ModeSocket != 0:
		return &manifests.ReadError{Name: p, Err: errors.New("it is a socket")}
	case mode&fs.ModeDevice != 0 && p != os.DevNull:
		return &manifests.ReadError{Name: p, Err: errors.New("it is a device")}
	}
	if up := w.aboveTemplates(abs); up >= 0 && (mode.IsDir() || mode.IsRegular()) {
		templates := p
		if up > 0 {
			templates = filepath.Join(p, strings.Repeat("../", up))
		}
		w.skipChart(templates, ancestor(abs, up))
		return nil
	}
	if mode.IsDir() {
		return w.root(p, abs)
	}
	w.add(abs, File{Name: p, Named: true, Values: isValuesName(filepath.Base(abs))})
	return nil
}

// aboveTemplates returns how many folders a path is below a chart's templates folder, 0 for that folder
// itself; -1 if it is not in one.
func (w *walker) aboveTemplates(abs string) int {
	for up, dir := 0, abs; filepath.Dir(dir) != dir; up, dir = up+1, filepath.Dir(dir) {
		if filepath.Base(dir) != "templates" {
			continue
		}
		if _, err := w.files.Stat(filepath.Join(filepath.Dir(dir), "Chart.yaml")); err == nil {
			return up
		}
	}
	return -1
}

func ancestor(abs string, n int) string {
	for range n {
		abs = filepath.Dir(abs)
	}
	return abs
}

// skipChart records a chart's templates as skipped, once.
func (w *walker) skipChart(name, abs string) {
	if !w.seen[abs] {
		w.seen[abs] = true
		w.skip(name, manifests.SkipChart)
	}
}

// isDescriptor reports whether a path is an open file of this process, as created by the shell's <(command).
func isDescriptor(p string) bool {
	return strings.HasPrefix(p, "/dev/fd/") || strings.HasPrefix(p, "/proc/self/fd/") || p == "/dev/stdin"
}

func readError(p string, err error) error {
	err = files.Cause(err)
	if errors.Is(err, fs.ErrNotExist) {
		err = errors.New("no such file or directory")
	}
	return &manifests.ReadError{Name: p, Err: err}
}

func (w *walker) add(abs string, file File) {
	if !w.alone {
		if w.seen[abs] {
			return
		}
		w.seen[abs] = true
	}
	w.res.Files = append(w.res.Files, file)
}

func (w *walker) skip(name, reason string) {
	w.res.Skipped = append(w.res.Skipped, manifests.Skip{File: name, Reason: reason})
}

// unreadable records what cannot be read, and why. Dangling links are ignored.
func (w *walker) unreadable(name string, err error) {
	why := ""
	if !errors.Is(err, fs.ErrNotExist) {
		why = files.Cause(err).Error()
	}
	w.res.Skipped = append(w.res.Skipped, manifests.Skip{File: name, Reason: manifests.SkipUnreadable, Detail: why})
}

// root walks a folder that the user named.
func (w *walker) root(p, abs string) error {
	var ignores *ignoreList
	if !w.opts.NoIgnore {
		ignores = outerIgnores(w.files, abs)
	}
	w.folder, w.tree, w.local = abs, "", &locality{}
	entries, err := w.readDir(p)
	if err != nil {
		return readError(p, err)
	}
	w.exclude, w.outer = nil, nil
	if !w.opts.ForceExclude {
		w.exclude, w.outer = Trees(below(w.opts.Exclude, display(p))), Trees(below(w.opts.Outer, w.fromOuter(p)))
	}
	w.dir(p, abs, entries, ignores, w.aboveChart(abs))
	w.join()
	return w.ctx.Err()
}

// dir walks a folder, given as displayed and as an absolute path. below is how many folders it is below the
// nearest chart, or -1 if it is in none.
func (w *walker) dir(dir, abs string, entries []fs.DirEntry, ignores *ignoreList, below int) {
	if w.ctx.Err() != nil {
		return
	}
	chart := false
	for _, e := range entries {
		switch e.Name() {
		case "Chart.yaml":
			chart, below = true, 0
		case ".gitignore":
			if !w.opts.NoIgnore {
				ignores = ignores.with(w.files, abs)
			}
		case "kustomization.yaml", "kustomization.yml", "Kustomization":
			w.res.Kustomizations = append(w.res.Kustomizations, dir)
		case manifests.TiltFile:
			if name := Join(dir, e.Name()); e.Type().IsRegular() && !w.excluded(name) {
				w.res.Tiltfiles = append(w.res.Tiltfiles, name)
			}
		}
	}
	if chart && (w.subcharts == "" || !strings.HasPrefix(abs, w.subcharts)) {
		w.res.Charts = append(w.res.Charts, dir)
		outer := w.subcharts
		w.subcharts = filepath.Join(abs, "charts") + string(filepath.Separator)
		defer func() { w.subcharts = outer }()
	}
	for _, e := range entries {
		isDir := e.IsDir()
		if !isDir && e.Type()&fs.ModeSymlink == 0 && !IsManifestName(e.Name()) {
			continue
		}
		name, at := Join(dir, e.Name()), ""
		if isDir || e.Type()&fs.ModeSymlink != 0 || ignores != nil || w.ignored || !w.alone { // few files need it
			at = inside(abs, e.Name())
		}
		switch {
		case isDir && alwaysSkipped(e.Name()):
			switch {
			case e.Name() != vendor:
			case w.excluded(name):
				w.res.Excluded++
				w.skip(name, manifests.SkipExcluded)
			default:
				w.skip(name, manifests.SkipVendor)
			}
			continue
		case !isDir && !IsManifestName(e.Name()) && !w.isFolderLink(at, e):
			continue
		case w.excluded(name):
			if w.res.Excluded++; !w.seen[at] {
				w.skip(name, manifests.SkipExcluded)
			}
			continue
		}
		ignored := w.ignored || ignores.match(at, isDir)
		switch {
		case ignored && !w.tracks(at, isDir):
			w.res.Excluded++
			w.skip(name, manifests.SkipIgnored)
			continue
		case !isDir && isConfigName(e.Name()):
			w.res.Configs = append(w.res.Configs, name)
			continue
		case !isDir && e.Name() == baselineName: // imagelint's own output does not count as skipped
			continue
		case isDir && chart && e.Name() == "templates":
			w.skipChart(name, at)
			continue
		case !isDir:
			w.file(name, at, e, below >= 0 && below <= maxBelowChart && isValuesName(e.Name()))
			continue
		}
		next := below
		if next >= 0 {
			next++
		}
		walk := func(w *walker) { w.folderIn(name, at, ignores, next, ignored) }
		if !w.branchOff(walk) {
			walk(w)
		}
	}
}

// folderIn walks a folder that was found in another.
func (w *walker) folderIn(name, abs string, ignores *ignoreList, below int, ignored bool) {
	entries, err := w.readDir(name)
	if err != nil {
		w.unreadable(name, err)
		return
	}
	outer := w.ignored
	w.ignored = ignored
	w.depth++
	w.dir(name, abs, entries, ignores, below)
	w.depth--
	w.ignored = outer
}

// locality tells whether a walked tree is local; see files.IsLocal. It is safe for concurrent use.
type locality struct {
	entries atomic.Int64 // seen so far
	is      atomic.Bool  // false until enough were seen
}

// manyEntries is the number of entries of a tree from which it gains more than it costs to know whether it is local.
const manyEntries = 256

func (w *walker) readDir(name string) ([]fs.DirEntry, error) {
	if w.local.is.Load() {
		return files.ReadLocalDir(name)
	}
	entries, err := w.files.ReadDir(name)
	n := int64(len(entries))
	if all := w.local.entries.Add(n); w.files == files.OS && all >= manyEntries && all-n < manyEntries {
		w.local.is.Store(files.IsLocal(w.folder))
	}
	return entries, err
}

// Skips reports whether a walk from the root of the repository, or from the working directory, would skip a
// file: by its name, by that of a parent, as excluded, or as ignored. The file need not exist.
func (o *Options) Skips(p string) bool {
	w := walker{files: files.OrOS(o.Files), opts: *o, repositories: &repositories{}}
	return w.passesOver(p)
}

func (w *walker) passesOver(p string) bool {
	abs, err := w.files.Abs(p)
	here, hereErr := w.files.Abs(".")
	if w.excluded(p) || err != nil || hereErr != nil {
		return err == nil && w.excluded(p)
	}
	var ignores *ignoreList
	if !w.opts.NoIgnore {
		ignores = outerIgnores(w.files, filepath.Dir(abs)).with(w.files, filepath.Dir(abs))
	}
	for at := abs; filepath.Dir(at) != at; at = filepath.Dir(at) {
		isDir := at != abs
		if isDir {
			if _, err := w.files.Lstat(filepath.Join(at, ".git")); at == here || err == nil {
				return false
			}
		}
		if isDir && alwaysSkipped(filepath.Base(at)) || ignores.match(at, isDir) && !w.tracks(abs, false) {
			return true
		}
	}
	return false
}

// isFolderLink reports whether an entry is a link to a folder.
func (w *walker) isFolderLink(abs string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return false
	}
	info, err := w.files.Stat(abs)
	return err == nil && info.IsDir()
}

// file adds an entry found in a folder if it is a file to read.
func (w *walker) file(name, abs string, e fs.DirEntry, values bool) {
	mode, local := e.Type(), w.local.is.Load()
	if mode&fs.ModeSymlink != 0 {
		info, err := w.files.Stat(name)
		switch {
		case err != nil:
			w.unreadable(name, err)
			return
		case info.IsDir():
			w.skip(name, manifests.SkipSymlink)
			return
		case w.leadsOut(abs):
			w.skip(name, manifests.SkipOutside)
			return
		}
		mode, local = info.Mode().Type(), false // it may lead anywhere
	}
	if !mode.IsRegular() {
		w.skip(name, manifests.SkipNotRegular)
		return
	}
	w.add(abs, File{Name: name, Values: values, Local: local})
}

// leadsOut reports whether a link leads out of the walked tree, or may do so.
func (w *walker) leadsOut(abs string) bool {
	if w.tree == "" {
		tree, err := files.TreeIn(w.files, w.folder)
		if err != nil {
			return true
		}
		w.tree = tree
	}
	to, err := w.files.EvalSymlinks(abs)
	return err != nil || !files.Below(to, w.tree)
}

// Join returns the path of name below dir. It keeps what the user typed: "./k8s" becomes "./k8s/x.yaml", and
// "." adds nothing. It uses slashes on every system, so that output does not depend on the machine.
func Join(dir, name string) string {
	switch {
	case dir == ".":
		return name
	case os.IsPathSeparator(dir[len(dir)-1]):
		return dir + name
	}
	return dir + "/" + name
}

// inside returns the path of name below a clean absolute path.
func inside(abs, name string) string {
	if os.IsPathSeparator(abs[len(abs)-1]) {
		return abs + name
	}
	return abs + string(filepath.Separator) + name
}

// vendor is the folder for third-party code. Some keep their own charts and manifests there, so skipping it
// is reported.
const vendor = "vendor"

// alwaysSkipped reports whether a folder holds no manifests of the user's own. Nobody expects manifests in
// what git and npm keep, so all but vendor are skipped silently.
func alwaysSkipped(name string) bool {
	return name == ".git" || name == "node_modules" || name == vendor
}

// IsManifestName reports whether a walk reads a file of this name.
func IsManifestName(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

// baselineName is the default name of a baseline.
const baselineName = ".imagelint-baseline.json"

// isConfigName reports whether a file holds settings for its folder.
func isConfigName(name string) bool { return name == ".imagelint.yaml" || name == ".imagelint.yml" }

// below returns the globs that apply below a folder that the user named: all but those that exclude the whole folder.
func below(globs []string, folder string) []string {
	var out []string
	for _, g := range globs {
		if one := Trees([]string{g}); !one.Match(folder) && !one.Match(path.Join(folder, "\x00")) {
			out = append(out, g)
		}
	}
	return out
}

func (w *walker) excluded(name string) bool {
	if w.exclude == nil {
		w.exclude, w.outer = Trees(w.opts.Exclude), Trees(w.opts.Outer)
	}
	return w.exclude.Match(display(name)) || w.outer.Match(w.fromOuter(name))
}

// display returns a path as globs match it.
func display(name string) string { return strings.TrimPrefix(filepath.ToSlash(name), "./") }

// fromOuter returns a path as the globs of Options.Outer match it.
func (w *walker) fromOuter(name string) string {
	if w.opts.Folder == "" || filepath.IsAbs(name) {
		return display(name)
	}
	return path.Join(w.opts.Folder, filepath.ToSlash(name))
}

// Trees compiles globs of files and folders as users write them. Each matches a slash-separated path, the end
// of one, and everything below it.
func Trees(globs []string) *glob.Paths {
	clean := make([]string, 0, len(globs))
	for _, g := range globs {
		clean = append(clean, strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(g), "./"), "/"))
	}
	return glob.NewTrees(clean)
}
