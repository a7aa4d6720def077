// Package history compares the inputs of a run with those at a revision: which lines have changed, and which files were renamed. It does not read
// manifests.
package history

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/git"
	"github.com/imagelint-dev/imagelint/internal/walk"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Diff describes how the inputs of a run differ from those at a revision.
type Diff struct {
	inputs  []manifests.Input
	here    string                 // the working directory
	top     string                 // the root of the repository
	changes map[string]*git.Change // by current path
	gone    []*git.Change          // deleted or renamed files
	left    map[string]bool        // their old paths
	places  map[string]string      // paths of the inputs relative to the root, with slashes, by name; "" outside
	names   map[string][]string    // the reverse of places
	new     map[string]bool        // names of untracked inputs
	linked  map[string]bool        // names of inputs reached through a link, whose target may have changed
	folders map[string]string      // cache of folders with links resolved
	dirs    map[string]directory   // cache of the folders of inputs, by name
	used    map[string]bool        // paths of files in use whose names are not those of manifests
}

// maxUsedFiles limits how many files in use git is asked about by name. The others count as changed.
const maxUsedFiles = 1000

// OutsideError is the error for an input outside of the repository.
type OutsideError struct{ Name, Top string }

// Error implements error.
func (e *OutsideError) Error() string {
	return fmt.Sprintf("%q is not in the repository %s: lint each repository separately", e.Name, e.Top)
}

// Compare asks git how the inputs differ from tree. used are the absolute names, without links, of other files that
// affect the findings. here is the working directory.
func Compare(ctx context.Context, r *git.Repository, tree string, inputs []manifests.Input, used []string, here string) (*Diff, error) {
	p := &Diff{
		inputs: inputs, here: here, top: r.Top, changes: map[string]*git.Change{}, left: map[string]bool{}, places: map[string]string{}, names: map[string][]string{},
		new: map[string]bool{}, linked: map[string]bool{}, folders: map[string]string{}, dirs: map[string]directory{}, used: map[string]bool{},
	}
	patterns := []string{":(top,icase)*.yaml", ":(top,icase)*.yml", ":(top,icase)*.json"}
	for _, in := range inputs {
		place := p.oldPath(in.Name, in.Local)
		p.places[in.Name] = place
		switch {
		case place != "":
			p.new[in.Name] = true
			p.names[place] = append(p.names[place], in.Name)
			if !walk.IsManifestName(place) {
				patterns = append(patterns, ":(top,literal)"+place)
			}
		case !in.Context:
			return nil, &OutsideError{in.Name, p.top}
		}
	}
	for _, name := range used {
		place, ok := p.below(name)
		if ok && !walk.IsManifestName(place) && len(p.used) < maxUsedFiles {
			patterns = append(patterns, ":(top,literal)"+place)
			p.used[place] = true
		}
	}
	if err := p.forget(ctx, r); err != nil {
		return nil, err
	}
	changes, err := r.Changes(ctx, tree, patterns)
	if err != nil {
		return nil, err
	}
	for _, change := range changes {
		if change.Path != "" {
			p.changes[change.Path] = change
		}
		if change.Path != change.Old {
			p.gone = append(p.gone, change)
			p.left[change.Old] = true
		}
	}
	return p, nil
}

// forget removes tracked files from the new inputs, and files in submodules, which have their own history.
func (p *Diff) forget(ctx context.Context, r *git.Repository) error {
	var submodules []string
	err := r.Tracked(ctx, func(path string, submodule bool) {
		if submodule {
			submodules = append(submodules, path+"/")
		}
		for _, name := range p.names[path] {
			delete(p.new, name)
		}
	})
	for name := range p.new {
		if slices.ContainsFunc(submodules, func(s string) bool { return strings.HasPrefix(p.places[name], s) }) {
			delete(p.new, name)
		}
	}
	return err
}

// oldPath returns the path of a file relative to the root of the repository, with slashes, or "" if it is outside. regular tells that the file is not a link.
func (p *Diff) oldPath(name string, regular bool) string {
	dir, base := filepath.Split(name)
	if base == "" || base == "." || base == ".." { // a folder
		dir, base = filepath.Split(p.absolute(name))
	}
	in, known := p.dirs[dir]
	if !known {
		in = p.locate(dir)
		p.dirs[dir] = in
	}
	if in.linked {
		p.linked[name] = true
	}
	if !regular {
		abs := filepath.Join(in.plain, base)
		if info, err := os.Lstat(abs); err == nil && info.Mode()&os.ModeSymlink != 0 {
			p.linked[name] = true
			place, _ := p.below(resolved(abs)) // the change is in the target of the link
			return place
		}
	}
	if !in.inside {
		return ""
	}
	return in.place + base
}

// directory is the folder of an input.
type directory struct {
	plain  string // without links
	linked bool   // whether its name has links
	inside bool   // whether it is in the repository
	place  string // relative to the root, with slashes and one at the end; "" for the root
}

// locate finds the folder with a name.
func (p *Diff) locate(name string) directory {
	dir := p.absolute(name)
	in := directory{plain: p.folder(dir)}
	in.linked = in.plain != dir
	if in.place, in.inside = p.below(in.plain); in.place == "." {
		in.place = ""
	} else {
		in.place += "/"
	}
	return in
}

func (p *Diff) absolute(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(p.here, name)
}

// below returns an absolute path without links relative to the root of the repository, with slashes.
func (p *Diff) below(abs string) (place string, ok bool) {
	rel, err := filepath.Rel(p.top, abs)
	if err != nil || !filepath.IsLocal(rel) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

// folder returns a folder with links resolved, as far as it exists.
func (p *Diff) folder(dir string) string {
	if plain, ok := p.folders[dir]; ok {
		return plain
	}
	var plain string
	if up := filepath.Dir(dir); up == dir || filepath.Separator != '/' { // on other systems a folder can have several names without a link
		plain = resolved(dir)
	} else {
		plain = filepath.Join(p.folder(up), filepath.Base(dir))
		if info, err := os.Lstat(plain); err != nil || info.Mode()&os.ModeSymlink != 0 {
			plain = resolved(dir)
		}
	}
	p.folders[dir] = plain
	return plain
}

// resolved returns a path with links resolved, as far as it exists.
func resolved(path string) string {
	if plain, err := filepath.EvalSymlinks(path); err == nil {
		return plain
	}
	return path
}

// HasChanges reports whether any file has changed.
func (p *Diff) HasChanges() bool { return len(p.new)+len(p.changes)+len(p.gone) > 0 }

// Touches reports whether a finding is on a changed line. For a finding in rendered text, it checks the source lines.
func (p *Diff) Touches(f *lint.Finding) bool {
	return p.touches(f.Span) || slices.ContainsFunc(f.Origins, func(o lint.Origin) bool { return p.touches(o.Span) })
}

func (p *Diff) touches(s source.Span) bool {
	if s.File() == nil {
		return false
	}
	place, known := p.places[s.File().Name]
	if !known {
		place = p.oldPath(s.File().Name, false) // the configuration
	}
	change := p.changes[place]
	return p.new[s.File().Name] || change != nil && change.Touches(s.Start().Line, max(s.Start().Line, s.End().Line))
}

// Unchanged reports whether a file, relative to the root with slashes, is unchanged, as far as Compare knows.
func (p *Diff) Unchanged(path string) bool {
	return walk.IsManifestName(path) && p.changes[path] == nil && !p.left[path]
}

// SameFile reports whether a file, given by its absolute name without links, is unchanged since the
// revision, if it existed there.
func (p *Diff) SameFile(abs string) bool {
	place, ok := p.below(abs)
	return ok && (walk.IsManifestName(place) || p.used[place]) && p.changes[place] == nil && !p.left[place]
}

// Same reports whether an input is certainly unchanged and has the same name.
func (p *Diff) Same(name string) bool {
	place := p.places[name]
	return place != "" && !p.new[name] && !p.linked[name] && p.Unchanged(place)
}

// Renames returns the inputs that were renamed. renamed maps the old names that a walk over the paths would have found to the current ones. came holds
// renamed files that the walk would not have found.
func (p *Diff) Renames(paths []string, o walk.Options, blobs *git.Blobs) (came []manifests.Input, renamed map[string]string) {
	renamed = map[string]string{}
	for _, change := range p.gone {
		now := p.names[change.Path]
		if len(now) == 0 || change.Blob == "" || !walk.IsManifestName(change.Old) {
			continue
		}
		if name := p.nameThen(change.Old, paths); name != "" {
			renamed[name] = now[0]
		} else if !o.Skips(now[0]) {
			came = append(came, manifests.Input{Name: now[0], Open: blobs.Opener(change.Blob), Named: true})
			renamed[now[0]] = now[0]
		}
	}
	return came, renamed
}

// nameThen returns the name that a walk over the paths would have given to a file, or "" if it would not have found it.
func (p *Diff) nameThen(place string, paths []string) string {
	for _, path := range paths {
		root := p.locate(path)
		if rest, ok := strings.CutPrefix(place, root.place); ok && root.inside {
			return walk.Join(path, rest)
		}
	}
	return ""
}
