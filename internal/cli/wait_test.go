package cli_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/cli"
)

// runLater runs imagelint on the lab's manifest with a clock that advances only when somebody waits. It calls
// a function before the end of each pause.
func (l *lab) runLater(ctx context.Context, t *testing.T, pause func(time.Duration), flags ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errOut bytes.Buffer
	now := today
	c := cli.Command{
		Stdout: &out, Stderr: &errOut, Getenv: func(name string) string { return map[string]string{"HOME": l.dir}[name] },
		Now: func() time.Time { return now },
		After: func(d time.Duration) <-chan time.Time {
			now = now.Add(d)
			pause(now.Sub(today))
			done := make(chan time.Time, 1)
			done <- now
			return done
		},
	}
	args := append([]string{"imagelint", "--config", filepath.Join(l.dir, "imagelint.yaml"), filepath.Join(l.dir, "pod.yaml"), "--probe", "--no-cache"}, flags...)
	return c.Main(ctx, args), out.String(), errOut.String()
}

// An image that is pushed later is waited for, and there is no finding.
func TestWait(t *testing.T) {
	there := false
	l := newLab(t, func(w http.ResponseWriter, r *http.Request) {
		if there && strings.HasSuffix(r.URL.Path, "/v1.0") {
			w.Header().Set("Content-Type", "application/vnd.oci.image.index.v1+json")
			return
		}
		serveOne(w, r)
	})
	host := l.server.Listener.Addr().String()
	code, stdout, stderr := l.runLater(t.Context(), t, func(d time.Duration) { there = d >= 20*time.Second }, "--wait", "15m", "--stats")
	if code != cli.ExitOK || strings.Contains(stdout, "[probe-") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	for _, want := range []string{
		"imagelint: waiting up to 15m0s for 1 image: " + host + "/acme/app:v1.0\n", "imagelint: there after 35s: " + host + "/acme/app:v1.0\n",
		"7 requests (6 HEAD, 0 GET, 0 tokens, 1 lists of tags)",
	} {
		if !strings.Contains(stderr, want) {
			t.Errorf("no %q in:\n%s", want, stderr)
		}
	}
	there = false
	if code, stdout, stderr := l.runLater(t.Context(), t, func(d time.Duration) { there = d >= 20*time.Second }, "--wait", "15m", "--quiet"); code != cli.ExitOK || strings.Contains(stdout, "[probe-") || stderr != "" {
		t.Errorf("quiet: exit %d\n%s%s", code, stdout, stderr)
	}
}

// For an image that does not appear, the finding says how long it was waited for, as whom, and what exists
// instead.
func TestWaitInVain(t *testing.T) {
	l := newLab(t, serveOne)
	code, stdout, stderr := l.runLater(t.Context(), t, func(time.Duration) {}, "--wait", "15m", "--probe-as", "anonymous")
	if code != cli.ExitFindings || !strings.Contains(stderr, "imagelint: gave up after 15m0s: 1 image not there\n") || !strings.Contains(stderr, "imagelint: waiting for 1 image after 5m15s\n") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	for _, want := range []string{`has no tag "v1.0"`, "= note: asked anonymously, 19 times in 15m0s, since 2026-09-01T12:00:00Z\n", `the registry has "1.0"`} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in:\n%s", want, stdout)
		}
	}
}

// If the user stops waiting, the results so far are shown, and the run fails.
func TestWaitCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	l := newLab(t, serveOne)
	code, stdout, stderr := l.runLater(ctx, t, func(d time.Duration) {
		if d > time.Minute {
			cancel()
		}
	}, "--wait", "15m")
	if code != cli.ExitFailed || !strings.Contains(stdout, "[probe-tag-not-found]") || !strings.Contains(stdout, "= note: asked as the pod, 4 times in 1m15s") || !strings.HasSuffix(stderr, "imagelint: cancelled\n") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}

// The images of overlays, a bundle and a release's manifests are asked for together, and waited for no longer
// than the last one takes.
func TestWaitForAll(t *testing.T) {
	there := false
	var mu sync.Mutex
	heads := map[string]int{}
	l := newLab(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.Method == http.MethodHead {
			heads[r.URL.Path]++
		}
		if there {
			w.Header().Set("Content-Type", "application/vnd.oci.image.index.v1+json")
			return
		}
		w.WriteHeader(http.StatusNotFound)
	})
	host := l.server.Listener.Addr().String()
	pod := func(tag string) string {
		return "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: \"" + host + "/acme/app:" + tag + "\"}]}\n"
	}
	csv := "apiVersion: operators.coreos.com/v1alpha1\nkind: ClusterServiceVersion\nmetadata: {name: web.v1}\nspec:\n  install: {strategy: deployment, spec: {deployments: [{name: web, spec: {template: {spec: {containers: [{name: app, image: \"" +
		host + "/acme/app:bundle\"}]}}}}]}}\n  relatedImages: [{name: agent, image: \"" + host + "/acme/app:related\"}]\n"
	for name, text := range map[string]string{
		"base/pod.yaml": pod("base"), "base/kustomization.yaml": "resources: [pod.yaml]\n",
		"a/kustomization.yaml": "resources: [../base]\nimages: [{name: " + host + "/acme/app, newTag: a}]\n", "b/kustomization.yaml": "resources: [../base]\nimages: [{name: " + host + "/acme/app, newTag: b}]\n",
		"bundle/manifests/web.clusterserviceversion.yaml": csv,
		"pod.yaml": "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(pod("install"), "\n", "\n  ") + "\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(l.dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		l.write(t, name, text)
	}
	paths := []string{filepath.Join(l.dir, "a"), filepath.Join(l.dir, "b"), filepath.Join(l.dir, "bundle")}
	code, stdout, stderr := l.runLater(t.Context(), t, func(d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		there = d >= 20*time.Second
	}, append(paths, "--wait", "15m", "--probe-as", "anonymous")...)
	if code != cli.ExitOK || strings.Contains(stdout, "[probe-") || !strings.Contains(stderr, "waiting up to 15m0s for 5 images: ") || strings.Count(stderr, "\n") != 2 {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	want := map[string]int{}
	for _, tag := range []string{"a", "b", "bundle", "related", "install"} {
		want["/v2/acme/app/manifests/"+tag] = 5
	}
	if diff := cmp.Diff(want, heads); diff != "" {
		t.Errorf("HEADs (-want +got):\n%s", diff)
	}
}
