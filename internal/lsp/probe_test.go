package lsp

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/lint"
)

// registry is a registry on the loopback interface that has acme/web:1, for user a with password b.
type registry struct {
	*httptest.Server
	prober func(*config.Config) (lint.Prober, error)

	mu       sync.Mutex
	requests int
	paths    []string
	strange  []string      // requests with other credentials
	hold     chan struct{} // if set, answers wait until it is closed or the client disconnects
	waiting  chan struct{} // receives for each waiting answer
	gone     chan struct{} // receives for each client that disconnected meanwhile
}

func newRegistry(t *testing.T) *registry {
	t.Helper()
	r := &registry{waiting: make(chan struct{}, 100), gone: make(chan struct{}, 100)}
	r.Server = httptest.NewTLSServer(r)
	t.Cleanup(r.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	r.prober = func(*config.Config) (lint.Prober, error) { return probe.New(probe.Options{CAFiles: []string{ca}}) }
	return r
}

// ServeHTTP implements http.Handler.
func (r *registry) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	user, password, ok := req.BasicAuth()
	r.mu.Lock()
	r.requests++
	r.paths = append(r.paths, req.URL.Path)
	if ok && (user != "a" || password != "b") {
		r.strange = append(r.strange, user)
	}
	hold := r.hold
	r.mu.Unlock()
	if hold != nil {
		r.waiting <- struct{}{}
		select {
		case <-hold:
		case <-req.Context().Done():
			r.gone <- struct{}{}
			return
		}
	}
	switch {
	case !ok:
		w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
		w.WriteHeader(http.StatusUnauthorized)
	case strings.HasSuffix(req.URL.Path, "/tags/list"):
		fmt.Fprint(w, `{"tags":["1"]}`)
	case strings.HasSuffix(req.URL.Path, "/manifests/1"):
		w.Header().Set("Content-Type", "application/vnd.oci.image.index.v1+json")
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// blocked makes answers wait until the returned function is called.
func (r *registry) blocked() (release func()) {
	hold := make(chan struct{})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hold = hold
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.hold == hold {
			r.hold = nil
		}
		close(hold)
	}
}

// asked reports whether a tag was asked for.
func (r *registry) asked(tag string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.paths, func(p string) bool { return strings.HasSuffix(p, "/manifests/"+tag) })
}

func (r *registry) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.requests
}

// tree returns a workload with an image of the registry, and its pull secret.
func (r *registry) tree() map[string]string {
	host := r.Listener.Addr().String()
	auths, _ := json.Marshal(map[string]any{"auths": map[string]any{host: map[string]string{"username": "a", "password": "b"}}})
	return map[string]string{
		".imagelint.yaml": "rules: {image-localhost-registry: off}\n",
		"web.yaml":        strings.Replace(deployment, "ghcr.io/acme/web:1", host+"/acme/web:2", 1),
		"secret.yaml":     strings.Replace(secret, "eyJhdXRocyI6eyJnaGNyLmlvIjp7InVzZXJuYW1lIjoiYSIsInBhc3N3b3JkIjoiYiJ9fX0=", base64.StdEncoding.EncodeToString(auths), 1),
	}
}

// asking is the setting that enables probing.
func asking(params map[string]any) {
	params["initializationOptions"] = map[string]any{"probeOnSave": true}
}

func receive(t *testing.T, what string, from <-chan struct{}) {
	t.Helper()
	select {
	case <-from:
	case <-time.After(wait):
		t.Fatalf("%s: the message did not arrive", what)
	}
}

// Without the user's setting no registry is probed, whatever the repository's own configuration
// sets.
func TestNoProbe(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"none": "", "settings": "probe: {timeout: 5s}\nrules: {registry-probe: error}\n", "the editor's": "probeOnSave: true\n", "nested": "imagelint: {probeOnSave: true}\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t)
			tree := r.tree()
			tree[".imagelint.yaml"] = text
			tree["kustomization.yaml"] = "resources: [web.yaml]\n" // so that saved files are linted separately
			c := newAsking(t, func(*config.Config) (lint.Prober, error) {
				t.Error("a prober is made")
				return r.prober(nil)
			}, tree)
			c.open("web.yaml", tree["web.yaml"])
			c.save("web.yaml", tree["web.yaml"])
			c.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{}})
			c.still("web.yaml")
			time.Sleep(100 * time.Millisecond) // for background work
			if n := r.count(); n > 0 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// With the setting, registries are probed on save, with the credentials in the manifests. The answers apply until
// the file is edited.
func TestProbeOnSave(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	tree := r.tree()
	c := newAsking(t, r.prober, tree, asking)
	c.open("web.yaml", tree["web.yaml"])
	c.open("secret.yaml", tree["secret.yaml"])
	if c.still("web.yaml"); r.count() > 0 {
		t.Errorf("%d requests before anything was saved", r.count())
	}
	host := r.Listener.Addr().String()
	missing := fmt.Sprintf("9:%d-%d probe-tag-not-found", len("          image: "+host+"/acme/web:"), len("          image: "+host+"/acme/web:2"))
	c.save("web.yaml", tree["web.yaml"])
	c.want("web.yaml", missing)
	if !r.asked("2") {
		t.Error("the tag was not asked for")
	}
	if len(r.strange) > 0 {
		t.Errorf("other users: %q", r.strange)
	}

	c.change("secret.yaml", tree["secret.yaml"]+"# typed\n")
	c.still("secret.yaml")
	c.want("web.yaml", missing)
	asked := r.count()
	c.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{}}) // the answers still apply
	c.still("web.yaml")
	time.Sleep(100 * time.Millisecond)
	if c.want("web.yaml", missing); r.count() != asked {
		t.Errorf("asked again, although nothing was saved")
	}

	mended := strings.Replace(tree["web.yaml"], "web:2", "web:1", 1)
	c.change("web.yaml", mended)
	c.want("web.yaml")
	c.change("web.yaml", tree["web.yaml"])
	c.save("web.yaml", tree["web.yaml"])
	c.want("web.yaml", missing)
	c.change("web.yaml", mended)
	c.save("web.yaml", mended)
	c.want("web.yaml")

	c.change("web.yaml", tree["web.yaml"])
	c.save("web.yaml", tree["web.yaml"])
	c.want("web.yaml", missing)
	c.notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{"imagelint": map[string]any{"probeOnSave": false}}})
	c.want("web.yaml") // the setting is removed, and so are its findings
	// Another tag, since requests of the last save may still arrive.
	other := strings.Replace(tree["web.yaml"], "web:2", "web:3", 1)
	c.change("web.yaml", other)
	c.save("web.yaml", other)
	c.still("web.yaml")
	time.Sleep(100 * time.Millisecond)
	if r.asked("3") {
		t.Error("a registry was asked without the setting")
	}
}

// A later save cancels the probes of an earlier one. Nothing else waits for registries.
func TestProbeSuperseded(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	tree := r.tree()
	c := newAsking(t, r.prober, tree, asking)
	c.open("web.yaml", tree["web.yaml"])
	c.still("web.yaml")
	release := r.blocked()
	c.save("web.yaml", tree["web.yaml"])
	receive(t, "the first question", r.waiting)
	latest := strings.Replace(tree["web.yaml"], "web:2", "web:latest", 1)
	c.change("web.yaml", latest)
	c.until(func() bool { return len(c.diagnostics[c.uri("web.yaml")].Diagnostics) == 1 }) // image-latest, immediately
	c.change("web.yaml", tree["web.yaml"])
	c.save("web.yaml", tree["web.yaml"])
	receive(t, "the end of the first question", r.gone)
	receive(t, "the second question", r.waiting)
	release()
	c.until(func() bool {
		list := c.diagnostics[c.uri("web.yaml")].Diagnostics
		return len(list) == 1 && list[0].Code == "probe-tag-not-found"
	})
	again := r.blocked()
	defer again()
	c.save("web.yaml", tree["web.yaml"])
	receive(t, "the third question", r.waiting)
	c.call("shutdown", nil, nil)
	receive(t, "the end of the third question", r.gone)
}
