package cli_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/imagelint-dev/imagelint/internal/cli"
)

// pinLab is a registry with acme/app:1.0, an index, and acme/app:2.0, an image; it returns their digests.
func pinLab(t *testing.T) (l *lab, index, image string) {
	t.Helper()
	h := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	l = newLab(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/acme/limited/") {
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		h.ServeHTTP(w, r)
	})
	image = put(t, h, "2.0", "application/vnd.oci.image.manifest.v1+json", `"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:`+strings.Repeat("1", 64)+`","size":2},"layers":[]`)
	index = put(t, h, "1.0", "application/vnd.oci.image.index.v1+json", `"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"`+image+`","size":2}]`)
	return l, index, image
}

// put pushes a manifest for a tag of acme/app, and returns its digest.
func put(t *testing.T, h http.Handler, tag, mediaType, fields string) string {
	t.Helper()
	body := fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,%s}`, mediaType, fields)
	r := httptest.NewRequest(http.MethodPut, "/v2/acme/app/manifests/"+tag, strings.NewReader(body))
	r.Header.Set("Content-Type", mediaType)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusCreated {
		t.Fatalf("push %s: %d %s", tag, w.Code, w.Body)
	}
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(body)))
}

func (l *lab) host() string { return l.server.Listener.Addr().String() }

// pin runs imagelint pin on a manifest with the given images, and returns the manifest afterwards, with HOST
// for the registry.
func (l *lab) pin(t *testing.T, images string, flags ...string) (code int, manifest, stdout, stderr string) {
	t.Helper()
	l.write(t, "pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n"+strings.ReplaceAll(images, "HOST", l.host()))
	var out, errOut bytes.Buffer
	c := cli.Command{Stdout: &out, Stderr: &errOut, Getenv: func(name string) string { return map[string]string{"HOME": l.dir}[name] }}
	args := append([]string{"imagelint", "pin", "--no-cache", "--config", filepath.Join(l.dir, "imagelint.yaml"), filepath.Join(l.dir, "pod.yaml")}, flags...)
	code = c.Main(t.Context(), args)
	data, err := os.ReadFile(filepath.Join(l.dir, "pod.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, manifest, _ = strings.Cut(strings.ReplaceAll(string(data), l.host(), "HOST"), "containers:\n")
	return code, manifest, out.String(), strings.ReplaceAll(errOut.String(), l.dir+string(filepath.Separator), "")
}

func TestPin(t *testing.T) {
	l, index, image := pinLab(t)
	const images = "  - {name: a, image: \"HOST/acme/app:1.0\"} # kept\n  - name: b\n    image: HOST/acme/app:2.0   # too\n  - {name: c, image: HOST/acme/app}\n"
	want := "  - {name: a, image: \"HOST/acme/app:1.0@" + index + "\"} # kept\n  - name: b\n    image: HOST/acme/app:2.0@" + image + "   # too\n  - {name: c, image: HOST/acme/app}\n"
	code, got, stdout, stderr := l.pin(t, images)
	if diff := cmp.Diff(want, got); diff != "" || code != cli.ExitOK || stdout != "" || stderr != "pinned 2 images in 1 file\n" {
		t.Errorf("exit %d %q %q (-want +got):\n%s", code, stdout, stderr, diff)
	}
	if n := l.requests.Load(); n > 6 { // a ping, and a question for each tag
		t.Errorf("%d requests", n)
	}
	if code, again, _, stderr := l.pin(t, want); again != want || code != cli.ExitOK || stderr != "pinned 0 images in 0 files\n" {
		t.Errorf("pinned again: exit %d, %q:\n%s", code, stderr, again)
	}
	if code, got, _, stderr := l.pin(t, split("1.0", ", digest: ''")); got != split("1.0", ", digest: '"+index+"'") || code != cli.ExitOK {
		t.Errorf("in parts: exit %d %s\n%s", code, stderr, got)
	}
	code, got, stdout, _ = l.pin(t, images, "--diff", "--image", l.host()+"/acme/app:2.*")
	if got != images || code != cli.ExitOK || !strings.Contains(stdout, "\n+    image: "+l.host()+"/acme/app:2.0@"+image+"   # too\n") || strings.Contains(stdout, index) {
		t.Errorf("exit %d:\n%s\n%s", code, stdout, got)
	}
}

// Only --update changes existing digests, whether or not the registry still has them; without a tag there is
// nothing to update.
func TestPinUpdate(t *testing.T) {
	l, index, image := pinLab(t)
	gone := "sha256:" + strings.Repeat("ab", 32)
	old := "  - {name: a, image: HOST/acme/app:1.0@" + image + "}\n  - {name: b, image: HOST/acme/app:2.0@" + gone + "}\n  - {name: c, image: HOST/acme/app@" + gone + "}\n"
	if code, got, _, stderr := l.pin(t, old); got != old || code != cli.ExitOK {
		t.Errorf("exit %d %s:\n%s", code, stderr, got)
	}
	want := "  - {name: a, image: HOST/acme/app:1.0@" + index + "}\n  - {name: b, image: HOST/acme/app:2.0@" + image + "}\n  - {name: c, image: HOST/acme/app@" + gone + "}\n"
	if code, got, _, stderr := l.pin(t, old, "--update"); got != want || code != cli.ExitOK {
		t.Errorf("exit %d %s:\n%s", code, stderr, cmp.Diff(want, got))
	}
}

// split is an image in parts, after a pod without containers.
func split(tag, digest string) string {
	return "  []\n---\napiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec: {image: {repository: HOST/acme/app, tag: \"" + tag + "\"" + digest + "}}\n"
}

// Images that could not be asked for are reported, and never written.
func TestPinLeft(t *testing.T) {
	l, index, _ := pinLab(t)
	for _, c := range []struct {
		images, want string
		code         int
		why          string
	}{
		{"  - {name: a, image: HOST/acme/app:9.9}\n  - {name: b, image: HOST/acme/app:1.0}\n", "  - {name: a, image: HOST/acme/app:9.9}\n  - {name: b, image: HOST/acme/app:1.0@" + index + "}\n", cli.ExitFindings, "pod.yaml:6:22: image \"HOST/acme/app:9.9\" is not pinned: tag missing\n"},
		{"  - {name: a, image: HOST/acme/limited:1}\n", "  - {name: a, image: HOST/acme/limited:1}\n", cli.ExitFailed, "is not pinned: inconclusive: "},
		{split("1.0", ""), split("1.0", ""), cli.ExitFindings, "is not pinned: this field cannot hold a digest"},
		{"  - {name: a, image: HOST/acme/none:1}\n", "  - {name: a, image: HOST/acme/none:1}\n", cli.ExitFindings, "is not pinned: repository missing"},
	} {
		code, got, _, stderr := l.pin(t, c.images)
		stderr = strings.ReplaceAll(stderr, l.host(), "HOST")
		if got != c.want || code != c.code || !strings.Contains(stderr, c.why) || !strings.Contains(stderr, "; left 1\n") {
			t.Errorf("exit %d, want %d: %s\n%s", code, c.code, stderr, got)
		}
	}
}
