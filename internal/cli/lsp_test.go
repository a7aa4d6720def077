package cli_test

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/imagelint-dev/imagelint/internal/cli"
)

// The language server asks registries as --probe does, if the user's settings say so, and never otherwise.
func TestEditorProbes(t *testing.T) {
	for _, probes := range []bool{false, true} {
		l := newLab(t, serveOne)
		t.Setenv("XDG_CACHE_HOME", t.TempDir())
		in, keys := io.Pipe()
		screen, out := io.Pipe()
		c := cli.Command{Stdin: in, Stdout: out, Stderr: io.Discard, Now: time.Now, Getenv: func(string) string { return "" }}
		ended := make(chan int, 1)
		go func() {
			ended <- c.Main(t.Context(), []string{"imagelint", "lsp"})
			_ = out.Close()
		}()
		found := make(chan struct{}, 100)
		go func() {
			var seen strings.Builder
			for buf := make([]byte, 4096); ; {
				n, err := screen.Read(buf)
				if seen.Write(buf[:n]); strings.Contains(seen.String(), `"probe-tag-not-found"`) {
					found <- struct{}{}
					seen.Reset()
				}
				if err != nil {
					return
				}
			}
		}()
		send := func(id int, method string, params any) {
			m := map[string]any{"jsonrpc": "2.0", "method": method, "params": params}
			if id > 0 {
				m["id"] = id
			}
			text, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(keys, "Content-Length: %d\r\n\r\n%s", len(text), text)
		}
		root := "file://" + filepath.ToSlash(l.dir)
		settings := map[string]any{"configFile": "imagelint.yaml", "probeOnSave": probes, "rules": map[string]string{"image-localhost-registry": "off"}}
		send(1, "initialize", map[string]any{"rootUri": root, "capabilities": map[string]any{}, "initializationOptions": settings})
		send(0, "initialized", map[string]any{})
		send(0, "textDocument/didSave", map[string]any{"textDocument": map[string]any{"uri": root + "/pod.yaml"}})
		if probes {
			select {
			case <-found:
			case <-time.After(20 * time.Second):
				t.Error("the tag is not reported as missing")
			}
		} else {
			time.Sleep(300 * time.Millisecond) // for what runs in the background
		}
		send(2, "shutdown", nil)
		send(0, "exit", nil)
		if code := <-ended; code != cli.ExitOK {
			t.Errorf("exit %d", code)
		}
		if n := l.requests.Load(); n > 0 != probes {
			t.Errorf("asks: %t, %d requests", probes, n)
		}
	}
}
