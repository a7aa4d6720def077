package lsp

import (
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// While a large folder is read, the user gets a message, and hovers are answered from the open document. Findings
// appear only when everything has been read.
func TestSlowFolder(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	var asked atomic.Bool
	c := &client{
		tb: t, news: make(chan struct{}), diagnostics: map[string]publishParams{}, emptied: map[string]int{}, versions: map[string]int{}, orderly: make(chan bool, 1),
		root: t.TempDir(), slowAfter: 10 * time.Millisecond,
		now: func() {
			if asked.CompareAndSwap(false, true) {
				<-release // the folder is being read
			}
		},
	}
	text, at := at(t, strings.Replace(deployment, "ghcr.io/acme/web:1", "ng|inx:1.27", 1))
	c.write("web.yaml", text)
	c.write("secret.yaml", secret)
	c.start()
	c.call("initialize", map[string]any{"processId": os.Getpid(), "rootUri": uriOf(c.root), "capabilities": map[string]any{}}, nil)
	c.notify("initialized", map[string]any{})
	c.open("web.yaml", text)
	c.until(func() bool { return len(c.shows) > 0 })
	c.shown(severityInformation, "still reading the files below "+c.root)
	ask := func() string {
		var h hover
		c.call("textDocument/hover", map[string]any{"textDocument": map[string]any{"uri": c.uri("web.yaml")}, "position": at}, &h)
		return h.Contents.Value
	}
	early := ask()
	for _, want := range []string{"is read as: docker.io/library/nginx:1.27", "tags since", stillReading} {
		if !strings.Contains(early, want) {
			t.Errorf("no %q in %q", want, early)
		}
	}
	if strings.Contains(early, "regcred") {
		t.Errorf("the hover has the plan of the pull: %q", early)
	}
	if got := c.rules("web.yaml"); len(got) > 0 {
		t.Errorf("findings before the folder is read: %q", got)
	}
	close(release)
	c.still("web.yaml")
	if late := ask(); !strings.Contains(late, "regcred") || strings.Contains(late, stillReading) {
		t.Errorf("after reading: %q", late)
	}
}
