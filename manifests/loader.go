package manifests

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/imagelint-dev/imagelint/manifests/internal/extract"
	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// loader reads inputs one after the other.
type loader struct {
	noLookAhead bool
	look        func(c *stream.Doc, values bool) extract.Glance
	read        func(c *stream.Doc, g extract.Glance) *extract.Found
	recovers    bool   // whether a panic is the end of one document only
	cache       *Cache // nil keeps nothing
	sparse      bool   // whether workloads of the context are left out that may not matter
	unseen      bool   // whether a file of such may be left out as a whole
	buf         []byte // scratch
	// documentsAtOnce is how many documents of a big stream are parsed at once.
	documentsAtOnce int
	parsers         chan<- func() // nil before the first big stream
}

// bigStream is from how many bytes on the documents of one stream are parsed on all processors.
const bigStream = 1 << 20

// mostWaiting is how many documents of one stream may be read and not yet taken over.
const mostWaiting = 32

func (l *loader) load(ctx context.Context, in *Input) *fileResult {
	if r := l.cache.get(in); r != nil {
		return r
	}
	r := l.file(ctx, in)
	if r.leftTemplate { // nothing in a template is certain
		all := *l
		all.sparse, all.unseen = false, false
		r = all.file(ctx, in)
		l.buf, l.parsers = all.buf, all.parsers
	}
	l.cache.put(in, r)
	return r
}

func (l *loader) file(ctx context.Context, in *Input) *fileResult {
	rc, err := open(in)
	if err != nil {
		r := newResult(in)
		r.fail(in, err)
		return r
	}
	defer func() { _ = rc.Close() }() // reading is over; there is nothing to lose
	file := &source.File{Name: in.Name, InMemory: in.InMemory}
	s := stream.New(rc, file, l.buf)
	if l.leavesOut(s, in) {
		l.keepScratch(s)
		return unseen
	}
	r := newResult(in)
	if err := l.documents(ctx, r, s, in); err != nil {
		r.fail(in, err)
	}
	r.Stats.Bytes = s.Read()
	l.keepScratch(s)
	r.finish(in)
	return r
}

func newResult(in *Input) *fileResult {
	r := &fileResult{context: in.Context, source: in.RenderedElsewhere}
	r.Stats.Files = 1
	return r
}

// mostScratch is how large the buffer of one stream may be, in bytes, to be used for the next one.
const mostScratch = 4 << 20

func (l *loader) keepScratch(s *stream.Splitter) {
	if buf := s.Scratch(); cap(buf) <= mostScratch {
		l.buf = buf
	}
}

// mostUnseen is how large a file may be, in bytes, that may be left out as a whole: larger ones hold something that matters, as a rule.
const mostUnseen = 256 << 10

// leavesOut reports whether a file of the context holds nothing but workloads that may not matter, and what matters to nobody.
func (l *loader) leavesOut(s *stream.Splitter, in *Input) bool {
	if !l.sparse || !l.unseen || !in.Context || in.Named || in.RenderedElsewhere {
		return false
	}
	data, whole, err := s.Whole(mostUnseen)
	return err == nil && whole && !extract.MayMatter(in.Name, data)
}

// unseen is what is known of all files that were left out as a whole.
var unseen = &fileResult{context: true, shared: true, leftOut: true}

// documents reads the documents of a stream. A panic in cutting it is an error of the stream, since it is unknown where its next document begins.
func (l *loader) documents(ctx context.Context, r *fileResult, s *stream.Splitter, in *Input) (err error) {
	var parts []*part
	defer func() {
		if l.recovers && recover() != nil {
			err = &model.PanicError{}
		}
		for _, p := range parts {
			<-p.done
			r.absorb(p.found)
		}
	}()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		c, err := s.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
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
}

func open(in *Input) (io.ReadCloser, error) {
	if in.Open != nil {
		return in.Open()
	}
	return openFile(in.Name)
}

// document deals with one document: it is skipped, read here, or given to the parsers, in which case the part to wait for is returned.
func (l *loader) document(r *fileResult, c *stream.Doc, in *Input, big bool) *part {
	defer l.guard(c, r.absorb)
	if stream.OnlyComments(bytes.TrimPrefix(c.Data, []byte("---"))) {
		if bytes.Contains(c.Data, []byte("# HIDDEN: The Secret output")) {
			r.skip(in.Name, c.Base.Line, SkipHelmHidden)
		}
		// A directive before "---" applies to nothing; report it as unused.
		r.Directives = append(r.Directives, extract.Comments(c)...)
		return nil
	}
	r.Stats.Documents++
	g := l.look(c, in.ChartValues && !in.Context)
	r.OpenShift = r.OpenShift || g.OpenShift
	if c.TooLarge {
		r.large(in, c, g)
		return nil
	}
	if !l.noLookAhead && !g.Needed {
		if g.Object {
			r.Stats.Objects++
			r.Stats.Unparsed++
			r.service(g.Service)
		}
		return nil
	}
	if l.sparse && in.Context && !in.Named && !in.RenderedElsewhere && !extract.MayShare(c, &g) {
		r.leftOut = true
		r.leftOpenShift = r.leftOpenShift || extract.MayBeOpenShift(c)
		r.leftTemplate = r.leftTemplate || extract.MayTemplate(c.Data)
		r.leftUsers = r.leftUsers || extract.MayUseSecrets(c, &g)
		return nil
	}
	if !big {
		r.absorb(l.read(c, g))
		return nil
	}
	// Many documents may wait: they must not share the splitter's buffer.
	own := *c
	data := waiting.Get().(*[]byte) //nolint:forcetypeassert // the pool holds nothing else
	*data = append((*data)[:0], c.Data...)
	own.Data = *data
	p := &part{done: make(chan struct{})}
	if l.parsers == nil {
		l.startParsers()
	}
	l.parsers <- func() {
		defer close(p.done)
		defer l.guard(&own, func(f *extract.Found) { p.found = f })
		p.found = l.read(&own, g)
		if cap(*data) <= mostKept { // and nothing panicked
			waiting.Put(data)
		}
	}
	return p
}

// waiting is the memory of documents that wait for a parser. What is read of one shares no memory with it.
var waiting = sync.Pool{New: func() any { return new([]byte) }}

// mostKept is how large a document may be, in bytes, for its memory to be used again.
const mostKept = 256 << 10

// startParsers starts goroutines that parse documents until the loader stops. They outlive a document: the stack of a new one would have to grow
// first, which is a tenth of parsing it.
func (l *loader) startParsers() {
	work := make(chan func(), l.documentsAtOnce)
	l.parsers = work
	var parsers errgroup.Group
	for range l.documentsAtOnce {
		parsers.Go(func() error {
			for parse := range work {
				parse()
			}
			return nil
		})
	}
}

// stop ends the parsers. All that they were given was waited for.
func (l *loader) stop() {
	if l.parsers != nil {
		close(l.parsers)
	}
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

// part is a document that is read beside others.
type part struct {
	found *extract.Found
	done  chan struct{}
}
