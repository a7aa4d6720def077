package lsp

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/files"
)

// workspace is a folder opened in the editor, or a single file opened outside of all folders.
type workspace struct {
	s      *server
	root   string
	folder bool
	ctx    context.Context
	close  context.CancelFunc

	// Guarded by server.mu.
	wanted   int64         // the latest change to lint
	reload   bool          // read the configuration again
	rerender bool          // render again
	saved    int64         // the change by which a file was saved last
	cancel   func()        // stops the current run; nil if there is none or it must finish
	wake     chan struct{} // capacity 1
	news     chan struct{} // closed when there is a new result
	latest   *result
	// outdated stops requests whose answers a change makes useless, so that typing does not wait for them.
	outdated map[*context.CancelFunc]bool

	// engines guards the fields below: an engine serves one request at a time.
	engines sync.Mutex
	typed   engine.Engine
	setup   *setup
	// setupErrors are the errors in the configuration.
	setupErrors []*config.Error
	// broken is the message about them; "" if there are none.
	broken string
	// warnedDropped is true after the message about dropped findings was shown.
	warnedDropped bool

	state savedState
}

// result is the latest result of a workspace.
type result struct {
	change int64
	saved  int64 // the change by which a file was saved last
	docs   map[string]*document
	setup  *setup // nil if the configuration cannot be read
	loaded *engine.Loaded
	*engine.Response
	configErrors []*config.Error
	seen         *view         // guarded by workspace.engines
	published    chan struct{} // closed once its diagnostics are sent
}

// addFolder adds a workspace. The caller holds the lock.
func (s *server) addFolder(uri string) {
	if path := pathOf(uri); path != "" {
		s.addSpace(path, true)
	}
}

func (s *server) addSpace(root string, folder bool) *workspace {
	if w := s.spaces[root]; w != nil {
		return w
	}
	s.change++
	w := &workspace{
		s: s, root: root, folder: folder, wanted: s.change, reload: true, rerender: true,
		wake: make(chan struct{}, 1), news: make(chan struct{}),
	}
	w.ctx, w.close = context.WithCancel(s.ctx)
	s.spaces[root] = w
	s.running.Go(w.run)
	return w
}

// end stops a workspace and clears its diagnostics in the client.
func (s *server) end(w *workspace) {
	w.close()
	s.running.Go(w.publish)
}

// spaceOf returns the innermost workspace of a file, or nil. The caller holds the lock.
func (s *server) spaceOf(path string) *workspace {
	var found *workspace
	for root, w := range s.spaces {
		if (root == path || w.folder && files.Below(path, root)) && (found == nil || len(root) > len(found.root)) {
			found = w
		}
	}
	return found
}

func (s *server) foldersChanged(_ context.Context, p *foldersParams) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range p.Event.Removed {
		if w := s.spaces[pathOf(f.URI)]; w != nil && w.folder {
			delete(s.spaces, w.root)
			s.end(w)
		}
	}
	for _, f := range p.Event.Added {
		s.addFolder(f.URI)
	}
	for path, w := range s.spaces { // files opened alone may now belong to a folder
		if w.folder {
			continue
		}
		if delete(s.spaces, path); s.spaceOf(path) == nil {
			s.spaces[path] = w
			continue
		}
		s.end(w)
	}
	for path := range s.docs { // open files may no longer belong to a folder
		if s.spaceOf(path) == nil {
			s.addSpace(path, false)
		}
	}
	s.wakeLocked(false)
	return nil
}

func (s *server) didOpen(_ context.Context, p *didOpenParams) error {
	path := pathOf(p.TextDocument.URI)
	if path == "" {
		return nil
	}
	unsaved := !isSaved(path, p.TextDocument.Text)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.change++
	if unsaved {
		s.dirty[path] = 0
	}
	s.docs[path] = newDocument(p.TextDocument.URI, path, p.TextDocument.Version, p.TextDocument.Text, s.change)
	w := s.spaceOf(path)
	if w == nil {
		w = s.addSpace(path, false)
	}
	w.touch(s.change)
	return nil
}

// isSaved reports whether the file on disk has this text. Editors open files that do not exist yet, and restore
// texts that were never saved. They also convert byte order marks and line breaks, so differences in these do
// not count.
func isSaved(path, text string) bool {
	data, err := files.Read(path, 2*int64(len(text))+maxMark)
	if err != nil {
		return false
	}
	plain := strings.NewReplacer("\ufeff", "", "\r", "").Replace
	return strings.TrimRight(plain(string(data)), "\n") == strings.TrimRight(plain(text), "\n")
}

// maxMark limits how much longer than twice the editor's text a file can be: a byte order mark and the last
// line break.
const maxMark = 5

func (s *server) didChange(_ context.Context, p *didChangeParams) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.docs[pathOf(p.TextDocument.URI)]
	if d == nil {
		return nil
	}
	s.change++
	s.dirty[d.path] = 0
	s.docs[d.path] = d.changed(p.ContentChanges, p.TextDocument.Version, s.change, s.encoding)
	if w := s.spaceOf(d.path); w != nil {
		w.touch(s.change)
	}
	return nil
}

func (s *server) didClose(_ context.Context, p *didOpenParams) error {
	path := pathOf(p.TextDocument.URI)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.docs[path] == nil {
		return nil
	}
	s.change++
	delete(s.docs, path)
	delete(s.dirty, path)
	switch w := s.spaceOf(path); {
	case w == nil:
	case !w.folder:
		delete(s.spaces, path)
		s.end(w)
	default:
		w.touch(s.change)
	}
	return nil
}

func (s *server) didSave(_ context.Context, p *didOpenParams) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := pathOf(p.TextDocument.URI)
	s.change++
	if _, ok := s.dirty[path]; ok {
		s.dirty[path] = s.change
	}
	if w := s.spaceOf(path); w != nil {
		w.rerender, w.saved = true, s.change
		w.reload = w.reload || isConfiguration(path)
		w.touch(s.change)
	}
	return nil
}

// filesChanged handles changes made outside the editor.
func (s *server) filesChanged() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.change++
	s.wakeLocked(true)
	for _, w := range s.spaces {
		w.reload = true
	}
	return nil
}

func isConfiguration(path string) bool {
	base := strings.ToLower(filepath.Base(path))
	return base == config.Name || base == config.ShortName
}

// touch requests a run that includes a change. The caller holds the lock.
func (w *workspace) touch(change int64) {
	w.wanted = change
	for stop := range w.outdated {
		(*stop)()
	}
	if w.cancel != nil {
		w.cancel()
	}
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// untilChange returns a context that ends when the workspace changes after a result.
func (w *workspace) untilChange(ctx context.Context, r *result) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	if w.outdated == nil {
		w.outdated = map[*context.CancelFunc]bool{}
	}
	if w.outdated[&cancel] = true; w.wanted > r.change {
		cancel()
	}
	return ctx, func() {
		cancel()
		w.s.mu.Lock()
		defer w.s.mu.Unlock()
		delete(w.outdated, &cancel)
	}
}

// wakeAll requests a run in all workspaces.
func (s *server) wakeAll(render bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.change++
	s.wakeLocked(render)
}

func (s *server) wakeLocked(render bool) {
	for _, w := range s.spaces {
		w.rerender = w.rerender || render
		w.touch(s.change)
	}
}

// A run waits debounce for further typing. After a few interruptions it runs to its end, so that holding
// down a key does not suppress results.
const (
	settleFor    = 5 * time.Millisecond
	maxCancelled = 3
)

// run lints after each change.
func (w *workspace) run() {
	defer w.state.wait()
	cancelled := 0
	for {
		select {
		case <-w.ctx.Done():
			return
		case <-w.wake:
		}
		select {
		case <-w.ctx.Done():
			return
		case <-time.After(settleFor):
		}
		select { // include changes that arrived meanwhile
		case <-w.wake:
		default:
		}
		if w.once(cancelled < maxCancelled) {
			cancelled = 0
		} else {
			cancelled++
		}
	}
}

// buffers returns the workspace's open documents. The caller holds the lock.
func (w *workspace) buffers() (docs map[string]*document, texts map[string]files.Buffer) {
	docs, texts = map[string]*document{}, map[string]files.Buffer{}
	for path, d := range w.s.docs {
		docs[path] = d
		texts[path] = files.Buffer{Text: []byte(d.text), Modified: d.modified}
	}
	return docs, texts
}

// once lints once. It returns false if the run was interrupted.
func (w *workspace) once(stoppable bool) bool {
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	w.s.mu.Lock()
	if stoppable {
		w.cancel = cancel
	}
	next := &result{change: w.wanted, saved: w.saved, published: make(chan struct{})}
	reload, rerender, settings := w.reload || w.setup == nil, w.rerender, w.s.settings
	w.reload, w.rerender = false, false
	var texts map[string]files.Buffer
	next.docs, texts = w.buffers()
	first := w.folder && w.latest == nil
	w.s.mu.Unlock()
	if first {
		defer w.reportSlow()()
	}
	_, err := w.s.guarded("textDocument/publishDiagnostics", func() (any, error) {
		return nil, w.lint(ctx, next, texts, reload, settings)
	})
	w.s.mu.Lock()
	w.cancel = nil
	if ctx.Err() != nil {
		w.reload, w.rerender = w.reload || reload, w.rerender || rerender
		w.s.mu.Unlock()
		return false
	}
	w.latest = next
	close(w.news)
	w.news = make(chan struct{})
	w.s.mu.Unlock()
	if err != nil {
		w.s.log(err.Error())
	}
	w.publish()
	close(next.published)
	if rerender {
		w.render(next)
	}
	return true
}

// lint lints the files, with open buffers replacing those on disk.
func (w *workspace) lint(ctx context.Context, next *result, texts map[string]files.Buffer, reload bool, from settings) error {
	w.engines.Lock()
	defer w.engines.Unlock()
	if reload {
		w.configure(from)
	}
	next.setup, next.configErrors = w.setup, w.setupErrors
	if w.setup == nil {
		return nil
	}
	req := w.setup.requestWith(next.docs)
	req.Files = files.Buffers{FS: files.OS, Texts: texts}
	loaded, err := w.typed.Load(ctx, req)
	if err != nil {
		return err
	}
	next.loaded = loaded
	if next.Response, err = loaded.Lint(ctx); err == nil && ctx.Err() == nil && !w.warnedDropped {
		if text := next.dropped(); text != "" {
			w.warnedDropped = true
			w.s.tell("window/showMessage", severityInformation, text)
		}
	}
	return err
}

// configure reads the configuration. If it has errors, the old one stays in use. The user gets a message,
// because the errors are shown only in the configuration file, which may not be open. The caller holds engines.
func (w *workspace) configure(from settings) {
	now, err := w.s.newSetup(w.root, w.folder, from)
	if err == nil {
		w.warnedDropped = w.warnedDropped && w.setup != nil && w.setup.request.Linter.MaxFindings == now.request.Linter.MaxFindings
		w.setup, w.setupErrors = now, nil
		if w.broken != "" {
			w.s.forget(w.broken)
			w.broken = ""
		}
		return
	}
	w.setupErrors = errorsOf(err)
	first := firstLine(err)
	if len(w.setupErrors) > 0 {
		e := w.setupErrors[0]
		first = fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
	}
	effect := "nothing is linted while the configuration has errors"
	if w.setup != nil {
		effect = "the previous configuration is used while this one has errors"
	}
	w.broken = effect + ": " + first
	w.s.showOnce(severityError, w.broken)
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// fresh waits for a result that includes all of the client's changes so far and in which the document is
// open, and until its diagnostics are sent: what a client asks about them comes after them.
func (s *server) fresh(ctx context.Context, uri string) (*workspace, *result, *document, error) {
	path := pathOf(uri)
	s.mu.Lock()
	w := s.spaceOf(path)
	for w != nil {
		r := w.latest
		if r != nil && r.change >= w.wanted {
			d := r.docs[path]
			s.mu.Unlock()
			select {
			case <-ctx.Done():
				return nil, nil, nil, ctx.Err()
			case <-r.published:
				return w, r, d, nil
			}
		}
		news := w.news
		s.mu.Unlock()
		select {
		case <-ctx.Done():
			return nil, nil, nil, ctx.Err()
		case <-w.ctx.Done():
			return nil, nil, nil, w.ctx.Err()
		case <-news:
		}
		s.mu.Lock()
	}
	s.mu.Unlock()
	return nil, nil, nil, nil
}
