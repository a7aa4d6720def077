package lint

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// ignore holds the conditions of a configuration entry, except for its rules.
type ignore struct {
	paths, objects, images *glob.Paths
	hasStar                bool // a glob has a * that does not match "/"
}

func newIgnore(ig *Ignore) *ignore {
	star := func(g string) bool {
		return strings.Contains(strings.ReplaceAll(g, "**", ""), "*") && strings.Contains(g, "/")
	}
	return &ignore{
		paths: glob.NewPaths(withContent(ig.Paths)), objects: glob.NewPaths(ig.Objects), images: glob.NewPaths(ig.Images),
		hasStar: slices.ContainsFunc(slices.Concat(ig.Paths, ig.Images), star),
	}
}

// withContent adds what is below folders, as in other settings. A name with a dot is that of a file, which needs no glob.
func withContent(paths []string) []string {
	var out []string
	for _, p := range paths {
		if out = append(out, p); p != "" && !strings.Contains(path.Base(p), ".") && !strings.HasSuffix(p, "/") && !strings.HasSuffix(p, "**") {
			out = append(out, p+"/**")
		}
	}
	return out
}

// configured holds the entries of the configuration.
type configured struct {
	namespace string // of objects that set none
	folder    string // put before relative names of files
	entries   []*entry
	byRule    map[string]*ignores
}

// of is as it is for a bucket.
func (c *configured) of(f *Finding, aliases map[string]string) *entry {
	if len(c.entries) == 0 {
		return nil
	}
	x := c.byRule[f.Rule]
	if x == nil {
		x = newIgnores(slices.Collect(func(yield func(*entry) bool) {
			for _, e := range c.entries {
				if named(e.rules, f, aliases) != "" && !yield(e) {
					return
				}
			}
		}))
		c.byRule[f.Rule] = x
	}
	return x.of(f, aliases, c)
}

// ignores holds the entries for one rule. Entries with lists of names, as in a configuration that grew over time, are
// indexed by one of the lists.
type ignores struct {
	byImage, byObject, byPath nameIndex
	rest                      []*entry
	// ofFile holds the entries of rest whose paths match a file.
	ofFile map[*source.File][]*entry
	// asks* tell which parts of a finding matter; answers are cached by these parts.
	asksImage, asksObject, asksPath bool
	answers                         map[ignoreKey]*entry
}

// ignoreKey is the cache key: the parts of a finding that some entry examines.
type ignoreKey struct {
	file   *source.File
	object *manifests.Object
	image  string
}

func newIgnores(entries []*entry) *ignores {
	x := &ignores{ofFile: map[*source.File][]*entry{}, answers: map[ignoreKey]*entry{}}
	for _, e := range entries {
		g := e.ignore
		x.asksImage = x.asksImage || !g.images.IsEmpty()
		x.asksObject = x.asksObject || !g.objects.IsEmpty()
		x.asksPath = x.asksPath || !g.paths.IsEmpty()
		switch {
		case len(g.images.Plain()) > 0:
			x.byImage.add(g.images.Plain(), e)
		case len(g.objects.Plain()) > 0:
			x.byObject.add(g.objects.Plain(), e)
		case len(g.paths.Plain()) > 0:
			x.byPath.add(g.paths.Plain(), e)
		default:
			x.rest = append(x.rest, e)
		}
	}
	return x
}

// nameIndex finds entries by the names in their lists.
type nameIndex struct {
	byName map[string][]*entry
	// lengths are the lengths of the names: a path may have very many tails, and others are not looked up.
	lengths map[int]bool
}

func (x *nameIndex) add(names []string, e *entry) {
	if x.byName == nil {
		x.byName, x.lengths = map[string][]*entry{}, map[int]bool{}
	}
	for _, name := range names {
		x.byName[name] = append(x.byName[name], e)
		x.lengths[len(name)] = true
	}
}

// each finds the entries that list a path or one of its tails.
func (x *nameIndex) each(s string, take func(*entry)) {
	for ok := len(x.byName) > 0; ok; _, s, ok = strings.Cut(s, "/") {
		if !x.lengths[len(s)] {
			continue
		}
		for _, e := range x.byName[s] {
			take(e)
		}
	}
}

func (x *ignores) of(f *Finding, aliases map[string]string, c *configured) *entry {
	var at ignoreKey
	if x.asksImage {
		at.image = f.Image
	}
	if x.asksObject {
		at.object = f.Object
	}
	if x.asksPath {
		at.file = f.Span.File()
	}
	answer, ok := x.answers[at]
	if !ok {
		answer = use(x.matching(&ignoreSubject{f: f, namespace: c.namespace, folder: c.folder}), f, aliases)
		x.answers[at] = answer
	}
	return answer
}

// matching returns the entries whose conditions a finding meets.
func (x *ignores) matching(s *ignoreSubject) []*entry {
	var out []*entry
	take := func(e *entry) {
		if s.fits(e.ignore) {
			out = append(out, e)
		}
	}
	x.byImage.each(s.f.Image, take)
	if s.f.Object != nil {
		x.byObject.each(s.name(), take)
		x.byObject.each(s.fullName(), take)
	}
	if s.f.Span.File() != nil {
		x.byPath.each(s.path(), take)
	}
	for _, e := range x.inFile(s) {
		take(e)
	}
	return out
}

// inFile returns the entries of rest whose paths match the file of a finding.
func (x *ignores) inFile(s *ignoreSubject) []*entry {
	if !x.asksPath {
		return x.rest
	}
	list, ok := x.ofFile[s.f.Span.File()]
	if !ok {
		for _, e := range x.rest {
			if s.fitsPath(e.ignore) {
				list = append(list, e)
			}
		}
		x.ofFile[s.f.Span.File()] = list
	}
	return list
}

// ignoreSubject is a finding with the parts that configuration entries examine.
type ignoreSubject struct {
	f                 *Finding
	namespace, folder string
}

func (s *ignoreSubject) path() string {
	name := strings.ReplaceAll(s.f.Span.File().Name, `\`, "/")
	if s.folder == "" || path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(s.folder, name)
}

func (s *ignoreSubject) name() string { return s.f.Object.Kind + "/" + s.f.Object.Name }

func (s *ignoreSubject) fullName() string {
	return cmp.Or(s.f.Object.Namespace, s.namespace) + "/" + s.name()
}

func (s *ignoreSubject) fitsPath(g *ignore) bool {
	return g.paths.IsEmpty() || s.f.Span.File() != nil && g.paths.Match(s.path())
}

func (s *ignoreSubject) fitsImage(g *ignore) bool {
	return g.images.IsEmpty() || g.images.Match(s.f.Image)
}

func (s *ignoreSubject) fitsObject(g *ignore) bool {
	return g.objects.IsEmpty() || s.f.Object != nil && (g.objects.Match(s.name()) || g.objects.Match(s.fullName()))
}

func (s *ignoreSubject) fits(g *ignore) bool {
	return s.fitsImage(g) && s.fitsPath(g) && s.fitsObject(g)
}
