// Package lsp is a language server: it turns the protocol's requests into questions to the engine, and the answers into the protocol's words. It knows
// editors, their buffers and how they count characters; it judges nothing, and what it prints of pulls and images package report has written.
package lsp

import (
	"context"
	"io"
	"time"

	"github.com/sourcegraph/jsonrpc2"
)

// Options are what a server is told by whoever starts it.
type Options struct {
	// Version is imagelint's own.
	Version string
	// Now is the time by which credentials and suppressions expire.
	Now func() time.Time
	// SudoUser is what SUDO_UID holds; see config.Find.
	SudoUser string
	// Worker is the command that starts a worker process; see engine.Render.
	Worker []string
	// Panicked is told of a request that the server failed on; nil for nobody. The client hears of it, too.
	Panicked func(method string, cause any)
}

// Serve speaks to one client until it says exit, closes its end, or its process is gone. It reports whether the client has said shutdown before, as the
// protocol wants it.
func Serve(ctx context.Context, in io.ReadCloser, out io.Writer, o Options) (orderly bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := newServer(o)
	s.conn = jsonrpc2.NewConn(ctx, newStream(in, out), s, jsonrpc2.SetLogger(silent{}))
	close(s.connected)
	<-s.conn.DisconnectNotify()
	cancel()
	s.stop()
	return s.isShutDown()
}

// silent drops what the library would log: it may quote the client's text.
type silent struct{}

func (silent) Printf(string, ...any) {}
