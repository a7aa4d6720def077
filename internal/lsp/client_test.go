package lsp

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/lint"
)

// client is an editor on the other end of a pipe.
type client struct {
	tb       testing.TB
	conn     *jsonrpc2.Conn
	root     string
	encoding encoding
	orderly  chan bool
	prober   func(*config.Config) (lint.Prober, error)
	hangUp   func() // closes the client's end of the pipe
	// now, if set, is called when the server asks for the time. slowAfter is its option.
	now       func()
	slowAfter time.Duration

	mu          sync.Mutex
	news        chan struct{} // closed when a message has arrived
	diagnostics map[string]publishParams
	published   int
	emptied     map[string]int // how often the diagnostics of a URI were cleared
	messages    []string
	shows       []json.RawMessage // messages shown to the user
	versions    map[string]int
	settings    json.RawMessage // the answer to workspace/configuration
	asked       []string        // methods that the server called
}

// wait is how long a test waits for an expected event.
const wait = 20 * time.Second

// today is the date of the tests.
var today = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// newClient starts a server on a folder with files and initializes it. With a nil map there is no folder.
func newClient(tb testing.TB, tree map[string]string, change ...func(map[string]any)) *client {
	tb.Helper()
	return newAsking(tb, nil, tree, change...)
}

// newAsking is newClient for a server that can probe registries.
func newAsking(tb testing.TB, prober func(*config.Config) (lint.Prober, error), tree map[string]string, change ...func(map[string]any)) *client {
	tb.Helper()
	c := &client{tb: tb, prober: prober, news: make(chan struct{}), diagnostics: map[string]publishParams{}, emptied: map[string]int{}, versions: map[string]int{}, orderly: make(chan bool, 1)}
	c.root = tb.TempDir()
	if real, err := filepath.EvalSymlinks(c.root); err == nil {
		c.root = real
	}
	for name, text := range tree {
		c.write(name, text)
	}
	c.start()
	params := map[string]any{
		"processId": os.Getpid(), "rootUri": uriOf(c.root),
		"capabilities": map[string]any{
			"workspace": map[string]any{"didChangeWatchedFiles": map[string]any{"dynamicRegistration": true}},
			"textDocument": map[string]any{"publishDiagnostics": map[string]any{
				"relatedInformation": true, "codeDescriptionSupport": true, "tagSupport": map[string]any{"valueSet": []int{1, 2}},
			}},
		},
	}
	if tree == nil {
		params["rootUri"] = nil
	}
	for _, f := range change {
		f(params)
	}
	var answer struct {
		Capabilities struct {
			PositionEncoding encoding `json:"positionEncoding"`
		} `json:"capabilities"`
	}
	c.call("initialize", params, &answer)
	c.encoding = answer.Capabilities.PositionEncoding
	c.notify("initialized", map[string]any{})
	return c
}

func (c *client) today() time.Time {
	if c.now != nil {
		c.now()
	}
	return today
}

// start connects a client to a server that ends with the test. A panic in the server fails the test.
func (c *client) start() {
	fromClient, toServer := io.Pipe()
	fromServer, toClient := io.Pipe()
	go func() {
		c.orderly <- Serve(context.Background(), fromClient, toClient, Options{
			Version: "test", Now: c.today, Prober: c.prober, slowAfter: c.slowAfter,
			Panicked: func(method string, cause any) { c.tb.Errorf("%s: panic: %v", method, cause); panic(cause) },
		})
		_ = toClient.Close()
	}()
	c.conn = jsonrpc2.NewConn(context.Background(), newStream(fromServer, toServer), c, jsonrpc2.SetLogger(discard{}))
	c.hangUp = func() { _ = toServer.Close() }
	c.tb.Cleanup(func() {
		c.hangUp()
		select {
		case <-c.orderly:
		case <-time.After(wait):
			c.tb.Error("the server did not end")
		}
		_ = c.conn.Close()
	})
}

// Handle implements jsonrpc2.Handler.
func (c *client) Handle(ctx context.Context, conn *jsonrpc2.Conn, req *jsonrpc2.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch req.Method {
	case "textDocument/publishDiagnostics":
		var p publishParams
		if err := json.Unmarshal(*req.Params, &p); err != nil {
			c.tb.Error(err)
		}
		if len(p.Diagnostics) == 0 && len(c.diagnostics[p.URI].Diagnostics) > 0 {
			c.emptied[p.URI]++
		}
		c.diagnostics[p.URI] = p
		c.published++
	case "window/logMessage", "window/showMessage":
		c.messages = append(c.messages, string(*req.Params))
		if req.Method == "window/showMessage" {
			c.shows = append(c.shows, *req.Params)
		}
	default:
		c.asked = append(c.asked, req.Method)
		var answer any
		if req.Method == "workspace/configuration" {
			answer = []json.RawMessage{c.settings}
		}
		go func() { _ = conn.Reply(ctx, req.ID, answer) }()
	}
	close(c.news)
	c.news = make(chan struct{})
}

func (c *client) path(name string) string { return filepath.Join(c.root, filepath.FromSlash(name)) }
func (c *client) uri(name string) string  { return uriOf(c.path(name)) }

func (c *client) write(name, text string) {
	c.tb.Helper()
	if err := os.MkdirAll(filepath.Dir(c.path(name)), 0o755); err != nil {
		c.tb.Fatal(err)
	}
	if err := os.WriteFile(c.path(name), []byte(text), 0o600); err != nil {
		c.tb.Fatal(err)
	}
}

func (c *client) call(method string, params, result any) {
	c.tb.Helper()
	if err := c.try(method, params, result); err != nil {
		c.tb.Fatalf("%s: %v", method, err)
	}
}

func (c *client) try(method string, params, result any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return c.conn.Call(ctx, method, params, result)
}

func (c *client) notify(method string, params any) {
	c.tb.Helper()
	if err := c.conn.Notify(context.Background(), method, params); err != nil {
		c.tb.Fatalf("%s: %v", method, err)
	}
}

func (c *client) open(name, text string) {
	c.tb.Helper()
	c.versions[name] = 1
	c.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": c.uri(name), "languageId": "yaml", "version": 1, "text": text}})
}

// change replaces a whole text.
func (c *client) change(name, text string) { c.changes(name, map[string]any{"text": text}) }

func (c *client) changes(name string, changes ...any) {
	c.tb.Helper()
	c.versions[name]++
	c.notify("textDocument/didChange", map[string]any{"textDocument": map[string]any{"uri": c.uri(name), "version": c.versions[name]}, "contentChanges": changes})
}

func (c *client) save(name, text string) {
	c.tb.Helper()
	c.write(name, text)
	c.notify("textDocument/didSave", map[string]any{"textDocument": map[string]any{"uri": c.uri(name)}})
}

func (c *client) close(name string) {
	c.tb.Helper()
	c.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": c.uri(name)}})
}

// rules returns a file's diagnostics as "line:from-to rule", with lines and characters from 0 as in the
// protocol.
func (c *client) rules(name string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := []string{}
	for _, d := range c.diagnostics[c.uri(name)].Diagnostics {
		out = append(out, fmt.Sprintf("%d:%d-%d %s", d.Range.Start.Line, d.Range.Start.Character, d.Range.End.Character, d.Code))
	}
	slices.Sort(out)
	return out
}

// want waits until a file has these diagnostics.
func (c *client) want(name string, rules ...string) {
	c.tb.Helper()
	if rules == nil {
		rules = []string{}
	}
	slices.Sort(rules)
	timeout := time.After(wait)
	for {
		c.mu.Lock()
		news := c.news
		c.mu.Unlock()
		if slices.Equal(c.rules(name), rules) {
			return
		}
		select {
		case <-news:
		case <-timeout:
			c.mu.Lock()
			defer c.mu.Unlock()
			c.tb.Fatalf("%s has\n  %s\nwant\n  %s\n%s", name, strings.Join(c.rulesLocked(name), "\n  "), strings.Join(rules, "\n  "), strings.Join(c.messages, "\n"))
		}
	}
}

// until waits until something arrives, or fails. done is called with the lock held.
func (c *client) until(done func() bool) {
	c.tb.Helper()
	timeout := time.After(wait)
	for {
		c.mu.Lock()
		news, ok := c.news, done()
		c.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-news:
		case <-timeout:
			c.tb.Fatal("the message did not arrive")
		}
	}
}

// shown checks the messages of a kind that the user was shown: how they begin, in order.
func (c *client) shown(kind int, want ...string) {
	c.tb.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	var got []string
	for _, raw := range c.shows {
		var m struct {
			Type    int    `json:"type"`
			Message string `json:"message"`
		}
		if err := json.Unmarshal(raw, &m); err != nil {
			c.tb.Fatal(err)
		}
		if m.Type == kind {
			got = append(got, m.Message)
		}
	}
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		c.tb.Errorf("messages shown:\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func (c *client) rulesLocked(name string) []string {
	c.mu.Unlock()
	defer c.mu.Lock()
	return c.rules(name)
}

// still returns a file's diagnostics after everything sent so far is processed: a request waits for it.
func (c *client) still(name string) []string {
	c.tb.Helper()
	c.call("textDocument/definition", map[string]any{"textDocument": map[string]any{"uri": c.uri(name)}, "position": position{}}, nil)
	return c.rules(name)
}

// at removes the mark from a text and returns its position.
func at(tb testing.TB, text string) (string, position) {
	tb.Helper()
	before, after, ok := strings.Cut(text, "|")
	if !ok {
		tb.Fatalf("%q has no mark", text)
	}
	d := newDocument("", "", nil, before+after, 0)
	return d.text, d.position(len(before), encodingUTF16)
}
