package manifests

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests/internal/extract"
	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/model"
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

// fileResult is what was taken from one input.
type fileResult struct {
	Set
	objects  []*Object
	template int // the line of the first document that is a template, 0 where there is none
	context  bool
	err      error
}

// Load reads the inputs, several at once, and returns what they hold, sorted by their names. An input that cannot be read does not keep the
// others from being read: the set is complete but for it, and the error joins a ReadError for each.
//
// A document on which the code panics is among those of Set.Broken with a PanicError, and the others are read. In tests the panic goes on, so
// that it fails them.
func Load(ctx context.Context, inputs []Input, o Options) (*Set, error) {
	x := &extract.Options{Guess: o.Guess, Kinds: o.Kinds}
	return load(ctx, inputs, o, loader{noLookAhead: o.NoLookAhead, look: x.Look, read: x.Read, recovers: !testing.Testing()})
}

// load is Load with a loader, of which each worker has a copy.
func load(ctx context.Context, inputs []Input, o Options, with loader) (*Set, error) {
	workers := cmp.Or(o.Workers, runtime.GOMAXPROCS(0))
	// What is found must not depend on the order in which files are named.
	inputs = slices.Clone(inputs)
	slices.SortStableFunc(inputs, func(a, b Input) int { return strings.Compare(a.Name, b.Name) })
	results := make([]*fileResult, len(inputs))
	next := make(chan int)
	with.pool = newPool(workers)
	var wg sync.WaitGroup
	for range min(workers, len(inputs)) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			l := with
			for i := range next {
				results[i] = l.load(ctx, &inputs[i])
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
	with.pool.close()
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
		if r.context {
			r.Set = asContext(&r.Set)
		}
		set.Add(&r.Set)
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
func asContext(s *Set) Set {
	return Set{
		Context: s.Workloads, Secrets: s.Secrets, Accounts: s.Accounts, Patchers: s.Patchers, Folders: s.Folders, Mounted: s.Mounted,
		Kustomizations: s.Kustomizations, Settings: s.Settings, Built: s.Built,
	}
}

// loader reads inputs one after the other.
type loader struct {
	noLookAhead bool
	look        func(c *stream.Doc, values bool) extract.Glance
	read        func(c *stream.Doc, g extract.Glance) *extract.Found
	recovers    bool // whether a panic is the end of one document only
	pool        *pool
	buf         []byte // scratch
}

// bigStream is from how many bytes on the documents of one stream are parsed on all processors.
const bigStream = 1 << 20

// mostWaiting is how many documents of one stream may be read and not yet taken over.
const mostWaiting = 32

func (l *loader) load(ctx context.Context, in *Input) *fileResult {
	r := &fileResult{context: in.Context}
	r.Stats.Files = 1
	rc, err := open(in)
	if err != nil {
		r.fail(in, err)
		return r
	}
	defer func() { _ = rc.Close() }() // reading is over; there is nothing to lose
	file := &source.File{Name: in.Name, Stdin: in.Stdin}
	s := stream.New(rc, file, l.buf)
	var parts []*part
	for {
		if err := ctx.Err(); err != nil {
			r.err = err
			break
		}
		c, err := l.next(s)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.fail(in, err)
			break
		}
		if p := l.document(r, &c, in, s.Read() > bigStream); p != nil {
			parts = append(parts, p)
			if len(parts) > mostWaiting {
				<-parts[0].done
				r.absorb(parts[0].found)
				parts = slices.Delete(parts, 0, 1)
			}
		}
	}
	for _, p := range parts {
		<-p.done
		r.absorb(p.found)
	}
	r.Stats.Bytes = s.Read()
	if buf := s.Scratch(); cap(buf) <= 4<<20 {
		l.buf = buf
	}
	r.finish(in)
	return r
}

// next is the stream's next document. A panic is an error of the stream, since nobody knows where its next document begins.
func (l *loader) next(s *stream.Splitter) (c stream.Doc, err error) {
	defer func() {
		if l.recovers && recover() != nil {
			err = &model.PanicError{}
		}
	}()
	return s.Next()
}

func open(in *Input) (io.ReadCloser, error) {
	if in.Open != nil {
		return in.Open()
	}
	return os.Open(in.Name)
}

// fail records an input that could not be read: an error where the user named it or the fault is ours, else a skip.
func (r *fileResult) fail(in *Input, err error) {
	if failed := (*model.PanicError)(nil); in.Named || in.Stdin || errors.As(err, &failed) {
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
func (l *loader) document(r *fileResult, c *stream.Doc, in *Input, big bool) *part {
	defer l.guard(c, r.absorb)
	if stream.OnlyComments(bytes.TrimPrefix(c.Data, []byte("---"))) {
		if bytes.Contains(c.Data, []byte("# HIDDEN: The Secret output")) {
			r.skip(in.Name, c.Base.Line, SkipHelmHidden)
		}
		// Comments in front of a separator speak to nothing behind it, and their author is told so.
		r.Directives = append(r.Directives, extract.Comments(c)...)
		return nil
	}
	r.Stats.Documents++
	g := l.look(c, in.Values && !in.Context)
	if c.TooLarge {
		r.large(in, c, g)
		return nil
	}
	if !l.noLookAhead && !g.Needed {
		if g.Object {
			r.Stats.Objects++
			r.Stats.Unparsed++
		}
		return nil
	}
	if !big {
		r.absorb(l.read(c, g))
		return nil
	}
	// Many documents may wait: they must not share the splitter's buffer.
	own := *c
	own.Data = bytes.Clone(c.Data)
	p := &part{done: make(chan struct{})}
	l.pool.do(func() {
		defer close(p.done)
		defer l.guard(&own, func(f *extract.Found) { p.found = f })
		p.found = l.read(&own, g)
	})
	return p
}

// guard, deferred, makes of a panic what is known of the document then: that it could not be read.
func (l *loader) guard(c *stream.Doc, tell func(f *extract.Found)) {
	if !l.recovers {
		return
	}
	if recover() != nil {
		tell(extract.Failed(c))
	}
}

// large records a document beyond the limit: an error where it looks like Kubernetes, since then it was not looked at.
func (r *fileResult) large(in *Input, c *stream.Doc, g extract.Glance) {
	if !g.Object {
		r.skip(in.Name, c.Base.Line, SkipTooLarge)
		return
	}
	r.err = errors.Join(r.err, &ReadError{in.Name, fmt.Errorf("the document at line %d is larger than %d MiB and was not checked: split it with \"---\" lines", c.Base.Line, stream.MaxDocument>>20)})
}

// absorb takes over what one document holds.
func (r *fileResult) absorb(f *extract.Found) {
	r.Add(&f.Set)
	r.objects = append(r.objects, f.Objects...)
	if r.template == 0 {
		r.template = f.Template
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

// part is a document that the pool reads.
type part struct {
	found *extract.Found
	done  chan struct{}
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
