package lsp

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// bigTree is a workspace of a thousand files, including Secrets; big is a file of a thousand lines in it.
func bigTree() (tree map[string]string, big string) {
	tree = map[string]string{}
	for i := range 999 {
		name := fmt.Sprintf("team-%02d/web-%d.yaml", i%40, i)
		tree[name] = strings.NewReplacer("name: web", fmt.Sprintf("name: web-%d", i), "web:1", fmt.Sprintf("web-%d:1.%d", i, i)).Replace(deployment)
		if i%50 == 0 {
			tree[name] = strings.ReplaceAll(secret, "regcred", fmt.Sprintf("regcred-%d", i))
		}
	}
	tree["secret.yaml"] = secret
	var b strings.Builder
	for i := range 100 {
		b.WriteString(strings.Replace(deployment, "name: web", fmt.Sprintf("name: big-%d", i), 1) + "---\n")
	}
	tree["big.yaml"] = b.String()
	return tree, b.String()
}

// key types one character into the last object's image: alternately a wrong one, and its removal.
func (c *client) key(name string, d *document, n int) *document {
	at := strings.LastIndex(d.text, "acme/") + len("acme/")
	change := contentChange{Text: "W"}
	from, to := at, at
	if n%2 == 1 {
		change.Text, to = "", at+1
	}
	r := d.textRange(from, to, encodingUTF16)
	change.Range = &r
	c.changes(name, change)
	return d.changed([]contentChange{change}, nil, int64(n+1), encodingUTF16)
}

// wait waits until a file has n diagnostics.
func (c *client) wait(name string, n int) {
	for {
		c.mu.Lock()
		news, got := c.news, len(c.diagnostics[c.uri(name)].Diagnostics)
		c.mu.Unlock()
		if got == n {
			return
		}
		<-news
	}
}

// BenchmarkKeystroke measures the time from a key press to the changed diagnostics, in a file of a thousand
// lines in a workspace of a thousand files.
func BenchmarkKeystroke(b *testing.B) {
	tree, big := bigTree()
	c := newClient(b, tree)
	c.open("big.yaml", big)
	c.still("big.yaml")
	d := newDocument("", "", nil, big, 0)
	n := 0
	for b.Loop() {
		d = c.key("big.yaml", d, n)
		n++
		c.wait("big.yaml", n%2)
	}
}

// Ten thousand keys leave no more memory or goroutines behind than a thousand.
func TestManyEdits(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds of processor time")
	}
	c := newClient(t, map[string]string{"web.yaml": deployment, "secret.yaml": secret})
	c.open("web.yaml", deployment)
	d := newDocument("", "", nil, deployment, 0)
	memoryInUse := func() (bytes uint64, goroutines int) {
		c.still("web.yaml")
		time.Sleep(50 * time.Millisecond)
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc, runtime.NumGoroutine()
	}
	var before uint64
	var routines int
	for n := range 4_000 {
		d = c.key("web.yaml", d, n)
		switch {
		case n%10 == 9: // the server keeps up
			c.still("web.yaml")
		case n%97 == 0:
			c.call("textDocument/codeAction", map[string]any{"textDocument": map[string]any{"uri": c.uri("web.yaml")}, "range": textRange{position{9, 0}, position{9, 40}}}, nil)
		}
		if n == 399 {
			before, routines = memoryInUse()
		}
	}
	after, now := memoryInUse()
	t.Logf("%d KiB held after 400 edits, %d KiB after 4,000", before>>10, after>>10)
	if after > before+before/4+1<<20 {
		t.Errorf("memory grows: %d KiB after 400 edits, %d KiB after 4,000", before>>10, after>>10)
	}
	if now > routines+5 {
		t.Errorf("%d goroutines after 400 edits, %d after 4,000", routines, now)
	}
}
