package lsp

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"
)

// A session ends with shutdown and exit, or with the end of input, and the caller learns which.
func TestEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		end     func(*client)
		orderly bool
	}{
		{"shutdown and exit", func(c *client) { c.call("shutdown", nil, nil); c.notify("exit", nil) }, true},
		{"exit alone", func(c *client) { c.notify("exit", nil) }, false},
		{"shutdown and the end of the input", func(c *client) { c.call("shutdown", nil, nil); c.hangUp() }, true},
		{"the end of the input", func(c *client) { c.hangUp() }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, map[string]string{"web.yaml": deployment})
			c.end(client)
			select {
			case orderly := <-client.orderly:
				if orderly != c.orderly {
					t.Errorf("orderly: %t", orderly)
				}
				client.orderly <- orderly
			case <-time.After(wait):
				t.Fatal("the session did not end")
			}
		})
	}
}

// The session ends with the client's process, even if the pipe stays open.
func TestParent(t *testing.T) {
	t.Parallel()
	parent := exec.Command("sleep", "600")
	if err := parent.Start(); err != nil {
		t.Skipf("no sleep on this machine: %v", err)
	}
	gone := make(chan struct{})
	go func() { _ = parent.Wait(); close(gone) }()
	c := newClient(t, nil, func(params map[string]any) { params["processId"] = parent.Process.Pid })
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-gone
	select {
	case orderly := <-c.orderly:
		c.orderly <- orderly
	case <-time.After(5 * parentEvery):
		t.Error("the session did not end")
	}
}

// Requests before initialize and after shutdown get errors.
func TestPhases(t *testing.T) {
	t.Parallel()
	c := &client{tb: t, news: make(chan struct{}), orderly: make(chan bool, 1)}
	c.start()
	code := func(method string, params any) int64 {
		err, _ := c.try(method, params, nil).(*jsonrpc2.Error)
		if err == nil {
			return 0
		}
		return err.Code
	}
	for _, step := range []struct {
		method string
		params any
		code   int64
	}{
		{"textDocument/hover", positionParams{}, codeNotInitialized},
		{"shutdown", nil, codeNotInitialized},
		{"initialize", []int{1}, jsonrpc2.CodeInvalidParams},
		{"initialize", initializeParams{}, 0},
		{"initialize", initializeParams{}, jsonrpc2.CodeInvalidRequest},
		{"textDocument/none", nil, jsonrpc2.CodeMethodNotFound},
		{"shutdown", nil, 0},
		{"textDocument/hover", positionParams{}, jsonrpc2.CodeInvalidRequest},
	} {
		if got := code(step.method, step.params); got != step.code {
			t.Errorf("%s: code %d, want %d", step.method, got, step.code)
		}
	}
}

// Invalid messages get an error, or end the session at most.
func TestHostileMessages(t *testing.T) {
	t.Parallel()
	frame := func(body string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body) }
	greeting := frame(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}`)
	for _, c := range []struct {
		name, in string
		want     []string // in the answer
	}{
		{"not JSON", frame(`{"jsonrpc":`) + greeting, []string{"-32700", `"id":1`}},
		{"not an object", frame(`[1]`) + greeting, []string{"-32700", `"id":1`}},
		{"no header", "hello\r\n\r\n", nil},
		{"no length", "Content-Type: x\r\n\r\n{}", nil},
		{"a negative length", "Content-Length: -5\r\n\r\n{}", nil},
		{"a huge length", "Content-Length: 99999999999999999999\r\n\r\n{}", nil},
		{"a length that is not kept", "Content-Length: 60000000\r\n\r\n{}", nil},
		{"an endless header", strings.Repeat("x", 1<<20), nil},
		{"header in another case", "content-length:2\r\n\r\n{}" + greeting, []string{"-32700", `"id":1`}},
		{"a message beyond the bound", frame(`"`+strings.Repeat("x", maxMessage)+`"`) + greeting, []string{"larger than", `"id":1`}},
		{"deep JSON", frame(`{"jsonrpc":"2.0","id":7,"method":"initialize","params":`+strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)+"}") + greeting, []string{"-32700", `"id":1`}},
		{"a notification with wrong parameters", greeting + frame(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":[{}]}`) + frame(`{"jsonrpc":"2.0","id":3,"method":"shutdown"}`), []string{`"id":3`}},
		{"a change of what is not open", greeting + frame(`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///x.yaml"},"contentChanges":[{"text":"x"}]}}`) + frame(`{"jsonrpc":"2.0","id":3,"method":"shutdown"}`), []string{`"id":3`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			done := make(chan bool)
			go func() {
				done <- Serve(context.Background(), io.NopCloser(strings.NewReader(c.in)), &out, Options{
					Now:      func() time.Time { return today },
					Panicked: func(method string, cause any) { t.Errorf("%s: %v", method, cause) },
				})
			}()
			select {
			case <-done:
			case <-time.After(30 * time.Second):
				t.Fatal("the server did not end")
			}
			for _, want := range c.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%q is not in the answers %q", want, out.String())
				}
			}
		})
	}
}
