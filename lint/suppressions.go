package lint

import (
	"cmp"
	"slices"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// suppressions finds the suppression of a finding. A file may have as many suppressions as findings, so comparing all
// pairs would be quadratic: suppressions for the same range share a bucket, which caches one answer per rule.
type suppressions struct {
	entries   []*entry
	aliases   map[string]string // rule IDs by alias
	lines     map[line]*bucket
	stretches map[*source.File]*ranges
	annotated map[annotated]*bucket
	scopes    map[int]bool // lengths of the paths in annotated; others are not looked up
	config    configured
	// files holds the files whose comments are known, by name; load adds one that is not in the set. It may be nil.
	files   map[string]*source.File
	load    func(name string) *source.File
	outside []*entry // comments in the loaded files
}

type line struct {
	file *source.File
	n    int
}

// annotated is an object, or the part of it below a path.
type annotated struct {
	object *manifests.Object
	scope  string
}

func newSuppressions(aliases map[string]string, namespace, folder string) *suppressions {
	return &suppressions{
		aliases: aliases, lines: map[line]*bucket{}, stretches: map[*source.File]*ranges{}, annotated: map[annotated]*bucket{},
		scopes: map[int]bool{}, files: map[string]*source.File{},
		config: configured{namespace: namespace, folder: folder, byRule: map[string]*ignores{}},
	}
}

func (s *suppressions) know(file *source.File) { s.files[cleanName(file.Name)] = file }

// fileOf returns the file with the comments for a file that a finding was traced to.
func (s *suppressions) fileOf(file *source.File) *source.File {
	if file == nil {
		return nil
	}
	name := cleanName(file.Name)
	known, ok := s.files[name]
	if !ok && s.load != nil && !file.InMemory {
		known = s.load(file.Name)
		s.files[name] = known
	}
	return cmp.Or(known, file)
}

// comment adds a comment for its own line and its target line, or for all lines of a container or object.
func (s *suppressions) comment(e *entry, d *manifests.Directive) {
	if e.outside {
		s.outside = append(s.outside, e)
	} else {
		s.number(e)
	}
	file := d.Span.File()
	into(s.lines, line{file, d.Line}).add(e)
	if own := d.Span.Start().Line; own != d.Line {
		into(s.lines, line{file, own}).add(e)
	}
	if d.From > 0 {
		if s.stretches[file] == nil {
			s.stretches[file] = &ranges{buckets: map[[2]int]*bucket{}}
		}
		into(s.stretches[file].buckets, [2]int{d.From, d.To}).add(e)
	}
}

func (s *suppressions) annotation(e *entry, o *manifests.Object, scope string) {
	s.number(e)
	into(s.annotated, annotated{o, scope}).add(e)
	s.scopes[len(scope)] = true
}

func (s *suppressions) configured(e *entry) {
	s.number(e)
	s.config.entries = append(s.config.entries, e)
}

func (s *suppressions) number(e *entry) {
	e.number = len(s.entries)
	s.entries = append(s.entries, e)
}

// into returns the bucket for a key.
func into[K comparable](buckets map[K]*bucket, key K) *bucket {
	b := buckets[key]
	if b == nil {
		b = &bucket{}
		buckets[key] = b
	}
	return b
}

// of returns the first entry with a reason, not expired, that suppresses a finding, or nil, and marks all matching entries as used.
func (s *suppressions) of(f *Finding) *entry {
	var found *entry
	ask := func(b *bucket) {
		if b != nil {
			found = first(found, b.of(f, s.aliases))
		}
	}
	if file := f.Span.File(); file != nil {
		ask(s.lines[line{file, f.Span.Start().Line}])
		if t := s.stretches[file]; t != nil {
			for _, b := range t.overlapping(f.Span.Start().Line) {
				ask(b)
			}
		}
	}
	if f.Object != nil && len(s.annotated) > 0 {
		for i := range len(f.Path) + 1 {
			if s.scopes[i] && (i == 0 || i == len(f.Path) || f.Path[i] == '.') { // a scope is a mapping, so no index follows
				ask(s.annotated[annotated{f.Object, f.Path[:i]}])
			}
		}
	}
	return first(found, s.config.of(f, s.aliases))
}

// first returns the entry with precedence; either may be nil. Entries from outside of the set come last, in an order that does not depend on when they
// were loaded.
func first(a, b *entry) *entry {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.outside && b.outside:
		if cmp.Or(cmp.Compare(b.span.File().Name, a.span.File().Name), cmp.Compare(b.span.Start().Offset, a.span.Start().Offset)) < 0 {
			return b
		}
		return a
	case a.outside != b.outside:
		if a.outside {
			return b
		}
		return a
	case b.number < a.number:
		return b
	}
	return a
}

// bucket holds entries for the same range.
type bucket struct {
	entries []*entry
	answers map[string]*entry // by rule
}

func (b *bucket) add(e *entry) { b.entries = append(b.entries, e) }

func (b *bucket) of(f *Finding, aliases map[string]string) *entry {
	if answer, ok := b.answers[f.Rule]; ok {
		return answer
	}
	answer := use(b.entries, f, aliases)
	if b.answers == nil {
		b.answers = map[string]*entry{}
	}
	b.answers[f.Rule] = answer
	return answer
}

// use marks the matching entries of a list as used, and returns the first one with a reason that has not expired.
func use(list []*entry, f *Finding, aliases map[string]string) *entry {
	var found *entry
	for _, e := range list {
		if which := named(e.rules, f, aliases); which != "" {
			e.used[which] = true
			if e.reason != "" && e.expired == "" {
				found = first(found, e)
			}
		}
	}
	return found
}

// ranges holds the buckets of a file by line ranges.
type ranges struct {
	buckets map[[2]int]*bucket
	// from lists the lines at which the set of buckets changes; apply has the buckets from each on.
	from  []int
	apply [][]*bucket
}

// overlapping returns the buckets for a line.
func (t *ranges) overlapping(n int) []*bucket {
	if t.from == nil {
		t.index()
	}
	i, found := slices.BinarySearch(t.from, n)
	if !found {
		i--
	}
	if i < 0 {
		return nil
	}
	return t.apply[i]
}

// index splits the file where a range begins or ends. Ranges nest only a few levels deep, so the lists are short.
func (t *ranges) index() {
	spans := make([][2]int, 0, len(t.buckets))
	for span := range t.buckets {
		spans = append(spans, span)
		t.from = append(t.from, span[0], span[1]+1)
	}
	slices.SortFunc(spans, func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(b[1], a[1])) })
	slices.Sort(t.from)
	t.from = slices.Compact(t.from)
	var open [][2]int
	for _, n := range t.from {
		open = slices.DeleteFunc(open, func(span [2]int) bool { return span[1] < n })
		for len(spans) > 0 && spans[0][0] == n {
			open = append(open, spans[0])
			spans = spans[1:]
		}
		list := make([]*bucket, len(open))
		for i, span := range open {
			list[i] = t.buckets[span]
		}
		t.apply = append(t.apply, list)
	}
}
