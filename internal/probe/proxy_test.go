package probe

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/imagelint-dev/imagelint/lint"
)

// TestProxy: the environment's proxy carries requests to registries, in an opaque tunnel, except to hosts in
// NO_PROXY.
func TestProxy(t *testing.T) {
	t.Parallel()
	there := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { found(w, "application/vnd.oci.image.index.v1+json") })
	w := newWorld(t, map[string]http.Handler{"far.example": there, "near.example": there, "proxy.example:3128": nil})
	var mu sync.Mutex
	var tunnels []string
	proxy := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		mu.Lock()
		tunnels = append(tunnels, r.Method+" "+r.Host+r.Header.Get("Authorization"))
		mu.Unlock()
		to, err := w.dial(r.Context(), "tcp", r.Host)
		if err != nil || r.Method != http.MethodConnect {
			http.Error(rw, "no", http.StatusBadGateway)
			return
		}
		defer to.Close()
		conn, buffered, err := http.NewResponseController(rw).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
			return
		}
		var both sync.WaitGroup
		both.Go(func() { pump(to, buffered) })
		both.Go(func() { pump(conn, to) })
		both.Wait()
	}))
	t.Cleanup(proxy.Close)
	w.inClear["proxy.example:3128"], w.plain = true, proxy.Listener.Addr().String()
	for name, c := range map[string]struct {
		env  map[string]string
		want string
	}{
		"none":             {nil, ""},
		"HTTPS_PROXY":      {map[string]string{"HTTPS_PROXY": "http://proxy.example:3128", "NO_PROXY": "near.example"}, "CONNECT far.example:443"},
		"in small letters": {map[string]string{"https_proxy": "http://proxy.example:3128", "no_proxy": "near.example"}, "CONNECT far.example:443"},
		"for plain HTTP":   {map[string]string{"HTTP_PROXY": "http://proxy.example:3128"}, ""},
		"which is nowhere": {map[string]string{"HTTPS_PROXY": "http://gone.example:3128", "NO_PROXY": "far.example,.near.example,near.example"}, ""},
	} {
		o := w.options()
		o.Getenv = func(key string) string { return c.env[key] }
		tunnels = nil
		facts := w.ask(t, o, question(t, "far.example/a:1", credentials(t, "s", "far.example", "u", "p")...), question(t, "near.example/a:1"))
		for _, f := range facts {
			if f.Pod.Outcome != lint.Exists {
				t.Errorf("%s: %+v", name, f.Pod)
			}
		}
		mu.Lock()
		if got := strings.Join(tunnels, ", "); got != c.want {
			t.Errorf("%s: the proxy was asked for %q, want %q", name, got, c.want)
		}
		mu.Unlock()
	}
}

func pump(to io.Writer, from io.Reader) {
	_, _ = io.Copy(to, from) // the end of a tunnel is not an error
	if c, ok := to.(*net.TCPConn); ok {
		_ = c.CloseWrite()
	}
}
