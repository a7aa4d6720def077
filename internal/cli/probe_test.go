package cli_test

import (
	"bytes"
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/cli"
)

// These tests do not run in parallel: the flag library's help flag is a global variable.

// lab is a registry on the loopback, and a folder with a manifest and a configuration that trusts it.
type lab struct {
	server   *httptest.Server
	requests atomic.Int32
	dir      string
	env      map[string]string
}

func newLab(t *testing.T, answer http.HandlerFunc) *lab {
	t.Helper()
	l := &lab{dir: t.TempDir()}
	l.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.requests.Add(1)
		answer(w, r)
	}))
	l.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	l.server.StartTLS()
	t.Cleanup(l.server.Close)
	l.write(t, "ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: l.server.Certificate().Raw})))
	l.write(t, "imagelint.yaml", "probe: {ca-files: [ca.pem]}\n")
	var pod strings.Builder
	pod.WriteString("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n")
	for i, tag := range []string{"1.0", "v1.0"} {
		fmt.Fprintf(&pod, "    - {name: c%d, image: \"%s/acme/app:%s\"}\n", i, l.server.Listener.Addr(), tag)
	}
	l.write(t, "pod.yaml", pod.String())
	return l
}

func (l *lab) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(l.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs imagelint on the lab's manifest, without access to the user's own credentials and cache.
func (l *lab) run(ctx context.Context, t *testing.T, flags ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	c := cli.Command{Stdout: &out, Stderr: &errOut, Getenv: func(name string) string {
		if name == "HOME" {
			return l.dir
		}
		return l.env[name]
	}}
	args := append([]string{"imagelint", "--config", filepath.Join(l.dir, "imagelint.yaml"), filepath.Join(l.dir, "pod.yaml")}, flags...)
	code = c.Main(ctx, args)
	return code, out.String(), errOut.String()
}

func serveOne(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/tags/list"):
		fmt.Fprint(w, `{"tags":["1.0"]}`)
	case strings.HasSuffix(r.URL.Path, "/1.0"):
		w.Header().Set("Content-Type", "application/vnd.oci.image.index.v1+json")
		w.Header().Set("RateLimit-Limit", "100;w=21600")
		w.Header().Set("RateLimit-Remaining", "97;w=21600")
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// Without --probe, nothing is sent, whatever the configuration says about registries.
func TestNoProbeNoByte(t *testing.T) {
	l := newLab(t, serveOne)
	for _, flags := range [][]string{nil, {"--stats"}, {"--platform", "linux/amd64"}, {"--probe=false"}, {"--enable", "registry-probe"}} {
		if code, _, stderr := l.run(t.Context(), t, flags...); code != cli.ExitOK {
			t.Errorf("%v: exit %d: %s", flags, code, stderr)
		}
	}
	if n := l.requests.Load(); n > 0 {
		t.Errorf("%d requests", n)
	}
}

func TestProbe(t *testing.T) {
	l := newLab(t, serveOne)
	code, stdout, stderr := l.run(t.Context(), t, "--probe", "--no-cache", "--stats")
	if code != cli.ExitFindings || !strings.Contains(stdout, "[probe-tag-not-found]") || !strings.Contains(stdout, `the registry has "1.0"`) {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	for _, want := range []string{"3 requests (2 HEAD, 0 GET, 0 tokens, 1 lists of tags)", ": 97 of 100"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("no %q in:\n%s", want, stderr)
		}
	}
	if strings.Contains(stderr, "asking registries") {
		t.Errorf("a progress bar without a terminal:\n%s", stderr)
	}
}

// An inconclusive answer is a warning, and fails the run only on request.
func TestProbeStrict(t *testing.T) {
	l := newLab(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) })
	for flag, want := range map[string]int{"--probe": cli.ExitOK, "--probe-strict": cli.ExitFindings} {
		code, stdout, stderr := l.run(t.Context(), t, "--probe", "--no-cache", flag)
		if code != want || !strings.Contains(stdout, "[probe-inconclusive]") || strings.Contains(stdout, "not-found") {
			t.Errorf("%s: exit %d\n%s%s", flag, code, stdout, stderr)
		}
	}
}

// A canceled run shows its results, and says what is missing.
func TestProbeCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	l := newLab(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
		panic(http.ErrAbortHandler) // returning would answer 200, which may still arrive
	})
	code, stdout, stderr := l.run(ctx, t, "--probe", "--no-cache")
	if code != cli.ExitFailed || !strings.Contains(stderr, "about 2 images") || strings.Contains(stdout, "probe-") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}

// What the user's logins may reveal about a repository that the pod cannot read: in CI nothing, otherwise
// whether the image exists, and its tags only on request.
func TestProbeLogin(t *testing.T) {
	var asked atomic.Int32 // two images are asked for at once
	l := newLab(t, func(w http.ResponseWriter, r *http.Request) {
		if _, _, ok := r.BasicAuth(); !ok {
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		asked.Add(1)
		serveOne(w, r)
	})
	if err := os.Mkdir(filepath.Join(l.dir, ".docker"), 0o700); err != nil {
		t.Fatal(err)
	}
	l.write(t, ".docker/config.json", fmt.Sprintf(`{"auths":{%q:{"auth":"Ym9iOmh1bnRlcjI="}}}`, l.server.Listener.Addr())) // bob:hunter2
	const exists, missing, near, untried = "you can pull image", ": with your login, ", `the registry has "1.0"`, "your own logins were not tried for 2 images that pods are denied, because CI is set (--probe-login)"
	for _, c := range []struct {
		name  string
		env   map[string]string
		flags []string
		says  []string // of the four
		asks  bool
	}{
		{"at home", nil, nil, []string{exists}, true},
		{"in CI", map[string]string{"CI": "true"}, nil, []string{untried}, false},
		{"in CI, quiet", map[string]string{"CI": "true"}, []string{"--quiet"}, nil, false},
		{"in CI, asked to", map[string]string{"CI": "true", "IMAGELINT_PROBE_LOGIN": "exists"}, nil, []string{exists}, true},
		{"none", nil, []string{"--probe-login", "none"}, nil, false},
		{"tags", map[string]string{"CI": "true"}, []string{"--probe-login=tags"}, []string{exists, missing, near}, true},
	} {
		asked.Store(0)
		l.env = c.env
		code, stdout, stderr := l.run(t.Context(), t, append([]string{"--probe", "--no-cache"}, c.flags...)...)
		if code != cli.ExitFindings || (asked.Load() > 0) != c.asks {
			t.Errorf("%s: exit %d, and the login was used %d times\n%s%s", c.name, code, asked.Load(), stdout, stderr)
		}
		for _, text := range []string{exists, missing, near, untried} {
			if said := strings.Contains(stdout+stderr, text); said != slices.Contains(c.says, text) {
				t.Errorf("%s: says %q: %v\n%s%s", c.name, text, said, stdout, stderr)
			}
		}
	}
	if code, _, stderr := l.run(t.Context(), t, "--probe", "--probe-login", "me"); code != cli.ExitUsage || !strings.Contains(stderr, "use none, exists or tags") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

func TestProbeBadCertificates(t *testing.T) {
	l := newLab(t, serveOne)
	l.write(t, "ca.pem", "none")
	if code, _, stderr := l.run(t.Context(), t, "--probe"); code != cli.ExitUsage || !strings.Contains(stderr, "ca.pem") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// The report says as whom an image was asked for, also if logins were not used.
func TestProbeAsUntried(t *testing.T) {
	l := newLab(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	l.env = map[string]string{"CI": "true"}
	code, stdout, stderr := l.run(t.Context(), t, "--probe", "--no-cache", "--probe-as", "anonymous")
	if code != cli.ExitFindings || !strings.Contains(stderr, "your own logins were not tried for 2 images denied to everyone, because CI is set (--probe-login)") || !strings.Contains(stdout, "and it refuses anonymous pulls") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	// Asking as oneself allows logins, in CI, too.
	code, stdout, stderr = l.run(t.Context(), t, "--probe", "--no-cache", "--probe-as=me")
	if code != cli.ExitFindings || strings.Contains(stderr, "not tried") || !strings.Contains(stdout, "and it refuses you") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}
