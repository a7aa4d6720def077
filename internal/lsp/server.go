package lsp

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/sourcegraph/jsonrpc2"
)

// maxRequests limits the requests answered at once. A client that sends more waits.
const maxRequests = 32

// server is one session with a client.
type server struct {
	o         Options
	conn      *jsonrpc2.Conn
	connected chan struct{} // closed once conn is set
	slots     chan struct{}
	running   sync.WaitGroup

	publishing sync.Mutex
	published  map[string]publication // by URI

	mu       sync.Mutex
	phase    phase
	client   capabilities
	encoding encoding
	settings settings
	change   int64                // counts the client's changes
	docs     map[string]*document // by path
	// dirty holds the paths of documents that differ from what was last rendered, each with the change by
	// which it was saved, or 0 if unsaved.
	dirty   map[string]int64
	spaces  map[string]*workspace
	cancels map[jsonrpc2.ID]context.CancelFunc
	// shownOnce holds the messages that are shown once, until their cause is gone.
	shownOnce map[string]bool
	// unrendered limits the message about a missing rendering program to once per session.
	unrendered sync.Once
	ctx        context.Context
	stop       context.CancelFunc
}

// phase is the state of a session.
type phase int

const (
	phaseNew phase = iota
	phaseReady
	phaseShutDown
)

func newServer(o Options) *server {
	s := &server{
		o: o, connected: make(chan struct{}), slots: make(chan struct{}, maxRequests), encoding: encodingUTF16,
		published: map[string]publication{}, docs: map[string]*document{}, dirty: map[string]int64{}, spaces: map[string]*workspace{}, cancels: map[jsonrpc2.ID]context.CancelFunc{},
		shownOnce: map[string]bool{},
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.ctx, s.stop = ctx, func() { cancel(); s.running.Wait() }
	return s
}

func (s *server) isShutDown() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.phase == phaseShutDown
}

// notifications are handled one after another, in order.
var notifications = map[string]func(*server, context.Context, json.RawMessage) error{
	"initialized":                         func(s *server, ctx context.Context, _ json.RawMessage) error { return s.initialized(ctx) },
	"textDocument/didOpen":                taking((*server).didOpen),
	"textDocument/didChange":              taking((*server).didChange),
	"textDocument/didClose":               taking((*server).didClose),
	"textDocument/didSave":                taking((*server).didSave),
	"workspace/didChangeWatchedFiles":     func(s *server, _ context.Context, _ json.RawMessage) error { return s.filesChanged() },
	"workspace/didChangeConfiguration":    taking((*server).settingsChanged),
	"workspace/didChangeWorkspaceFolders": taking((*server).foldersChanged),
}

// requests are handled concurrently.
var requests = map[string]func(*server, context.Context, json.RawMessage) (any, error){
	"textDocument/codeAction": answering((*server).codeActions),
	"textDocument/completion": answering((*server).completion),
	"textDocument/hover":      answering((*server).hover),
	"textDocument/definition": answering((*server).definition),
	"textDocument/references": answering((*server).references),
}

// taking decodes the parameters of a notification.
func taking[P any](handle func(*server, context.Context, *P) error) func(*server, context.Context, json.RawMessage) error {
	return func(s *server, ctx context.Context, raw json.RawMessage) error {
		var p P
		if err := decode(raw, &p); err != nil {
			return err
		}
		return handle(s, ctx, &p)
	}
}

// answering decodes the parameters of a request.
func answering[P, R any](handle func(*server, context.Context, *P) (R, error)) func(*server, context.Context, json.RawMessage) (any, error) {
	return func(s *server, ctx context.Context, raw json.RawMessage) (any, error) {
		var p P
		if err := decode(raw, &p); err != nil {
			return nil, err
		}
		return handle(s, ctx, &p)
	}
}

func decode(raw json.RawMessage, to any) error {
	if len(raw) == 0 {
		raw = json.RawMessage("{}")
	}
	if err := json.Unmarshal(raw, to); err != nil {
		return &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: "the parameters do not have the form of the protocol"}
	}
	return nil
}

// Error codes that the protocol adds to JSON-RPC's.
const (
	codeNotInitialized   = -32002
	codeRequestCancelled = -32800
	codeContentModified  = -32801
)

// Handle implements jsonrpc2.Handler. It is called for one message at a time.
func (s *server) Handle(ctx context.Context, _ *jsonrpc2.Conn, req *jsonrpc2.Request) {
	<-s.connected
	var raw json.RawMessage
	if req.Params != nil {
		raw = *req.Params
	}
	if req.Notif {
		s.notified(ctx, req.Method, raw)
		return
	}
	switch req.Method {
	case "initialize", "shutdown":
		s.reply(ctx, req, func() (any, error) {
			if req.Method == "shutdown" {
				return nil, s.shutdown()
			}
			var p initializeParams
			if err := decode(raw, &p); err != nil {
				return nil, err
			}
			return s.initialize(&p)
		})
		return
	}
	if err := s.ready(); err != nil {
		s.reply(ctx, req, func() (any, error) { return nil, err })
		return
	}
	handle, ok := requests[req.Method]
	if !ok {
		s.reply(ctx, req, func() (any, error) {
			return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound, Message: fmt.Sprintf("unknown method %q", req.Method)}
		})
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	s.mu.Lock()
	s.cancels[req.ID] = cancel
	s.mu.Unlock()
	s.slots <- struct{}{}
	s.running.Go(func() {
		defer func() {
			s.mu.Lock()
			delete(s.cancels, req.ID)
			s.mu.Unlock()
			cancel()
			<-s.slots
		}()
		s.reply(ctx, req, func() (any, error) { return handle(s, ctx, raw) })
	})
}

// notified handles a notification. Nobody waits for its result, so errors are sent to the client's log.
func (s *server) notified(ctx context.Context, method string, raw json.RawMessage) {
	switch method {
	case "exit":
		_ = s.conn.Close() // as requested
		return
	case "$/cancelRequest":
		var p struct {
			ID jsonrpc2.ID `json:"id"`
		}
		if json.Unmarshal(raw, &p) == nil {
			s.mu.Lock()
			if cancel := s.cancels[p.ID]; cancel != nil {
				cancel()
			}
			s.mu.Unlock()
		}
		return
	}
	handle, ok := notifications[method]
	if !ok || s.ready() != nil {
		return
	}
	_, err := s.guarded(method, func() (any, error) { return nil, handle(s, ctx, raw) })
	if err != nil {
		s.log(method + ": " + err.Error())
	}
}

// ready returns an error before initialize and after shutdown.
func (s *server) ready() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch s.phase {
	case phaseNew:
		return &jsonrpc2.Error{Code: codeNotInitialized, Message: "the server is not initialized"}
	case phaseShutDown:
		return &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidRequest, Message: "the server is shut down"}
	}
	return nil
}

// reply answers a request with the result of handle.
func (s *server) reply(ctx context.Context, req *jsonrpc2.Request, handle func() (any, error)) {
	result, err := s.guarded(req.Method, handle)
	response := &jsonrpc2.Response{ID: req.ID}
	switch known, ok := err.(*jsonrpc2.Error); { //nolint:errorlint // never wrapped
	case ok:
		response.Error = known
	case err != nil && ctx.Err() != nil:
		response.Error = &jsonrpc2.Error{Code: codeRequestCancelled, Message: "cancelled"}
	case err != nil:
		response.Error = &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: err.Error()}
	default:
		if err := response.SetResult(result); err != nil {
			response.Error = &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: "the answer cannot be written"}
		}
	}
	_ = s.conn.SendResponse(ctx, response) // if the client is gone, nothing is lost
}

// guarded turns a panic into an error. The error omits the panic's value, which may quote a
// document.
func (s *server) guarded(method string, handle func() (any, error)) (result any, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			if s.o.Panicked != nil {
				s.o.Panicked(method, cause)
			}
			result, err = nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: fmt.Sprintf("imagelint failed on %q", method)}
		}
	}()
	return handle()
}

// initialize reads the client's capabilities and workspace folders.
func (s *server) initialize(p *initializeParams) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase != phaseNew {
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidRequest, Message: "the server is initialized already"}
	}
	s.phase, s.client = phaseReady, p.Capabilities
	for _, e := range p.Capabilities.General.PositionEncodings { // in the client's order of preference
		if known := []encoding{encodingUTF8, encodingUTF16, encodingUTF32}; slices.Contains(known, encoding(e)) {
			s.encoding = encoding(e)
			break
		}
	}
	s.settings = settings{raw: p.InitializationOptions}
	folders := p.WorkspaceFolders
	if len(folders) == 0 && p.RootURI != nil {
		folders = []folder{{URI: *p.RootURI}}
	} else if len(folders) == 0 && p.RootPath != nil && *p.RootPath != "" {
		folders = []folder{{URI: uriOf(*p.RootPath)}}
	}
	for _, f := range folders {
		s.addFolder(f.URI)
	}
	if p.ProcessID != nil && *p.ProcessID > 0 && isAlive(*p.ProcessID) { // in a container, this ID may belong to another process
		s.running.Go(func() { s.watchParent(*p.ProcessID) })
	}
	return map[string]any{
		"serverInfo": map[string]string{"name": "imagelint", "version": s.o.Version},
		"capabilities": map[string]any{
			"positionEncoding":   s.encoding,
			"textDocumentSync":   map[string]any{"openClose": true, "change": 2, "save": map[string]bool{"includeText": false}},
			"workspace":          map[string]any{"workspaceFolders": map[string]bool{"supported": true, "changeNotifications": true}},
			"codeActionProvider": map[string]any{"codeActionKinds": []string{kindQuickFix, kindFixAll, kindFixAllOurs}},
			"completionProvider": map[string]any{"triggerCharacters": []string{":", " ", "-", "\""}},
			"hoverProvider":      true,
			"definitionProvider": true,
			"referencesProvider": true,
		},
	}, nil
}

// initialized asks the client for its settings and for notifications about changed files.
func (s *server) initialized(context.Context) error {
	s.mu.Lock()
	watches, configures := s.client.Workspace.DidChangeWatchedFiles.DynamicRegistration, s.client.Workspace.Configuration
	s.mu.Unlock()
	if watches {
		s.running.Go(func() {
			watchers := []map[string]string{{"globPattern": "**/*.{yaml,yml,json,tpl}"}, {"globPattern": "**/{Tiltfile,.gitignore,.imagelint.yaml}"}}
			_ = s.conn.Call(s.ctx, "client/registerCapability", map[string]any{"registrations": []map[string]any{
				{"id": "imagelint-files", "method": "workspace/didChangeWatchedFiles", "registerOptions": map[string]any{"watchers": watchers}},
			}}, nil) // without it, files are read again only on save
		})
	}
	if configures {
		s.running.Go(s.fetchSettings)
	}
	s.wakeAll(true)
	return nil
}

func (s *server) shutdown() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase == phaseNew {
		return &jsonrpc2.Error{Code: codeNotInitialized, Message: "the server is not initialized"}
	}
	s.phase = phaseShutDown
	for _, w := range s.spaces {
		w.close()
	}
	return nil
}

// log sends a message to the client's log.
func (s *server) log(message string) { s.tell("window/logMessage", severityWarning, message) }

// show shows a message to the user.
func (s *server) show(message string) { s.tell("window/showMessage", severityWarning, message) }

// showOnce shows a message unless it was already shown, however many workspaces it concerns.
func (s *server) showOnce(kind int, message string) {
	s.mu.Lock()
	known := s.shownOnce[message]
	s.shownOnce[message] = true
	s.mu.Unlock()
	if !known {
		s.tell("window/showMessage", kind, message)
	}
}

// forget allows a message to be shown again after its cause is gone.
func (s *server) forget(message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.shownOnce, message)
}

func (s *server) tell(method string, kind int, message string) {
	_ = s.conn.Notify(s.ctx, method, map[string]any{"type": kind, "message": message}) // if the client is gone, nothing is lost
}
