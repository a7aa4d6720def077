package probe

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// memory is what a separate process used to ask for images, each in its own repository, from a registry
// that has a token for each, an index of 64 KiB for half of them, and 1,000 tags for the others.
type memory struct {
	live  int // heap bytes in use at the end: the answers, and what the prober caches
	total int // bytes that the program got from the system
}

func memoryFor(tb testing.TB, images int) memory {
	tb.Helper()
	index := fmt.Appendf(nil, `{"manifests":[{"platform":{"os":"linux","architecture":"amd64"}}],"annotations":{"a":%q}}`, strings.Repeat("x", 64<<10))
	digest := digestOf(index)
	tags := `{"tags":["` + strings.Join(strings.Fields(strings.Repeat("1.0.0-rc.1 ", 1000)), `","`) + `"]}`
	w := newWorld(tb, map[string]http.Handler{"reg.example.com": bearer("https://reg.example.com/token", "", func(w http.ResponseWriter, r *http.Request, _ string) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/tags/list"):
			_, _ = w.Write([]byte(tags))
		case strings.HasSuffix(r.URL.Path, "/there"):
			w.Header().Set("Content-Type", string(types.OCIImageIndex))
			w.Header().Set("Docker-Content-Digest", digest)
			_, _ = w.Write(index)
		default:
			fail(w, http.StatusNotFound, "MANIFEST_UNKNOWN", "")
		}
	})})
	dir := filepath.Dir(w.ca)
	if err := os.WriteFile(filepath.Join(dir, "address"), []byte(w.server.Listener.Addr().String()), 0o600); err != nil {
		tb.Fatal(err)
	}
	var m memory
	out := process(tb, "ask for images", images, dir)
	if _, err := fmt.Sscanf(out, "%d %d", &m.live, &m.total); err != nil {
		tb.Fatalf("%v: %s", err, out)
	}
	return m
}

// askForImages is the task of that process.
func askForImages(n int, dir string) {
	address, err := os.ReadFile(filepath.Join(dir, "address"))
	if err != nil {
		panic(err)
	}
	p, err := New(Options{CAFiles: []string{filepath.Join(dir, "ca.pem")}, Timeout: 1 << 40, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, string(address))
	}})
	if err != nil {
		panic(err)
	}
	questions := make([]lint.Question, n)
	for i := range questions {
		r, err := imageref.Parse(fmt.Sprintf("reg.example.com/team/app%d:%s", i, []string{"there", "1.0.1"}[i%2]))
		if err != nil {
			panic(err)
		}
		questions[i] = lint.Question{Ref: r, Platforms: []string{"linux/amd64"}}
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	facts := p.Probe(context.Background(), questions)
	for i := range facts {
		if want := []lint.Outcome{lint.Exists, lint.TagMissing}[i%2]; facts[i].Pod.Outcome != want {
			panic(fmt.Sprintf("%d: %+v", i, facts[i]))
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	fmt.Fprintln(os.Stdout, int(after.HeapAlloc)-int(before.HeapAlloc), after.Sys)
	runtime.KeepAlive(p)
	runtime.KeepAlive(facts)
}

// TestMemory: only an image's answer is kept, not its manifest (64 KiB) or its repository's tags (about 16
// KiB).
func TestMemory(t *testing.T) {
	t.Parallel()
	const images = 400
	if m := memoryFor(t, images); m.live > images*8<<10 {
		t.Errorf("%d bytes are kept of an image", m.live/images)
	}
}

// BenchmarkMemory shows what grows with the number of images.
func BenchmarkMemory(b *testing.B) {
	for _, images := range []int{1000, 10000} {
		b.Run(fmt.Sprint(images), func(b *testing.B) {
			for b.Loop() {
				m := memoryFor(b, images)
				b.ReportMetric(float64(m.live/images), "B-kept/image")
				b.ReportMetric(float64(m.total)/(1<<20), "MiB-in-all")
			}
		})
	}
}
