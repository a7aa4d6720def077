// Package lsp is a language server: it translates between the Language Server Protocol and the engine. It
// knows editors, their buffers and their character encodings. It does not judge; texts about pulls and images
// come from package report.
package lsp

import (
	"context"
	"io"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/lint"
)

// Options configure a server.
type Options struct {
	// Version is imagelint's version.
	Version string
	// Now returns the current time, for the expiry of credentials and suppressions.
	Now func() time.Time
	// SudoUser is the value of SUDO_UID; see config.Find.
	SudoUser string
	// Worker is the command that starts a worker process; see engine.Render.
	Worker []string
	// Prober returns a prober for a configuration, or nil. It is called only if the user's settings
	// enable probing.
	Prober func(*config.Config) (lint.Prober, error)
	// Panicked, if set, is called when a request panics. The client gets an error, too.
	Panicked func(method string, cause any)

	slowAfter time.Duration // in tests; 0 means the constant
}

// Serve runs one session, until the client sends exit, closes its end or dies. orderly is true if the client
// sent shutdown first, as the protocol requires.
func Serve(ctx context.Context, in io.ReadCloser, out io.Writer, o Options) (orderly bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := newServer(o)
	s.conn = jsonrpc2.NewConn(ctx, newStream(in, out), s, jsonrpc2.SetLogger(discard{}))
	close(s.connected)
	<-s.conn.DisconnectNotify()
	cancel()
	s.stop()
	return s.isShutDown()
}

// discard discards the library's log, which may quote the client's text.
type discard struct{}

func (discard) Printf(string, ...any) {}
