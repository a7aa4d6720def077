package probe

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	ggcr "github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/imagelint-dev/imagelint/lint"
)

func digestOf(b []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(b)) }

// filled is a registry in memory with indexes, a single image, a chart, signatures and a schema 1 manifest in a repository.
func filled(tb testing.TB, repository string) http.Handler {
	tb.Helper()
	h := ggcr.New(ggcr.Logger(log.New(io.Discard, "", 0)))
	put := func(path string, mediaType types.MediaType, body []byte) {
		method := http.MethodPut
		r := httptest.NewRequest(method, path, bytes.NewReader(body))
		r.Header.Set("Content-Type", string(mediaType))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusCreated && w.Code != http.StatusAccepted {
			tb.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
		}
	}
	blob := func(body []byte) string {
		r := httptest.NewRequest(http.MethodPost, "/v2/"+repository+"/blobs/uploads/?digest="+digestOf(body), bytes.NewReader(body))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusCreated {
			tb.Fatalf("blob: %d %s", w.Code, w.Body)
		}
		return digestOf(body)
	}
	image := func(tag, configType string, config []byte, layers ...string) []byte {
		m := fmt.Appendf(nil, `{"schemaVersion":2,"mediaType":%q,"config":{"mediaType":%q,"digest":%q,"size":%d},"layers":[%s]}`,
			types.OCIManifestSchema1, configType, blob(config), len(config), strings.Join(layers, ","))
		put("/v2/"+repository+"/manifests/"+tag, types.OCIManifestSchema1, m)
		return m
	}
	single := image("single", "application/vnd.oci.image.config.v1+json", []byte(`{"os":"linux","architecture":"arm64","variant":"v8"}`))
	image("chart", "application/vnd.cncf.helm.config.v1+json", []byte(`{"name":"app"}`))
	signed := fmt.Sprintf(`{"mediaType":"application/vnd.dev.cosign.simplesigning.v1+json","digest":%q,"size":2}`, digestOf([]byte(`{}`)))
	image("signed", string(types.OCIConfigJSON), []byte(`{}`), signed)
	image("sha256-"+strings.Repeat("0", 64)+".sig", string(types.OCIConfigJSON), []byte(`{}`), signed)
	index := fmt.Appendf(nil, `{"schemaVersion":2,"mediaType":%q,"manifests":[
		{"mediaType":%q,"digest":%q,"size":%d,"platform":{"os":"linux","architecture":"amd64"}},
		{"mediaType":%q,"digest":%q,"size":%d,"platform":{"os":"linux","architecture":"arm","variant":"v7"}},
		{"mediaType":%q,"digest":%q,"size":%d,"platform":{"os":"unknown","architecture":"unknown"}}]}`,
		types.OCIImageIndex, types.OCIManifestSchema1, digestOf(single), len(single), types.OCIManifestSchema1, digestOf(single), len(single), types.OCIManifestSchema1, digestOf(single), len(single))
	for _, tag := range []string{"index", "1.0", "0.0.22", "0.0.23", "main"} {
		put("/v2/"+repository+"/manifests/"+tag, types.OCIImageIndex, index)
	}
	put("/v2/"+repository+"/manifests/old", types.DockerManifestSchema1Signed, []byte(`{"schemaVersion":1,"name":"a/b","tag":"old"}`))
	return h
}

// TestDetail asks an in-memory registry for details of a tag.
func TestDetail(t *testing.T) {
	t.Parallel()
	const host = "reg.example.com"
	any := []string{"linux/amd64"}
	tests := []struct {
		name, image string
		platforms   []string
		want        lint.ProbeResult
		requests    int
	}{
		{name: "index", image: "/a/b:index", platforms: any, want: lint.ProbeResult{Platforms: []string{"linux/amd64", "linux/arm/v7"}}, requests: 2},
		{name: "single image", image: "/a/b:single", platforms: any, want: lint.ProbeResult{Platforms: []string{"linux/arm64/v8"}}, requests: 3},
		{name: "nobody asks for the platform", image: "/a/b:single", want: lint.ProbeResult{}, requests: 2},
		{name: "nobody asks for the platform of an index", image: "/a/b:index", want: lint.ProbeResult{}, requests: 1},
		{name: "chart", image: "/a/b:chart", platforms: any, want: lint.ProbeResult{NotImage: "a Helm chart"}, requests: 2},
		{name: "chart, and nobody asks for the platform", image: "/a/b:chart", want: lint.ProbeResult{NotImage: "a Helm chart"}, requests: 2},
		{name: "signature with an image's configuration", image: "/a/b:signed", want: lint.ProbeResult{NotImage: "a signature"}, requests: 2},
		{name: "signature", image: "/a/b:sha256-" + strings.Repeat("0", 64) + ".sig", want: lint.ProbeResult{NotImage: "a signature"}, requests: 2},
		{name: "schema 1", image: "/a/b:old", platforms: any, want: lint.ProbeResult{Pod: lint.Answer{MediaType: string(types.DockerManifestSchema1Signed)}}, requests: 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, map[string]http.Handler{host: filled(t, "a/b")})
			q := question(t, host+test.image)
			q.Platforms = test.platforms
			f := w.ask(t, w.options(), q)[0]
			if f.Pod.Outcome != lint.Exists || !isDigest(f.Pod.Digest) {
				t.Errorf("%+v", f)
			}
			if test.want.Pod.MediaType != "" && test.want.Pod.MediaType != f.Pod.MediaType {
				t.Errorf("media type %q", f.Pod.MediaType)
			}
			f.Pod, test.want.Pod = lint.Answer{}, lint.Answer{}
			if diff := cmp.Diff(test.want, f); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := w.requests(); len(got) != test.requests {
				t.Errorf("%d requests, want %d: %v", len(got), test.requests, got)
			}
		})
	}
}

// single serves manifests of one media type: charts for tags with that prefix, otherwise images.
func single(mediaType types.MediaType) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		config := types.OCIConfigJSON
		if strings.Contains(r.URL.Path, "/chart") {
			config = "application/vnd.cncf.helm.config.v1+json"
		}
		body := fmt.Appendf(nil, `{"config":{"mediaType":%q,"digest":%q,"size":2},"layers":[]}`, config, someDigest)
		w.Header().Set("Content-Type", string(mediaType))
		w.Header().Set("Docker-Content-Digest", digestOf(body))
		_, _ = w.Write(body)
	}
}

// TestInspect finds artifacts that are not images: with one request for a repository of images, and none for
// Docker Hub.
func TestInspect(t *testing.T) {
	t.Parallel()
	const reg, mirror = "reg.example.com", "mirror.example.com"
	tests := []struct {
		name, repository string
		mediaType        types.MediaType
		tags             []string
		looks            int
		charts           []string
	}{
		{"images", reg + "/a/b", types.OCIManifestSchema1, []string{"1", "2", "3", "4", "5"}, 1, nil},
		{"charts", reg + "/a/b", types.OCIManifestSchema1, []string{"chart1", "chart2", "chart3"}, 3, []string{"chart1", "chart2", "chart3"}},
		{"charts before an image", reg + "/a/b", types.OCIManifestSchema1, []string{"chart1", "2", "3"}, 2, []string{"chart1"}},
		{"indexes", reg + "/a/b", types.OCIImageIndex, []string{"1", "2"}, 0, nil},
		{"images of Docker's media type", reg + "/a/b", types.DockerManifestSchema2, []string{"1", "2"}, 0, nil},
		{"Docker Hub", "acme/app", types.OCIManifestSchema1, []string{"1", "chart2"}, 0, nil},
		{"Docker Hub, a chart by its name", "acme/charts", types.OCIManifestSchema1, []string{"1", "chart2"}, 0, nil},
		{"a mirror at Docker Hub", "quay.io/acme/app", types.OCIManifestSchema1, []string{"1", "2"}, 0, nil},
		{"a mirror of Docker Hub", "library/nginx", types.OCIManifestSchema1, []string{"1", "2"}, 0, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := single(test.mediaType)
			w := newWorld(t, map[string]http.Handler{reg: h, hostOf(hub): h, mirror: h})
			o := w.options()
			o.CacheDir = t.TempDir()
			o.Mirrors = []Mirror{{"docker.io/library/nginx", mirror + "/nginx"}, {"quay.io", "docker.io"}}
			var qs []lint.Question
			for _, tag := range test.tags {
				qs = append(qs, question(t, test.repository+":"+tag))
			}
			for _, run := range []string{"first", "from the cache"} {
				p := w.prober(t, o)
				var charts []string
				for i, f := range p.Probe(t.Context(), qs) {
					if f.NotImage != "" {
						charts = append(charts, qs[i].Ref.Tag)
					}
				}
				if diff := cmp.Diff(test.charts, charts); diff != "" {
					t.Errorf("%s: charts (-want +got):\n%s", run, diff)
				}
				want := Stats{Heads: len(qs), Gets: test.looks, Left: map[string]string{}}
				if run != "first" {
					want = Stats{Hits: len(qs), Left: map[string]string{}}
				}
				if diff := cmp.Diff(want, p.Stats()); diff != "" {
					t.Errorf("%s: requests (-want +got):\n%s", run, diff)
				}
			}
		})
	}
}

// TestMissing distinguishes missing tags, digests and repositories.
func TestMissing(t *testing.T) {
	t.Parallel()
	const host = "reg.example.com"
	for image, want := range map[string]lint.Outcome{
		"/a/b:1.0.1":           lint.TagMissing,
		"/a/b@" + someDigest:   lint.DigestMissing,
		"/a/c:1.0":             lint.RepoMissing,
		"/a/c@" + someDigest:   lint.RepoMissing,
		"/a/b:9@" + someDigest: lint.DigestMissing,
	} {
		w := newWorld(t, map[string]http.Handler{host: filled(t, "a/b")})
		f := w.ask(t, w.options(), question(t, host+image))[0]
		if f.Pod.Outcome != want {
			t.Errorf("%s: %v, want %v", image, f.Pod.Outcome, want)
		}
		if n := len(w.requests()); n > 3 {
			t.Errorf("%s: %d requests", image, n)
		}
	}
}

// TestMoved compares a tag with the digest next to it.
func TestMoved(t *testing.T) {
	t.Parallel()
	const host = "reg.example.com"
	h := filled(t, "a/b")
	w := newWorld(t, map[string]http.Handler{host: h})
	single := w.ask(t, w.options(), question(t, host+"/a/b:single"))[0].Pod.Digest
	fs := w.ask(t, w.options(), question(t, host+"/a/b:single@"+single), question(t, host+"/a/b:index@"+single), question(t, host+"/a/b:gone@"+single))
	if fs[0].TagDigest != single || fs[1].TagDigest == single || fs[1].TagDigest == "" || !fs[2].TagGone {
		t.Errorf("%+v", fs)
	}
}

// TestMirror asks the mirror first, without the pod's credentials, and the registry if the mirror has
// nothing.
func TestMirror(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]http.Handler{
		"mirror.example.com": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/v2/hub/library/nginx/") {
				found(w, ociIndex)
				return
			}
			fail(w, 404, "NAME_UNKNOWN", "")
		}),
		"registry-1.docker.io": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { found(w, ociIndex) }),
	})
	o := w.options()
	o.Mirrors = []Mirror{{"docker.io", "mirror.example.com/hub"}, {"quay.io", "mirror.example.com/quay"}}
	nginx, app, gone := question(t, "nginx:1"), question(t, "acme/app:1"), question(t, "quay.io/acme/app:1")
	nginx.Credentials = credentials(t, "s", "docker.io", "bob", "hunter2")
	fs := w.ask(t, o, nginx, app, gone)
	if fs[0].Pod.Outcome != lint.Exists || fs[1].Pod.Outcome != lint.Exists || fs[2].Pod.Outcome != lint.RepoMissing {
		t.Errorf("%v %v %v", fs[0].Pod.Outcome, fs[1].Pod.Outcome, fs[2].Pod.Outcome)
	}
	for _, r := range secretly(w) {
		t.Errorf("the password was sent elsewhere: %s", r)
	}
}

// TestMirrorAsksForCredentials: a mirror never gets the pod's credentials, however it asks for them. The
// registry itself does.
func TestMirrorAsksForCredentials(t *testing.T) {
	t.Parallel()
	for name, realm := range map[string]string{"basic": "", "bearer": "https://mirror.example.com/token"} {
		w := newWorld(t, map[string]http.Handler{
			"mirror.example.com": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Path == "/token":
					w.WriteHeader(http.StatusForbidden)
				case realm == "":
					w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
					w.WriteHeader(http.StatusUnauthorized)
				default:
					challengeWith(w, realm, "")
				}
			}),
			"registry-1.docker.io": bearer("https://auth.docker.io/token", "hunter2", func(w http.ResponseWriter, _ *http.Request, _ string) { found(w, ociIndex) }),
			"auth.docker.io":       http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serveToken(w, r, "hunter2") }),
		})
		o := w.options()
		o.Mirrors = []Mirror{{"docker.io", "mirror.example.com/hub"}}
		f := w.ask(t, o, question(t, "acme/app:1", credentials(t, "s", "docker.io", "bob", "hunter2")...))[0]
		if f.Pod.Outcome != lint.Exists {
			t.Errorf("%s: %+v", name, f)
		}
		if got := secretly(w); len(got) != 1 || !strings.Contains(got[0], "https://auth.docker.io/") {
			t.Errorf("%s: the password went to %v", name, got)
		}
	}
}

// TestRedirect follows a registry that serves from another host, which requires its own token.
func TestRedirect(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]http.Handler{
		"registry.k8s.io": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://us.pkg.dev"+r.URL.Path, http.StatusTemporaryRedirect)
		}),
		"us.pkg.dev": bearer("https://us.pkg.dev/token", "", func(w http.ResponseWriter, r *http.Request, _ string) {
			if strings.HasSuffix(r.URL.Path, "/3.9") {
				found(w, ociIndex)
				return
			}
			fail(w, 404, "MANIFEST_UNKNOWN", "Failed to fetch")
		}),
	})
	fs := w.ask(t, w.options(), question(t, "registry.k8s.io/pause:3.9"), question(t, "registry.k8s.io/pause:3.99"))
	if fs[0].Pod.Outcome != lint.Exists || fs[1].Pod.Outcome != lint.TagMissing {
		t.Errorf("%v %v", fs[0].Pod, fs[1].Pod)
	}
}

// TestSeveralCredentials tries all that match, in order, with no anonymous fallback.
func TestSeveralCredentials(t *testing.T) {
	t.Parallel()
	answer := func(w http.ResponseWriter, _ *http.Request, who string) {
		if who == "right" {
			found(w, ociIndex)
			return
		}
		challengeWith(w, "https://reg.example.com/token", "insufficient_scope")
	}
	w := newWorld(t, map[string]http.Handler{"reg.example.com": bearer("https://reg.example.com/token", "p", answer)})
	q := question(t, "reg.example.com/a/b:1")
	q.Credentials = append(credentials(t, "web/first", "reg.example.com", "wrong", "p"), credentials(t, "web/second", "reg.example.com", "right", "p")...)
	if f := w.ask(t, w.options(), q)[0]; f.Pod.Outcome != lint.Exists || f.Pod.Secret != "web/second" {
		t.Errorf("%+v", f.Pod)
	}
	for _, r := range w.requests() {
		if strings.Contains(r, "/token -") || strings.HasSuffix(r, "Bearer anonymous") {
			t.Errorf("an anonymous attempt: %s", r)
		}
	}
}

// TestCancel ends a run early. Answers received so far are kept, and nothing is claimed about the
// rest.
func TestCancel(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var served atomic.Int32
	w := newWorld(t, map[string]http.Handler{"reg.example.com": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if served.Add(1) > 20 {
			cancel()
			<-r.Context().Done()
			return
		}
		found(w, ociIndex)
	})})
	var qs []lint.Question
	for i := range 200 {
		qs = append(qs, question(t, fmt.Sprintf("reg.example.com/a/b:%d", i)))
	}
	o := w.options()
	fs := w.prober(t, o).Probe(ctx, qs)
	n := map[lint.Outcome]int{}
	for _, f := range fs {
		n[f.Pod.Outcome]++
	}
	if n[lint.Exists] == 0 || n[lint.NotAsked] < 180 || n[lint.Exists]+n[lint.NotAsked] != len(qs) {
		t.Errorf("outcomes %v", n)
	}
}

// TestTimeout reports images that were not asked about in time as inconclusive.
func TestTimeout(t *testing.T) {
	t.Parallel()
	var served atomic.Int32
	w := newWorld(t, map[string]http.Handler{"reg.example.com": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if served.Add(1) > 1 {
			<-r.Context().Done()
			return
		}
		found(w, ociIndex)
	})})
	var qs []lint.Question
	for i := range 100 {
		qs = append(qs, question(t, fmt.Sprintf("reg.example.com/a/b:%d", i)))
	}
	o := w.options()
	o.Timeout, o.Concurrency = 2*time.Second, 1
	n := map[lint.Outcome]int{}
	for _, f := range w.ask(t, o, qs...) {
		n[f.Pod.Outcome]++
	}
	if n[lint.Exists] != 1 || n[lint.Inconclusive] != len(qs)-1 {
		t.Errorf("outcomes %v", n)
	}
}

// many are 1,000 images in 40 repositories.
func many(tb testing.TB) []lint.Question {
	tb.Helper()
	var qs []lint.Question
	for i := range 1000 {
		qs = append(qs, question(tb, fmt.Sprintf("reg.example.com/team/app%d:v%d", i%40, i/40)))
	}
	return qs
}

func slowRegistry(d time.Duration, mediaType types.MediaType) map[string]http.Handler {
	h := bearer("https://reg.example.com/token", "", func(w http.ResponseWriter, r *http.Request, _ string) { single(mediaType)(w, r) })
	return map[string]http.Handler{"reg.example.com": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(d)
		h.ServeHTTP(w, r)
	})}
}

// TestBudget counts the requests for many images: one HEAD each, one token per repository, and one HEAD to
// find the token service; for single OCI manifests, one GET per repository.
func TestBudget(t *testing.T) {
	t.Parallel()
	for mediaType, gets := range map[types.MediaType]int{types.OCIImageIndex: 0, types.OCIManifestSchema1: 40} {
		w := newWorld(t, slowRegistry(0, mediaType))
		p := w.prober(t, w.options())
		for i, f := range p.Probe(t.Context(), many(t)) {
			if f.Pod.Outcome != lint.Exists {
				t.Fatalf("%d: %+v", i, f)
			}
		}
		if diff := cmp.Diff(Stats{Heads: 1001, Gets: gets, Tokens: 40, Left: map[string]string{}}, p.Stats()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", mediaType, diff)
		}
		if n := len(w.requests()); n != 1041+gets {
			t.Errorf("%s: %d requests arrived", mediaType, n)
		}
	}
}

// BenchmarkThousand asks for 1,000 images in 40 repositories of a registry that answers in 20 ms.
func BenchmarkThousand(b *testing.B) {
	qs := many(b)
	for name, mediaType := range map[string]types.MediaType{"indexes": types.OCIImageIndex, "images": types.OCIManifestSchema1} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b, slowRegistry(20*time.Millisecond, mediaType))
			b.ReportAllocs()
			for b.Loop() {
				p := w.prober(b, w.options())
				if f := p.Probe(b.Context(), qs); f[999].Pod.Outcome != lint.Exists {
					b.Fatalf("%+v", f[999])
				}
				b.ReportMetric(float64(p.Stats().Requests()), "requests/op")
			}
		})
	}
}
