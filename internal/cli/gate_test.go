package cli_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/cli"
)

// A gate's JSON says for each image as whom it was asked for, for which platforms, the registry's answer and
// since when, and the nearest tags; and the number of requests. It contains no part of a password.
func TestGateJSON(t *testing.T) {
	index := `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":2,"digest":"sha256:` +
		strings.Repeat("a", 64) + `","platform":{"os":"linux","architecture":"arm64"}}]}`
	l := newLab(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.Contains(r.URL.Path, "/private/"):
			if _, password, _ := r.BasicAuth(); password != "hunter2" {
				w.Header().Set("WWW-Authenticate", `Basic realm="lab"`)
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			w.Header().Set("Content-Type", "application/vnd.oci.image.index.v1+json")
			fmt.Fprint(w, index)
		case strings.HasSuffix(r.URL.Path, "/manifests/1.0"):
			w.Header().Set("Content-Type", "application/vnd.oci.image.index.v1+json")
			w.Header().Set("Last-Modified", "Tue, 01 Sep 2026 11:00:00 GMT")
			if r.Method == http.MethodGet {
				fmt.Fprint(w, index)
			}
		default:
			serveOne(w, r)
		}
	})
	host := l.server.Listener.Addr().String()
	text := "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n"
	for i, image := range []string{"acme/app:1.0", "acme/app:v1.0", "private/app:1.0"} {
		text += fmt.Sprintf("  - {name: c%d, image: \"%s/%s\"}\n", i, host, image)
	}
	l.write(t, "pod.yaml", text)
	if err := os.MkdirAll(filepath.Join(l.dir, ".docker"), 0o700); err != nil {
		t.Fatal(err)
	}
	l.write(t, ".docker/config.json", `{"auths":{"`+host+`":{"username":"bob","password":"hunter2"}}}`)

	type image struct {
		Image, As, Status, Answer, You, Since, Modified string
		Login                                           bool
		Platforms, MissingPlatforms, Has, Nearest       []string
		HTTP, Asked                                     int
		Waited                                          float64
	}
	asked := func(flags ...string) []image {
		t.Helper()
		code, stdout, stderr := l.runLater(t.Context(), t, func(time.Duration) {}, append(flags, "--format", "json", "--platform", "linux/amd64,linux/arm64")...)
		var out struct {
			Probe struct {
				As       string
				Requests map[string]int
				Images   []image
			}
		}
		if err := json.Unmarshal([]byte(stdout), &out); err != nil || code != cli.ExitFindings || strings.Contains(stdout+stderr, "hunter2") {
			t.Fatalf("exit %d, %v:\n%s%s", code, err, stdout, stderr)
		}
		sum := 0
		for _, kind := range []string{"heads", "gets", "tokens", "lists"} {
			sum += out.Probe.Requests[kind]
		}
		if total := out.Probe.Requests["total"]; total == 0 || total != sum {
			t.Errorf("requests: %v", out.Probe.Requests)
		}
		return out.Probe.Images
	}
	both := []string{"linux/amd64", "linux/arm64"}
	waited := func(i image) image {
		i.Asked, i.Since, i.Waited = 5, "2026-09-01T12:00:00Z", 60
		return i
	}
	want := []image{
		waited(image{Image: host + "/acme/app:1.0", As: "anonymous", Status: "missing", Answer: "exists", HTTP: 200, Modified: "2026-09-01T11:00:00Z", Platforms: both, MissingPlatforms: both[:1], Has: both[1:], Nearest: []string{}}),
		waited(image{Image: host + "/acme/app:v1.0", As: "anonymous", Status: "missing", Answer: "tag missing", HTTP: 404, Platforms: both, Nearest: []string{"1.0"}}),
		{Image: host + "/private/app:1.0", As: "anonymous", Status: "denied", Answer: "denied", HTTP: 401, You: "exists", Platforms: both, Nearest: []string{}},
	}
	if diff := cmp.Diff(want, asked("--probe-as", "anonymous", "--wait", "1m", "--probe-login", "exists")); diff != "" {
		t.Errorf("anonymous (-want +got):\n%s", diff)
	}
	mine := asked("--probe-as", "me")
	if len(mine) != 3 || mine[2].As != "me" || !mine[2].Login || mine[2].Answer != "exists" || mine[2].Status != "missing" || mine[2].Asked != 0 || mine[2].Since != "" {
		t.Errorf("as me: %+v", mine)
	}
}
