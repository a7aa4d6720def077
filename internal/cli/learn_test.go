package cli_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/imagelint-dev/imagelint/internal/cli"
)

// private is a registry that requires a login, and a folder with manifests of its images.
type private struct {
	*lab
	host string

	mu  sync.Mutex
	log []string // what was asked with the login
}

const robot, password = "robot", "hunter2hunter2"

func newPrivate(t *testing.T) *private {
	t.Helper()
	p := &private{}
	serve := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	p.lab = newLab(t, func(w http.ResponseWriter, r *http.Request) {
		if user, pass, _ := r.BasicAuth(); user != robot || pass != password {
			w.Header().Set("WWW-Authenticate", `Basic realm="here"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		p.mu.Lock()
		p.log = append(p.log, r.Method+" "+r.URL.Path)
		p.mu.Unlock()
		serve.ServeHTTP(w, r)
	})
	p.host = p.server.Listener.Addr().String()
	p.write(t, "config.json", fmt.Sprintf(`{"auths": {%q: {"auth": %q}}}`, p.host, base64.StdEncoding.EncodeToString([]byte(robot+":"+password))))
	p.env = map[string]string{"DOCKER_CONFIG": p.dir}
	return p
}

// push pushes an empty image under tags, bypassing the registry's login.
func (p *private) push(t *testing.T, repository string, tags ...string) {
	t.Helper()
	for _, tag := range tags {
		ref, err := name.ParseReference(p.host + "/" + repository + ":" + tag)
		if err != nil {
			t.Fatal(err)
		}
		if err := remote.Write(ref, empty.Image, remote.WithTransport(asRobot{p.server.Client().Transport})); err != nil {
			t.Fatal(err)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log = nil
}

type asRobot struct{ http.RoundTripper }

func (a asRobot) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.SetBasicAuth(robot, password)
	return a.RoundTripper.RoundTrip(r)
}

// pods writes a manifest with images of the registry.
func (p *private) pods(t *testing.T, images ...string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n")
	for i, image := range images {
		fmt.Fprintf(&b, "    - {name: c%d, image: \"%s/%s\"}\n", i, p.host, image)
	}
	p.write(t, "pod.yaml", b.String())
}

// imagelint runs a command line at a fixed date.
func (p *private) imagelint(t *testing.T, day string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	now, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	c := cli.Command{Stdout: &out, Stderr: &errOut, Now: func() time.Time { return now }, Getenv: func(name string) string {
		if name == "HOME" {
			return p.dir
		}
		return p.env[name]
	}}
	code = c.Main(t.Context(), append([]string{"imagelint"}, args...))
	return code, out.String(), errOut.String()
}

func (p *private) learn(t *testing.T, day string, more ...string) (code int, text, stderr string) {
	t.Helper()
	file := filepath.Join(p.dir, "learned", "catalog")
	args := append([]string{"catalog", "learn", filepath.Join(p.dir, "pod.yaml"), "--config", filepath.Join(p.dir, "imagelint.yaml"), "-o", file}, more...)
	code, stdout, stderr := p.imagelint(t, day, args...)
	data, err := os.ReadFile(file)
	if err != nil && code == cli.ExitOK {
		t.Fatal(err)
	}
	if all := string(data) + stdout + stderr; strings.Contains(all, password) || strings.Contains(all, base64.StdEncoding.EncodeToString([]byte(robot+":"+password))) {
		t.Errorf("a secret is printed:\n%s", all)
	}
	return code, strings.ReplaceAll(string(data), p.host, "REGISTRY"), stderr
}

const learned = `# imagelint lists of tags, version 1
# Written by imagelint catalog learn: the tags that registries list. It holds no credentials. Use it with --catalog, or under catalogs in .imagelint.yaml.

`

// Tag lists are learned with the user's own login, with one request per repository, and used offline from
// then on.
func TestCatalogLearn(t *testing.T) {
	p := newPrivate(t)
	p.push(t, "team/app", "1.0.0", "1.0.2", "1.10.0", "main")
	p.push(t, "team/worker", "v2.0.0")
	p.pods(t, "team/app:1.0.0", "team/app:1.0.2", "team/worker:v2.0.0", "team/nothing:1")
	code, text, stderr := p.learn(t, "2027-01-05")
	want := learned + `image: REGISTRY/team/app
kind: learned
source: REGISTRY
date: 2027-01-05
tags: 1.0.0
tags: 1.0.2
tags: 1.10.0
tags: main

image: REGISTRY/team/nothing
kind: learned absent
source: REGISTRY
date: 2027-01-05

image: REGISTRY/team/worker
kind: learned
source: REGISTRY
date: 2027-01-05
tags: v2.0.0
`
	if code != cli.ExitOK || text != want {
		t.Errorf("exit %d, %s\n%s", code, stderr, text)
	}
	if want := []string{"GET /v2/team/app/tags/list", "GET /v2/team/nothing/tags/list", "GET /v2/team/worker/tags/list"}; !slices.Equal(slices.Sorted(slices.Values(p.log)), want) {
		t.Errorf("asked: %q", p.log)
	}
	if !strings.Contains(stderr, "team/nothing: the registry has no such repository\n") || !strings.Contains(stderr, "learned 5 tags of 3 repositories: ") {
		t.Errorf("said:\n%s", stderr)
	}

	p.pods(t, "team/app:1.0.1", "team/app:1.0.20", "team/app:1.0.2", "team/worker:2.0.0", "team/nothing:1", "team/wroker:1", "other/app:1")
	asked := p.requests.Load()
	code, stdout, stderr := p.imagelint(t, "2027-03-01", "--config", "", "--catalog", filepath.Join(p.dir, "learned", "catalog"), "--format", "short", filepath.Join(p.dir, "pod.yaml"))
	var got []string
	for line := range strings.Lines(stdout) {
		if _, rest, ok := strings.Cut(strings.ReplaceAll(line, p.host, "REGISTRY"), "pod.yaml:"); ok && strings.Contains(rest, "unknown") {
			_, rest, _ := strings.Cut(rest, ": ")
			got = append(got, strings.TrimSpace(rest))
		}
	}
	wantLines := []string{
		`error: image "REGISTRY/team/app:1.0.1" has a tag that its registry did not have on 2027-01-05: 1.0.2 was there, and is newer [image-tag-unknown]`,
		`warning: image "REGISTRY/team/app:1.0.20" has a tag that its registry did not have on 2027-01-05: it may be newer [image-tag-unknown]`,
		`error: image "REGISTRY/team/worker:2.0.0" has a tag that its registry did not have on 2027-01-05: v2.0.0 is written with a "v" [image-tag-unknown]`,
		`warning: image "REGISTRY/team/nothing:1" is in a repository that did not exist on 2027-01-05, according to its registry [image-unknown-repository]`,
		`warning: image "REGISTRY/team/wroker:1" is not a known image, but "REGISTRY/team/worker" is [image-unknown-repository]`,
	}
	slices.Sort(got)
	slices.Sort(wantLines)
	if code != cli.ExitFindings || !slices.Equal(got, wantLines) {
		t.Errorf("exit %d, %s\n%s", code, stderr, strings.Join(got, "\n"))
	}
	if p.requests.Load() != asked {
		t.Error("a registry was asked")
	}
}

// Learning again keeps vanished tags with their last day, and lists that cannot be requested unchanged.
func TestCatalogLearnAgain(t *testing.T) {
	p := newPrivate(t)
	p.push(t, "team/app", "1.0.0", "1.0.1")
	p.pods(t, "team/app:1.0.0")
	if code, _, stderr := p.learn(t, "2027-01-05"); code != cli.ExitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	file := filepath.Join(p.dir, "learned", "catalog")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	old := strings.Replace(string(data), "tags: 1.0.0\n", "tags: 0.9.0\ntags: 1.0.0\n", 1) + "\nimage: gone.example.com/team/old\nkind: learned\nsource: gone.example.com\ndate: 2026-05-01\ntags: 3\n"
	if err := os.WriteFile(file, []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	p.push(t, "team/app", "1.1.0")
	code, text, stderr := p.learn(t, "2027-02-01")
	want := learned + `image: REGISTRY/team/app
kind: learned
source: REGISTRY
date: 2027-02-01
gone 2027-01-05: 0.9.0
tags: 1.0.0
tags: 1.0.1
tags: 1.1.0

image: gone.example.com/team/old
kind: learned
source: gone.example.com
date: 2026-05-01
tags: 3
`
	if code != cli.ExitOK || text != want {
		t.Errorf("exit %d, %s\n%s", code, stderr, text)
	}

	p.env = nil // without the login
	code, again, stderr := p.learn(t, "2027-02-02")
	if code != cli.ExitFailed || again != want || !strings.Contains(stderr, "team/app: its tags are not known: it requires credentials, and you have none for it\n") {
		t.Errorf("exit %d, %s\n%s", code, stderr, again)
	}

	_, stdout, _ := p.imagelint(t, "2027-03-01", "catalog", "--config", "", "--catalog", file, p.host+"/team/app:0.9.0")
	if !strings.Contains(stdout, "0.9.0: probably never published: it was there until 2027-01-05") {
		t.Errorf("said:\n%s", stdout)
	}

	p.write(t, "imagelint.yaml", "catalogs: [learned/catalog]\ncatalog-max-age: 30d\n")
	for day, want := range map[string]bool{"2027-02-20": false, "2027-05-01": true} {
		// The older of the two lists' dates counts.
		_, _, stderr := p.imagelint(t, day, "--config", filepath.Join(p.dir, "imagelint.yaml"), filepath.Join(p.dir, "pod.yaml"))
		if warned := strings.Contains(stderr, "registries were last asked for tags on "); !warned && want {
			t.Errorf("%s: %s", day, stderr)
		}
	}
}

func TestCatalogLearnUsage(t *testing.T) {
	p := newPrivate(t)
	p.push(t, "team/app", "1.0.0")
	p.pods(t, "team/app:1.0.0")
	pod := filepath.Join(p.dir, "pod.yaml")
	p.write(t, "other", "not a list")
	for _, tt := range []struct {
		want string
		args []string
	}{
		{"catalog learn needs manifests", []string{"catalog", "learn"}},
		{"has a tag or a digest", []string{"catalog", "learn", "--repository", "registry.example.com/a:1"}},
		{"was not replaced: ", []string{"catalog", "learn", pod, "-o", filepath.Join(p.dir, "other")}},
		{"for imagelint catalog learn", []string{"catalog", "--repository", "registry.example.com/a"}},
	} {
		if code, _, stderr := p.imagelint(t, "2027-01-05", tt.args...); code != cli.ExitUsage || !strings.Contains(stderr, tt.want) {
			t.Errorf("%q: exit %d, %s", tt.args, code, stderr)
		}
	}
	if p.requests.Load() > 2 && len(p.log) > 0 {
		t.Errorf("asked: %q", p.log)
	}
	// --image selects images, --repository adds repositories.
	code, text, stderr := p.learn(t, "2027-01-05", "--image", "nothing/*", "--repository", p.host+"/team/app")
	if code != cli.ExitOK || strings.Count(text, "image: ") != 1 {
		t.Errorf("exit %d, %s\n%s", code, stderr, text)
	}
}
