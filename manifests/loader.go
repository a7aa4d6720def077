package manifests

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/manifests/internal/extract"
	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// loader reads inputs one after the other.
type loader struct {
	noLookAhead bool
	look        func(c *stream.Doc, values bool, known *extract.Kinds) extract.Glance
	lookContext func(c *stream.Doc, known *extract.Kinds) extract.Glance // for documents of the context, if sparse
	kinds       *extract.Kinds                                           // scratch
	read        func(c *stream.Doc, g extract.Glance, found *extract.Found)
	recovers    bool            // whether a panic only ends the document
	cache       *Cache          // nil for no cache
	sparse      bool            // whether to skip workloads of the context that may not matter
	skips       bool            // whether to skip them in the current input
	unseen      bool            // whether to say less about a file of nothing but such workloads
	noValues    bool            // whether nothing takes values from ConfigMaps of the context
	noAccounts  bool            // whether no pod that is read names a service account, so that some are not needed
	names       *extract.Names  // workloads of the context that name one are not skipped
	stream      stream.Splitter // scratch
	spare       *fileResult     // scratch, or nil
	doc         stream.Doc      // scratch: a stream may hold a million documents, of which nothing is kept
	found       extract.Found   // scratch
	// documentsAtOnce is the number of documents of a big stream that are parsed concurrently.
	documentsAtOnce int
	parsers         chan<- *part // nil before the first big stream
}

// bigStream is the size in bytes from which the documents of a stream are parsed on all processors.
const bigStream = 1 << 20

// maxWaiting is the maximum number of documents of a stream that are read but not yet merged.
const maxWaiting = 32

func (l *loader) load(ctx context.Context, in *Input) *fileResult {
	if r := l.cache.get(in); r != nil {
		return r
	}
	r := l.file(ctx, in)
	if r.leftTemplate { // nothing in a template is certain
		all := *l
		all.sparse, all.unseen = false, false
		r = all.file(ctx, in)
		l.stream, l.parsers, l.found = all.stream, all.parsers, all.found // the copy used, and may have grown, their memory
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
	defer func() { _ = rc.Close() }() // nothing was written, so a close error does not matter
	s := &l.stream
	s.Reset(rc, &source.File{Name: in.Name, InMemory: in.InMemory})
	if l.kinds == nil {
		l.kinds = &extract.Kinds{}
	}
	l.skips = l.sparse && in.Context && !in.Named && !in.RenderedElsewhere && !extract.IsShared(in.Name)
	r := l.spare
	if l.spare = nil; r == nil || !l.skips {
		r = newResult(in)
	}
	if err := l.documents(ctx, r, s, in); err != nil {
		r.fail(in, err)
	}
	r.Stats.Bytes = s.Read()
	s.Release(maxScratch)
	if l.unseen && l.skips && r.isEmpty() {
		shared := nothing
		switch {
		case r.leftAccounts:
			shared = unseenAccounts
		case r.leftOut:
			shared = unseen
		}
		*r = fileResult{context: true}
		l.spare = r
		return shared
	}
	r.finish(in)
	return r
}

func newResult(in *Input) *fileResult {
	r := &fileResult{context: in.Context, source: in.RenderedElsewhere}
	r.Stats.Files = 1
	return r
}

// maxScratch is the maximum size, in bytes, of a stream's buffer that is kept for the next stream.
const maxScratch = 4 << 20

// documents reads the documents of a stream. A panic while splitting is an error of the stream, because the start of
// the next document is unknown.
func (l *loader) documents(ctx context.Context, r *fileResult, s *stream.Splitter, in *Input) (err error) {
	var waiting []*part
	defer func() {
		if l.recovers && recover() != nil {
			err = &model.PanicError{}
		}
		for _, p := range waiting {
			r.take(p)
		}
	}()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if l.doc, err = s.Next(); errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if p := l.document(r, &l.doc, in, s.Read() > bigStream); p != nil {
			waiting = append(waiting, p)
			if len(waiting) > maxWaiting {
				r.take(waiting[0])
				waiting = slices.Delete(waiting, 0, 1)
			}
		}
	}
}

func open(in *Input) (io.ReadCloser, error) {
	if in.Open != nil {
		return in.Open()
	}
	return files.OpenInput(in.Name, in.Named, in.Local)
}

// document handles a document: it skips it, reads it, or passes it to the parsers and returns the part to wait for.
func (l *loader) document(r *fileResult, c *stream.Doc, in *Input, big bool) *part {
	defer l.guard(c, r, nil)
	if c.OnlyComments() {
		l.stream.Place(c)
		if bytes.Contains(c.Data, []byte("# HIDDEN: The Secret output")) {
			r.skip(in.Name, c.Base.Line, SkipHelmHidden)
		}
		// A directive before "---" applies to nothing; report it as unused.
		r.Directives = append(r.Directives, extract.Comments(c)...)
		return nil
	}
	r.Stats.Documents++
	var g extract.Glance
	if l.skips {
		g = l.lookContext(c, l.kinds)
	} else {
		g = l.look(c, in.ChartValues && !in.Context, l.kinds)
	}
	r.OpenShift = r.OpenShift || g.OpenShift
	if c.TooLarge {
		l.stream.Place(c)
		r.large(in, c, g)
		return nil
	}
	if !l.noLookAhead && !g.Needed {
		if g.Object {
			n := max(g.Items, 1)
			r.Stats.Objects += n
			r.Stats.Unparsed += n
			r.service(g.Service)
		}
		return nil
	}
	if l.skips {
		if l.noAccounts && extract.IsPlainAccount(c, &g) {
			r.leftAccounts = true
			r.leaveOut(c, &g, l.unseen, false)
			return nil
		}
		share, openShift := extract.MayShare(c, &g, !l.noValues)
		if !share && !l.names.MayBeIn(c, &g) {
			r.leaveOut(c, &g, l.unseen, openShift)
			return nil
		}
	}
	l.stream.Place(c)
	if big {
		return l.later(c, g)
	}
	l.read(c, g, &l.found)
	r.absorb(&l.found)
	return nil
}

// later passes a document to the parsers. Many documents may wait, so they must not share the splitter's buffer.
func (l *loader) later(c *stream.Doc, g extract.Glance) *part {
	p := parts.Get().(*part) //nolint:forcetypeassert // the pool holds nothing else
	p.doc, p.glance, p.data = *c, g, append(p.data[:0], c.Data...)
	p.doc.Data = p.data
	if l.parsers == nil {
		l.startParsers()
	}
	l.parsers <- p
	return p
}

// parse reads the document of a part.
func (l *loader) parse(p *part) {
	defer func() { p.done <- struct{}{} }()
	defer l.guard(&p.doc, nil, p)
	l.read(&p.doc, p.glance, &p.found)
}

// take waits for a part and adds its content to a result.
func (r *fileResult) take(p *part) {
	<-p.done
	r.absorb(&p.found)
	p.doc = stream.Doc{}
	if p.found.Reset(); cap(p.data) <= maxKept {
		parts.Put(p)
	}
}

// maxKept is the maximum size of a document in bytes for the memory of its part to be reused.
const maxKept = 256 << 10

// startParsers starts goroutines that parse documents until the loader stops. They are reused, because growing the
// stack of a new one takes a tenth of the parsing time.
func (l *loader) startParsers() {
	work := make(chan *part, l.documentsAtOnce)
	l.parsers = work
	var parsers errgroup.Group
	for range l.documentsAtOnce {
		parsers.Go(func() error {
			for p := range work {
				l.parse(p)
			}
			return nil
		})
	}
}

// stop ends the parsers, after all their documents were waited for.
func (l *loader) stop() {
	if l.parsers != nil {
		close(l.parsers)
	}
}

// guard is deferred. It turns a panic into a document that could not be read. The result takes that over, or else the part keeps it.
func (l *loader) guard(c *stream.Doc, r *fileResult, p *part) {
	if !l.recovers {
		return
	}
	if recover() == nil {
		return
	}
	if p != nil {
		p.found = *extract.Failed(c)
		return
	}
	l.stream.Place(c)
	r.absorb(extract.Failed(c))
}

// part is a document that is read concurrently.
type part struct {
	doc    stream.Doc
	glance extract.Glance
	data   []byte // of the document
	found  extract.Found
	done   chan struct{}
}

// parts is memory for documents that wait for a parser. Results do not refer to it.
var parts = sync.Pool{New: func() any { return &part{done: make(chan struct{}, 1)} }}
