// Package history compares the inputs of a run with what they were at a revision: which lines of them have changed, and what they were called
// then. It reads no manifest and judges no finding.
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

// Diff is what the inputs of a run were.
type Diff struct {
	inputs  []manifests.Input
	here    string                 // the working directory
	top     string                 // the root of the repository
	changes map[string]*git.Change // by the place now
	gone    []*git.Change          // what is no longer there, or there under another name
	left    map[string]bool        // the names that those had
	places  map[string]string      // the inputs' paths seen from the root, with slashes, by their names; "" outside
	names   map[string][]string    // and the other way round
	new     map[string]bool        // inputs of which git knows nothing, by their names
	linked  map[string]bool        // inputs that a symbolic link leads to, which may have led elsewhere, by their names
	folders map[string]string      // folders without symbolic links, so that each is asked for once
}

// OutsideError is an input that the repository does not hold.
type OutsideError struct{ Name, Top string }

// Error implements error.
func (e *OutsideError) Error() string {
	return fmt.Sprintf("%q is not in the repository %s: lint each repository separately", e.Name, e.Top)
}

// Compare asks git what has become of the inputs since a tree. The working directory is here.
func Compare(ctx context.Context, r *git.Repository, tree string, inputs []manifests.Input, here string) (*Diff, error) {
	p := &Diff{
		inputs: inputs, here: here, top: r.Top, changes: map[string]*git.Change{}, left: map[string]bool{}, places: map[string]string{}, names: map[string][]string{},
		new: map[string]bool{}, linked: map[string]bool{}, folders: map[string]string{},
	}
	patterns := []string{":(top,icase)*.yaml", ":(top,icase)*.yml", ":(top,icase)*.json"}
	for _, in := range inputs {
		place := p.oldPath(in.Name)
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

// forget takes what git knows out of the new inputs, and what is in a submodule, which has a history of its own.
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

// oldPath is a file's path as seen from the root of the repository, with slashes; "" where it is elsewhere.
func (p *Diff) oldPath(name string) string {
	abs := name
	if !filepath.IsAbs(name) {
		abs = filepath.Join(p.here, name)
	}
	dir := filepath.Dir(abs)
	plain, ok := p.folders[dir]
	if !ok {
		plain = resolved(dir)
		p.folders[dir] = plain
	}
	p.linked[name] = plain != dir
	abs = filepath.Join(plain, filepath.Base(abs))
	if info, err := os.Lstat(abs); err == nil && info.Mode()&os.ModeSymlink != 0 {
		abs = resolved(abs) // what changes is the file that the link leads to
		p.linked[name] = true
	}
	rel, err := filepath.Rel(p.top, abs)
	if err != nil || !filepath.IsLocal(rel) {
		return ""
	}
	return filepath.ToSlash(rel)
}

// resolved is a path without symbolic links, as far as there is one.
func resolved(path string) string {
	if plain, err := filepath.EvalSymlinks(path); err == nil {
		return plain
	}
	return path
}

// HasChanges reports whether any file is not what it was.
func (p *Diff) HasChanges() bool { return len(p.new)+len(p.changes)+len(p.gone) > 0 }

// Touches reports whether a finding is on a line that has changed; for one on rendered text, whether a line that made it has.
func (p *Diff) Touches(f *lint.Finding) bool {
	return p.touches(f.Span) || slices.ContainsFunc(f.Origins, func(o lint.Origin) bool { return p.touches(o.Span) })
}

func (p *Diff) touches(s source.Span) bool {
	if s.File == nil {
		return false
	}
	place, known := p.places[s.File.Name]
	if !known {
		place = p.oldPath(s.File.Name) // the configuration
	}
	change := p.changes[place]
	return p.new[s.File.Name] || change != nil && change.Touches(s.Start.Line, max(s.Start.Line, s.End.Line))
}

// Unchanged reports whether a file, seen from the root with slashes, is what it was, for all that Compare was asked for.
func (p *Diff) Unchanged(path string) bool {
	return walk.IsManifestName(path) && p.changes[path] == nil && !p.left[path]
}

// Same reports whether an input is certain to be what it was, under the name that it had.
func (p *Diff) Same(name string) bool {
	place := p.places[name]
	return place != "" && !p.new[name] && !p.linked[name] && p.Unchanged(place)
}

// Renames tells of the inputs that had another name: renamed holds the names that they have now, by those that a walk over the paths would have met. Those
// that came from elsewhere are inputs of their own.
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

// nameThen is how a walk over some paths would have called a file; "" where it would not have met it.
func (p *Diff) nameThen(place string, paths []string) string {
	for _, path := range paths {
		root := p.oldPath(path)
		if rest, ok := strings.CutPrefix(place, root+"/"); ok && root != "" {
			return walk.Join(path, rest)
		}
		if root == "." {
			return walk.Join(path, place)
		}
	}
	return ""
}
