package manifests

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/manifests/fastyaml"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/resources"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Options are the choices of a Load. The zero value is ready for use.
type Options struct {
	// Guess looks for images where they only may be: arguments, environment, annotations, YAML in strings.
	Guess bool
	// Kinds are custom resources that the user describes.
	Kinds []resources.Kind
	// NoLookAhead parses every document. It changes no finding; it exists so that this can be proved.
	NoLookAhead bool
	// Workers is how many documents are read at once; 0 means one for each processor.
	Workers int

	kinds map[[2]string]*resources.Kind // Kinds by group and kind
}

// Input is one stream to read.
type Input struct {
	// Name is shown to the user.
	Name string
	// Open opens the stream; nil opens the file Name.
	Open func() (io.ReadCloser, error)
	// Named says that the user named this file himself: that it cannot be read is an error and no skip.
	Named bool
	Stdin bool
	// Context says that the input is read for what exists, and not reported on.
	Context bool
	// Source says that another input holds what is made of this one: only comments that speak to imagelint, and keys that are written twice, count.
	Source bool
	// Values says that what is no Kubernetes object in the input is the values of a chart.
	Values bool
}

// ReadError is an input that could not be read.
type ReadError struct {
	Name string
	Err  error
}

// Error implements error.
func (e *ReadError) Error() string { return fmt.Sprintf("read %s: %v", e.Name, e.Err) }

// Unwrap returns the cause.
func (e *ReadError) Unwrap() error { return e.Err }

func (o *Options) userKind(apiVersion, kind string) *resources.Kind {
	if len(o.kinds) == 0 {
		return nil
	}
	return o.kinds[[2]string{group(apiVersion), kind}]
}

// index files Kinds; of two that are the same, the first one counts.
func (o *Options) index() {
	o.kinds = make(map[[2]string]*resources.Kind, len(o.Kinds))
	for i := range o.Kinds {
		id := [2]string{o.Kinds[i].Group, o.Kinds[i].Kind}
		if o.kinds[id] == nil {
			o.kinds[id] = &o.Kinds[i]
		}
	}
}

// merged adds what the user says of a kind to what the table says.
func merged(known resources.Kind, user *resources.Kind) resources.Kind {
	known.Skip = false
	known.Images = append(slices.Clone(known.Images), user.Images...)
	known.ImageObjects = append(slices.Clone(known.ImageObjects), user.ImageObjects...)
	known.PodSpecs = append(slices.Clone(known.PodSpecs), user.PodSpecs...)
	known.Containers = append(slices.Clone(known.Containers), user.Containers...)
	known.PullSecrets = append(slices.Clone(known.PullSecrets), user.PullSecrets...)
	known.ServiceAccounts = append(slices.Clone(known.ServiceAccounts), user.ServiceAccounts...)
	known.NotRun = append(slices.Clone(known.NotRun), user.NotRun...)
	known.NotImage = append(slices.Clone(known.NotImage), user.NotImage...)
	if !known.Builtin {
		known.Patch = true
	}
	return known
}

// fileResult is what was taken from one input, or from one document of a large one.
type fileResult struct {
	Set
	objects  []*Object
	template int // the line of the first document that is a template, 0 where there is none
	context  bool
	source   bool
	err      error
}

// Load reads the inputs, several at once, and returns what they hold, sorted by their names. An input that cannot be read does not keep the
// others from being read: the set is complete but for it, and the error joins a ReadError for each.
func Load(ctx context.Context, inputs []Input, o Options) (*Set, error) {
	o.index()
	workers := cmp.Or(o.Workers, runtime.GOMAXPROCS(0))
	// What is found must not depend on the order in which files are named.
	inputs = slices.Clone(inputs)
	slices.SortStableFunc(inputs, func(a, b Input) int { return strings.Compare(a.Name, b.Name) })
	results := make([]*fileResult, len(inputs))
	next := make(chan int)
	pool := newPool(workers)
	var wg sync.WaitGroup
	for range min(workers, len(inputs)) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			l := loader{ctx: ctx, opts: &o, pool: pool}
			for i := range next {
				results[i] = l.load(&inputs[i])
			}
		}()
	}
	for i := range inputs {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
	pool.close()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return assemble(results)
}

func assemble(results []*fileResult) (*Set, error) {
	set := &Set{Mounted: map[string]bool{}, Folders: map[string]string{}}
	var errs []error
	for _, r := range results {
		if r.err != nil {
			errs = append(errs, r.err)
		}
		switch {
		case r.source:
			r.Set = Set{Directives: r.Directives, Duplicates: r.Duplicates}
		case r.context:
			r.Set = r.asContext()
		}
		set.add(&r.Set)
	}
	for _, w := range set.Workloads {
		set.Stats.Workloads++
		set.Stats.Images += len(w.Images)
	}
	for _, w := range set.Values {
		set.Stats.Images += len(w.Images)
	}
	return set, errors.Join(errs...)
}

// asContext is what counts of a set that is read for what exists, and not reported on.
func (s *Set) asContext() Set {
	return Set{
		Context: s.Workloads, Secrets: s.Secrets, Accounts: s.Accounts, Patchers: s.Patchers, Folders: s.Folders, Mounted: s.Mounted,
		Kustomizations: s.Kustomizations, Settings: s.Settings, Built: s.Built,
	}
}

// add appends all of another set.
func (s *Set) add(t *Set) {
	s.Workloads = append(s.Workloads, t.Workloads...)
	s.Context = append(s.Context, t.Context...)
	s.Values = append(s.Values, t.Values...)
	s.Numbers = append(s.Numbers, t.Numbers...)
	s.Secrets = append(s.Secrets, t.Secrets...)
	s.Accounts = append(s.Accounts, t.Accounts...)
	s.Patchers = append(s.Patchers, t.Patchers...)
	s.Broken = append(s.Broken, t.Broken...)
	s.Duplicates = append(s.Duplicates, t.Duplicates...)
	s.Directives = append(s.Directives, t.Directives...)
	s.Annotated = append(s.Annotated, t.Annotated...)
	s.Skipped = append(s.Skipped, t.Skipped...)
	s.Folders = union(s.Folders, t.Folders)
	s.Mounted = union(s.Mounted, t.Mounted)
	s.Kustomizations = append(s.Kustomizations, t.Kustomizations...)
	s.Settings = append(s.Settings, t.Settings...)
	s.Built = append(s.Built, t.Built...)
	s.Stats.Add(t.Stats)
}

// union adds the entries of one map to another, which may be nil.
func union[V any](to, from map[string]V) map[string]V {
	if to == nil {
		return from
	}
	maps.Copy(to, from)
	return to
}

// mark adds a name to a set of names, which may be nil.
func mark(set *map[string]bool, name string) {
	if *set == nil {
		*set = map[string]bool{}
	}
	(*set)[name] = true
}

// Add adds what another set counted.
func (s *Stats) Add(t Stats) {
	s.Files += t.Files
	s.Bytes += t.Bytes
	s.Documents += t.Documents
	s.Objects += t.Objects
	s.Unparsed += t.Unparsed
	s.Values += t.Values
	s.Workloads += t.Workloads
	s.Images += t.Images
}

// loader reads inputs one after the other.
type loader struct {
	ctx  context.Context
	opts *Options
	pool *pool
	buf  []byte // scratch
}

// bigStream is from how many bytes on the documents of one stream are parsed on all processors.
const bigStream = 1 << 20

// mostWaiting is how many documents of one stream may be read and not yet taken over.
const mostWaiting = 32

func (l *loader) load(in *Input) *fileResult {
	r := &fileResult{context: in.Context, source: in.Source}
	r.Stats.Files = 1
	rc, err := open(in)
	if err != nil {
		r.fail(in, err)
		return r
	}
	defer func() { _ = rc.Close() }() // reading is over; there is nothing to lose
	file := &source.File{Name: in.Name, Stdin: in.Stdin}
	s := newSplitter(rc, file, l.buf)
	var parts []*part
	for {
		if err := l.ctx.Err(); err != nil {
			r.err = err
			break
		}
		c, err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.fail(in, err)
			break
		}
		if p := l.document(r, &c, in, s.read > bigStream); p != nil {
			parts = append(parts, p)
			if len(parts) > mostWaiting {
				<-parts[0].done
				r.absorb(parts[0].res)
				parts = slices.Delete(parts, 0, 1)
			}
		}
	}
	for _, p := range parts {
		<-p.done
		r.absorb(p.res)
	}
	r.Stats.Bytes = s.read
	if cap(s.buf) <= 4<<20 {
		l.buf = s.buf
	}
	r.finish(in)
	return r
}

func open(in *Input) (io.ReadCloser, error) {
	if in.Open != nil {
		return in.Open()
	}
	return os.Open(in.Name)
}

// fail records an input that could not be read: an error where the user named it, else a skip.
func (r *fileResult) fail(in *Input, err error) {
	if in.Named || in.Stdin {
		var pe *os.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		r.err = &ReadError{in.Name, err}
		return
	}
	r.skip(in.Name, 0, SkipUnreadable)
}

func (r *fileResult) skip(file string, line int, reason string) {
	r.Skipped = append(r.Skipped, Skip{File: file, Line: line, Reason: reason})
}

// document deals with one document: it is passed over, read here, or given to the pool, in which case the part to wait for is returned.
func (l *loader) document(r *fileResult, c *chunk, in *Input, big bool) *part {
	if onlyComments(bytes.TrimPrefix(c.Data, []byte("---"))) {
		if bytes.Contains(c.Data, []byte("# HIDDEN: The Secret output")) {
			r.skip(in.Name, c.Base.Line, SkipHelmHidden)
		}
		// Comments in front of a separator speak to nothing behind it, and their author is told so.
		r.Directives = append(r.Directives, directives(c, &Document{Span: source.Span{File: c.File, Start: c.Base, End: c.Base}}, nil, nil)...)
		return nil
	}
	r.Stats.Documents++
	g := l.opts.look(c.Data, in.Name)
	if c.values = in.Values && !in.Context; c.values {
		g.needed = g.needed || mayHoldValues(c.Data)
	}
	if c.item && c.kind != "" {
		g = glance{object: true, needed: true} // what it is stands in the list, not in it
	}
	if c.tooLarge {
		r.large(in, c, g)
		return nil
	}
	if !l.opts.NoLookAhead && !g.needed {
		if g.object {
			r.Stats.Objects++
			r.Stats.Unparsed++
		}
		return nil
	}
	if !big {
		l.opts.read(r, c, g)
		return nil
	}
	// Many documents may wait: they must not share the splitter's buffer.
	own := *c
	own.Data = bytes.Clone(c.Data)
	p := &part{done: make(chan struct{}), res: &fileResult{}}
	l.pool.do(func() {
		defer close(p.done)
		l.opts.read(p.res, &own, g)
	})
	return p
}

// large records a document beyond the limit: an error where it looks like Kubernetes, since then it was not looked at.
func (r *fileResult) large(in *Input, c *chunk, g glance) {
	if !g.object {
		r.skip(in.Name, c.Base.Line, SkipTooLarge)
		return
	}
	r.err = errors.Join(r.err, &ReadError{in.Name, fmt.Errorf("the document at line %d is larger than %d MiB and was not checked: split it with \"---\" lines", c.Base.Line, maxDocument>>20)})
}

// parsers are used again and again: their nodes are let go with each document.
var parsers = sync.Pool{New: func() any { return new(fastyaml.Parser) }}

// read parses one document and takes what matters from it.
func (o *Options) read(r *fileResult, c *chunk, g glance) {
	doc := &Document{Span: source.Span{File: c.File, Start: c.Base, End: c.Base}, Template: helmSource(c.Data)}
	fast := parsers.Get().(*fastyaml.Parser) //nolint:forcetypeassert // the pool holds nothing else
	defer parsers.Put(fast)
	roots, err := parse(c, fast)
	if err != nil {
		switch {
		case !g.needed:
		case bytes.Contains(c.Data, []byte("{{")) || bytes.Contains(c.Data, []byte("{%")):
			if r.template == 0 {
				r.template = c.Base.Line
			}
		case c.item && isUnknownAnchor(err):
			r.skip(c.File.Name, c.Base.Line, SkipListAlias) // the anchor may well stand in another item
		case c.values && !g.object:
			r.skip(c.File.Name, c.Base.Line, SkipValues)
		case g.object && looksKubernetes(c.Data):
			doc.Err = err
			r.Broken = append(r.Broken, doc)
		}
		return
	}
	if r.template == 0 && isTemplate(c.File.Name, c.Data, roots) {
		r.template = c.Base.Line
	}
	before := len(r.objects)
	for _, root := range roots {
		x := extractor{c: c, doc: doc, opts: o, out: r, trace: bytes.Contains(c.Data, directiveWord)}
		if c.item {
			x.object(resolve(root), c.apiVersion, c.kind)
		} else if !x.root(root) && c.values {
			x.values(root)
		}
		if (len(r.objects) > before || c.values) && x.trace {
			r.Directives = append(r.Directives, directives(c, doc, root, x.ranges)...)
		}
	}
	if n := len(r.objects) - before; n > 0 {
		r.Stats.Objects += n
	}
}

// looksKubernetes reports whether a broken document was meant as a Kubernetes object: apiVersion and kind begin lines of it.
func looksKubernetes(data []byte) bool {
	if jsonStart(data) >= 0 {
		return bytes.Contains(data, []byte(`"apiVersion"`)) && bytes.Contains(data, []byte(`"kind"`))
	}
	var version, kind bool
	for line := range bytes.Lines(data) {
		t := bytes.TrimLeft(line, " \t-\"'{")
		version = version || bytes.HasPrefix(t, wordAPIVersion)
		kind = kind || bytes.HasPrefix(t, wordKind)
		if version && kind {
			return true
		}
	}
	return false
}

// helmSource is the file named by Helm's comment "# Source: chart/templates/x.yaml" at the head of a document.
func helmSource(data []byte) string {
	for len(data) > 0 {
		line := data
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			line, data = data[:i], data[i+1:]
		} else {
			data = nil
		}
		line = bytes.TrimSpace(line)
		if rest, ok := bytes.CutPrefix(line, []byte("# Source: ")); ok {
			return string(rest)
		}
		if len(line) > 0 && line[0] != '#' && !isMarker(line, '-') {
			return ""
		}
	}
	return ""
}

func (r *fileResult) absorb(p *fileResult) {
	r.add(&p.Set)
	r.objects = append(r.objects, p.objects...)
	if r.template == 0 {
		r.template = p.template
	}
}

// finish says of a whole input what was passed over, once its documents are known.
func (r *fileResult) finish(in *Input) {
	sortByPlace(r)
	if r.template > 0 {
		r.unrendered()
		r.skip(in.Name, r.template, SkipTemplate)
	}
	switch {
	case r.err != nil || len(r.Skipped) > 0:
	case in.Values && !in.Context && r.Stats.Objects == 0 && len(r.Broken) == 0 && r.Stats.Documents > 0:
		r.Stats.Values = 1
	case r.Stats.Documents == 0:
		r.skip(in.Name, 0, SkipEmpty)
	case r.Stats.Objects == 0 && len(r.Broken) == 0:
		r.skip(in.Name, 0, SkipNotKubernetes)
	}
	for _, o := range r.objects {
		o.Context = in.Context
	}
	r.objects = nil
}

// unrendered takes back what was read out of a template as if it were YAML: what its tool prints is not known.
func (r *fileResult) unrendered() {
	for _, o := range r.objects {
		o.Doc.Unrendered = true
	}
	for _, w := range r.Values {
		w.Doc.Unrendered = true
	}
	for _, s := range r.Secrets {
		s.Sealed, s.Payload = true, nil
	}
	r.Duplicates, r.Stats.Objects = nil, 0
}

// sortByPlace puts into the order of the file what was read out of it.
func sortByPlace(r *fileResult) {
	slices.SortStableFunc(r.Workloads, func(a, b *Workload) int { return cmp.Compare(a.Doc.Span.Start.Offset, b.Doc.Span.Start.Offset) })
}

// asRefError is the diagnosis that imageref.Parse returns.
func asRefError(err error) *imageref.Error {
	var e *imageref.Error
	if !errors.As(err, &e) {
		e = &imageref.Error{Detail: "it is no image reference", Kubelet: err.Error()}
	}
	return e
}

// part is a document that the pool reads.
type part struct {
	res  *fileResult
	done chan struct{}
}

// pool runs functions on a fixed number of goroutines.
type pool struct {
	work chan func()
	wg   sync.WaitGroup
}

func newPool(n int) *pool {
	p := &pool{work: make(chan func(), n)}
	for range n {
		p.wg.Add(1)
		go func() {
			defer p.wg.Done()
			for f := range p.work {
				f()
			}
		}()
	}
	return p
}

func (p *pool) do(f func()) { p.work <- f }

func (p *pool) close() {
	close(p.work)
	p.wg.Wait()
}

// At is the span of the bytes [from, to) of Raw: a part of the reference's own span, or of the piece of a split object that holds them.
func (i *ImageRef) At(from, to int) source.Span {
	for _, p := range i.Pieces {
		if from >= p.From && to <= p.To {
			return p.Span.Sub(from-p.From, to-p.From)
		}
	}
	if i.Field != FieldSplit {
		return i.Span.Sub(from, to)
	}
	for _, p := range i.Parts {
		at := strings.LastIndex(i.Raw, p.Value)
		if at >= 0 && from >= at && to <= at+len(p.Value) {
			return p.Span.Sub(from-at, to-at)
		}
	}
	return i.Span
}
