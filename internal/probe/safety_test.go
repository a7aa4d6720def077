package probe

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/imagelint-dev/imagelint/lint"
)

// secretly returns the requests that contained the password, in any form.
func secretly(w *world) []string {
	var out []string
	for _, r := range w.requests() {
		if strings.Contains(r, "hunter2") || strings.Contains(r, "basic") || strings.Contains(r, "form") {
			out = append(out, r)
		}
	}
	return out
}

// TestLeaks has hostile registries ask for credentials in every possible way. Credentials are sent to the
// registry's own host only.
func TestLeaks(t *testing.T) {
	t.Parallel()
	evil := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serveToken(w, r, "hunter2") })
	wants := func(realm string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { challengeWith(w, realm, "") })
	}
	redirects := func(to string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, _, ok := r.BasicAuth(); !ok {
				w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
				w.WriteHeader(401)
				return
			}
			http.Redirect(w, r, to, http.StatusTemporaryRedirect)
		})
	}
	asksBasic := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
		w.WriteHeader(401)
	})
	tests := []struct {
		name, image string
		hosts       map[string]http.Handler
		own         string // the only host that may see the password; "" for none
		insecure    string
		clear       []string
		want        lint.Outcome
	}{
		{name: "foreign realm", image: "reg.example.com/a/b:1", hosts: map[string]http.Handler{"reg.example.com": wants("https://evil.example.net/token"), "evil.example.net": evil}, want: lint.Inconclusive},
		{name: "realm that ends alike", image: "reg.example.com/a/b:1", hosts: map[string]http.Handler{"reg.example.com": wants("https://evilexample.com/token"), "evilexample.com": evil}, want: lint.Inconclusive},
		{name: "realm of another customer", image: "acme.azurecr.io/a:1", hosts: map[string]http.Handler{"acme.azurecr.io": wants("https://evil.azurecr.io/token"), "evil.azurecr.io": evil}, want: lint.Inconclusive},
		{name: "realm under the same public suffix", image: "reg.co.uk/a:1", hosts: map[string]http.Handler{"reg.co.uk": wants("https://evil.co.uk/token"), "evil.co.uk": evil}, want: lint.Inconclusive},
		{name: "realm on another port", image: "reg.example.com/a/b:1", hosts: map[string]http.Handler{"reg.example.com": wants("https://reg.example.com:8443/token"), "reg.example.com:8443": evil}, want: lint.Inconclusive},
		{name: "realm over plain HTTP", image: "reg.example.com/a/b:1", hosts: map[string]http.Handler{"reg.example.com": wants("http://reg.example.com/token")}, want: lint.Inconclusive},
		{name: "realm with a user in it", image: "reg.example.com/a/b:1", hosts: map[string]http.Handler{"reg.example.com": wants("https://reg.example.com@evil.example.net/token"), "evil.example.net": evil}, want: lint.Inconclusive},
		{name: "realm at the metadata service", image: "reg.example.com/a/b:1", hosts: map[string]http.Handler{"reg.example.com": wants("https://169.254.169.254/token"), "169.254.169.254": evil}, want: lint.Inconclusive},
		{name: "own realm that redirects", image: "reg.example.com/a/b:1", own: "reg.example.com", hosts: map[string]http.Handler{
			"reg.example.com": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/token" {
					http.Redirect(w, r, "https://evil.example.net/token", http.StatusFound)
					return
				}
				challengeWith(w, "https://reg.example.com/token", "")
			}),
			"evil.example.net": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { challengeWith(w, "https://evil.example.net/token", "") }),
		}, want: lint.Rejected},
		{name: "manifest redirects to a stranger who asks for a password", image: "reg.example.com/a/b:1", own: "reg.example.com", hosts: map[string]http.Handler{"reg.example.com": redirects("https://evil.example.net/x"), "evil.example.net": asksBasic}, want: lint.Rejected},
		{name: "manifest redirects to another port", image: "reg.example.com/a/b:1", own: "reg.example.com", hosts: map[string]http.Handler{"reg.example.com": redirects("https://reg.example.com:8443/x"), "reg.example.com:8443": asksBasic}, want: lint.Rejected},
		{name: "manifest redirects to plain HTTP", image: "reg.example.com/a/b:1", own: "reg.example.com", hosts: map[string]http.Handler{"reg.example.com": redirects("http://reg.example.com/x")}, want: lint.Inconclusive},
		{name: "manifest redirects into the private network", image: "reg.example.com/a/b:1", own: "reg.example.com", hosts: map[string]http.Handler{"reg.example.com": redirects("https://10.0.0.5/x"), "10.0.0.5": asksBasic}, want: lint.Inconclusive},
		{name: "insecure registry over HTTP", image: "lab:5000/a:1", insecure: "lab:5000", clear: []string{"lab:5000"}, hosts: map[string]http.Handler{"lab:5000": asksBasic}, want: lint.Inconclusive},
		{name: "insecure registry over HTTPS", image: "lab:5000/a:1", insecure: "lab:5000", hosts: map[string]http.Handler{"lab:5000": asksBasic}, want: lint.Inconclusive},
		{name: "plain HTTP is not asked for", image: "10.0.0.5:5000/a:1", clear: []string{"10.0.0.5:5000"}, hosts: map[string]http.Handler{"10.0.0.5:5000": asksBasic}, want: lint.PlainHTTP},
		{name: "Docker Hub's own realm", image: "acme/app:1", own: "auth.docker.io", hosts: map[string]http.Handler{
			"registry-1.docker.io": bearer("https://auth.docker.io/token", "", func(w http.ResponseWriter, _ *http.Request, _ string) { found(w, ociIndex) }), "auth.docker.io": evil,
		}, want: lint.Exists},
		{name: "GitLab's own realm", image: "registry.gitlab.com/a/b:1", own: "gitlab.com", hosts: map[string]http.Handler{
			"registry.gitlab.com": bearer("https://gitlab.com/jwt/auth/token", "", func(w http.ResponseWriter, _ *http.Request, _ string) { found(w, ociIndex) }), "gitlab.com": evil,
		}, want: lint.Exists},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, test.hosts)
			for _, host := range test.clear {
				w.inClear[host] = true
			}
			o := w.options()
			if test.insecure != "" {
				o.Insecure = []string{test.insecure}
			}
			q := question(t, test.image)
			q.Credentials = credentials(t, "web/regcred", q.Ref.Registry, "bob", "hunter2")
			f := w.ask(t, o, q)[0]
			if f.Pod.Outcome != test.want {
				t.Errorf("outcome %v, want %v: %+v", f.Pod.Outcome, test.want, f)
			}
			for _, r := range secretly(w) {
				if test.own == "" || !strings.Contains(r, " https://"+test.own+"/") {
					t.Errorf("the password was sent elsewhere: %s", r)
				}
			}
			if test.own != "" && len(secretly(w)) == 0 {
				t.Errorf("the password was not sent:\n%s", strings.Join(w.requests(), "\n"))
			}
			if text := fmt.Sprintf("%v %+v %#v", f, q, f); strings.Contains(text, "hunter2") {
				t.Errorf("the password is printed: %s", text)
			}
		})
	}
}

// TestTokenStays redirects a request with a token. Neither the next host nor the same host on another
// port or scheme receives the token.
func TestTokenStays(t *testing.T) {
	t.Parallel()
	const host = "reg.example.com"
	for _, to := range []string{"https://evil.example.net/x", "https://reg.example.com:8443/x", "https://reg.example.com.evil.net/x", "http://reg.example.com/x"} {
		sees := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { found(w, ociIndex) })
		w := newWorld(t, map[string]http.Handler{
			host: bearer("https://"+host+"/token", "hunter2", func(w http.ResponseWriter, r *http.Request, _ string) {
				http.Redirect(w, r, to, http.StatusTemporaryRedirect)
			}),
			"evil.example.net":         sees,
			"reg.example.com:8443":     sees,
			"reg.example.com.evil.net": sees,
		})
		w.ask(t, w.options(), question(t, host+"/a/b:1", credentials(t, "web/regcred", host, "bob", "hunter2")...))
		arrived := false
		for _, r := range w.requests() {
			arrived = arrived || strings.Contains(r, strings.TrimSuffix(to, "x"))
			if !strings.Contains(r, " https://"+host+"/") && !strings.HasSuffix(r, " -") {
				t.Errorf("%s: credentials were sent: %s", to, r)
			}
		}
		if arrived == strings.HasPrefix(to, "http:") {
			t.Errorf("%s: %v", to, w.requests())
		}
	}
}

// TestHostile has registries try to keep a client busy. An answer is returned in time, and it
// claims nothing.
func TestHostile(t *testing.T) {
	t.Parallel()
	var sent sync.Map // by test name: bytes sent in endless bodies
	endless := func(w http.ResponseWriter, r *http.Request, begin, more string) {
		fmt.Fprint(w, begin)
		more = strings.Repeat(more, 1+1<<16/len(more))
		n, _ := sent.LoadOrStore(r.UserAgent(), new(atomic.Int64))
		for r.Context().Err() == nil {
			if _, err := fmt.Fprint(w, more); err != nil {
				return
			}
			n.(*atomic.Int64).Add(int64(len(more)))
		}
	}
	drip := func(w http.ResponseWriter, r *http.Request, begin string) {
		fmt.Fprint(w, begin)
		for r.Context().Err() == nil {
			fmt.Fprint(w, " ")
			w.(http.Flusher).Flush()
			time.Sleep(20 * time.Millisecond)
		}
	}
	const host = "reg.example.com"
	self := "https://" + host
	handler := func(f http.HandlerFunc) map[string]http.Handler { return map[string]http.Handler{host: f} }
	tests := []struct {
		name      string
		hosts     map[string]http.Handler
		platforms []string
		want      lint.Outcome
	}{
		{name: "tags without an end", hosts: handler(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/tags/list") {
				endless(w, r, `{"tags":["1.0"`, `,"`+strings.Repeat("9", 100)+`"`)
				return
			}
			fail(w, 404, "MANIFEST_UNKNOWN", "")
		}), want: lint.TagMissing},
		{name: "an error without an end", hosts: handler(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(403)
			if r.Method == http.MethodGet {
				endless(w, r, "", strings.Repeat("x", 1<<16))
			}
		}), want: lint.Denied},
		{name: "a manifest without an end", platforms: []string{"linux/amd64"}, hosts: handler(func(w http.ResponseWriter, r *http.Request) {
			found(w, ociIndex)
			if r.Method == http.MethodGet {
				endless(w, r, `{"manifests":[`, `{},`)
			}
		}), want: lint.Exists},
		{name: "a token without an end", hosts: handler(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				endless(w, r, `{"token":"`, strings.Repeat("x", 1<<16))
				return
			}
			challengeWith(w, self+"/token", "")
		}), want: lint.Inconclusive},
		{name: "a token with a line break", hosts: handler(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				fmt.Fprint(w, `{"token":"x\r\nHost: evil"}`)
				return
			}
			challengeWith(w, self+"/token", "")
		}), want: lint.Inconclusive},
		{name: "headers that do not come", hosts: handler(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), want: lint.Inconclusive},
		{name: "a body that does not come", hosts: handler(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(403)
			w.(http.Flusher).Flush()
			if r.Method == http.MethodGet {
				<-r.Context().Done()
			}
		}), want: lint.Inconclusive},
		{name: "tags that drip", hosts: handler(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/tags/list") {
				drip(w, r, `{"tags":["1.0"`)
				return
			}
			fail(w, 404, "MANIFEST_UNKNOWN", "")
		}), want: lint.TagMissing},
		{name: "a token that drips", hosts: handler(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				drip(w, r, `{"token":"x"`)
				return
			}
			challengeWith(w, self+"/token", "")
		}), want: lint.Inconclusive},
		{name: "redirects in a circle of two", hosts: map[string]http.Handler{
			host:                http.RedirectHandler("https://other.example.com/x", http.StatusFound),
			"other.example.com": http.RedirectHandler(self+"/x", http.StatusFound),
		}, want: lint.Inconclusive},
		{name: "redirects in a circle", hosts: handler(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, self+r.URL.Path, http.StatusFound) }), want: lint.Inconclusive},
		{name: "a redirect to nowhere", hosts: handler(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Location", "::"); w.WriteHeader(302) }), want: lint.Inconclusive},
		{name: "asks again and again", hosts: handler(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				fmt.Fprint(w, `{"token":"x"}`)
				return
			}
			challengeWith(w, self+"/token", "invalid_token")
		}), want: lint.Denied},
		{name: "lies about the manifest", platforms: []string{"linux/amd64"}, hosts: handler(func(w http.ResponseWriter, r *http.Request) {
			found(w, ociIndex)
			if r.Method == http.MethodGet {
				fmt.Fprint(w, `{"manifests":[{"platform":{"os":"windows","architecture":"amd64"}}]}`)
			}
		}), want: lint.Inconclusive},
		{name: "closes the connection", hosts: handler(func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }), want: lint.Inconclusive},
		{name: "megabytes of headers", hosts: handler(func(w http.ResponseWriter, _ *http.Request) {
			for i := range 2000 {
				w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 1000))
			}
			found(w, ociIndex)
		}), want: lint.Inconclusive},
		{name: "429 for ever", hosts: handler(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "1"); w.WriteHeader(429) }), want: lint.Inconclusive},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, test.hosts)
			q := question(t, host+"/a/b:1")
			q.Platforms = test.platforms
			o := w.options()
			o.pauses.perImage, o.pauses.header = 3*time.Second, time.Second
			o.UserAgent = test.name
			f := w.ask(t, o, q)[0]
			if f.Pod.Outcome != test.want || f.Platforms != nil {
				t.Errorf("outcome %v, want %v: %+v", f.Pod.Outcome, test.want, f)
			}
			// Data that is sent but not read fits into the buffers of the connection.
			if n, ok := sent.Load(test.name); ok && n.(*atomic.Int64).Load() > 16<<20 {
				t.Errorf("%d bytes of one body were sent", n.(*atomic.Int64).Load())
			}
			if n := len(w.requests()); n > 12 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// TestLyingDigest requests a digest and gets different content.
func TestLyingDigest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]http.Handler{"reg.example.com": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { found(w, ociIndex) })})
	other := "reg.example.com/a/b@sha256:" + strings.Repeat("f", 64)
	fs := w.ask(t, w.options(), question(t, other), question(t, "reg.example.com/a/b@"+someDigest))
	if fs[0].Pod.Outcome != lint.Inconclusive || fs[1].Pod.Outcome != lint.Exists {
		t.Errorf("outcomes %v and %v", fs[0].Pod.Outcome, fs[1].Pod.Outcome)
	}
}

// TestBreaker: after one failure that concerns the whole registry, it is not asked again.
func TestBreaker(t *testing.T) {
	t.Parallel()
	limited := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) })
	var qs []lint.Question
	for i := range 50 {
		for _, host := range []string{"limited.example.com", "clear.example.com", "nowhere.example.com"} {
			qs = append(qs, question(t, fmt.Sprintf("%s/a/b:%d", host, i)))
		}
	}
	w := newWorld(t, map[string]http.Handler{"limited.example.com": limited, "clear.example.com": limited})
	w.inClear["clear.example.com"] = true
	fs := w.ask(t, w.options(), qs...)
	for i, want := range []lint.Outcome{lint.Inconclusive, lint.PlainHTTP, lint.Unreachable} {
		for ; i < len(fs); i += 3 {
			if fs[i].Pod.Outcome != want {
				t.Fatalf("%s: %v, want %v", qs[i].Ref.Canonical(), fs[i].Pod.Outcome, want)
			}
		}
	}
	if got := w.requests(); len(got) != 1 {
		t.Errorf("%d requests arrived, want the first alone: %v", len(got), got)
	}
}

// TestRetryAfter waits, once, for a short rate limit to end.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	first := true
	w := newWorld(t, map[string]http.Handler{"reg.example.com": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if first {
			first = false
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(429)
			return
		}
		found(w, ociIndex)
	})})
	if f := w.ask(t, w.options(), question(t, "reg.example.com/a/b:1"))[0]; f.Pod.Outcome != lint.Exists || len(w.requests()) != 2 {
		t.Errorf("%v after %v", f.Pod, w.requests())
	}
}

// TestUntrusted asks a registry with an untrusted certificate, and one that the user marked insecure.
func TestUntrusted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, map[string]http.Handler{"reg.example.com": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { found(w, ociIndex) })})
	o := w.options()
	o.CAFiles = nil
	if f := w.ask(t, o, question(t, "reg.example.com/a/b:1"))[0]; f.Pod.Outcome != lint.Untrusted {
		t.Errorf("outcome %v", f.Pod.Outcome)
	}
	o.Insecure = []string{"reg.example.com"}
	if f := w.ask(t, o, question(t, "reg.example.com/a/b:1"))[0]; f.Pod.Outcome != lint.Exists {
		t.Errorf("insecure: outcome %v", f.Pod.Outcome)
	}
}

// TestPerson asks as the user who runs imagelint if the pod is denied.
func TestPerson(t *testing.T) {
	t.Parallel()
	hosts := func() map[string]http.Handler {
		return map[string]http.Handler{
			"ghcr.io": bearer("https://ghcr.io/token", "hunter2", func(w http.ResponseWriter, _ *http.Request, who string) {
				if who == "anonymous" {
					challengeWith(w, "https://ghcr.io/token", "insufficient_scope")
					return
				}
				found(w, ociIndex)
			}),
			"quay.io": bearer("https://quay.io/token", "", func(w http.ResponseWriter, _ *http.Request, _ string) { found(w, ociIndex) }),
		}
	}
	write := func(t *testing.T, name, text string) string {
		t.Helper()
		home := t.TempDir()
		file := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return home
	}
	const auth = `{"auths":{"ghcr.io":{"auth":"Ym9iOmh1bnRlcjI="}}}` // bob:hunter2
	tests := []struct {
		name, file, text string
		variable, value  string
		want             lint.Outcome
	}{
		{name: "docker", file: ".docker/config.json", text: auth, want: lint.Exists},
		{name: "podman", file: ".config/containers/auth.json", text: strings.Replace(auth, "ghcr.io", "ghcr.io/acme", 1), want: lint.Exists},
		{name: "podman, another path", file: ".config/containers/auth.json", text: strings.Replace(auth, "ghcr.io", "ghcr.io/other", 1), want: lint.NotAsked},
		{name: "identity token", file: ".docker/config.json", text: `{"auths":{"ghcr.io":{"identitytoken":"hunter2"}}}`, want: lint.Exists},
		{name: "GITHUB_TOKEN", variable: "GITHUB_TOKEN", value: "hunter2", want: lint.Exists},
		{name: "DOCKER_AUTH_CONFIG", variable: "DOCKER_AUTH_CONFIG", value: auth, want: lint.Exists},
		{name: "DOCKER_AUTH_CONFIG that is broken, and a file", variable: "DOCKER_AUTH_CONFIG", value: "{", file: ".docker/config.json", text: auth, want: lint.Exists},
		{name: "helper that is not there", file: ".docker/config.json", text: `{"credsStore":"imagelint-none","auths":{"ghcr.io":{}}}`, want: lint.NotAsked},
		{name: "helper with a path", file: ".docker/config.json", text: `{"credsStore":"../../bin/sh"}`, want: lint.NotAsked},
		{name: "broken file", file: ".docker/config.json", text: `{"auths":`, want: lint.NotAsked},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, hosts())
			o := w.options()
			if test.file != "" {
				o.Home = write(t, test.file, test.text)
			}
			o.Getenv = func(name string) string {
				return map[string]string{test.variable: test.value}[name]
			}
			fs := w.ask(t, o, question(t, "ghcr.io/acme/app:1"), question(t, "quay.io/acme/app:1"))
			if fs[0].Pod.Outcome != lint.Denied || fs[0].User.Outcome != test.want {
				t.Errorf("pod %v, you %v, want %v", fs[0].Pod.Outcome, fs[0].User.Outcome, test.want)
			}
			if fs[1].Pod.Outcome != lint.Exists {
				t.Errorf("a public image: %+v", fs[1])
			}
			for _, r := range secretly(w) {
				if !strings.Contains(r, "https://ghcr.io/") {
					t.Errorf("the password was sent elsewhere: %s", r)
				}
			}
		})
	}
}

// TestPersonKnowsMore: if the pod is denied and the user sees that the tag is missing, the suggested tags
// come from the user's list.
func TestPersonKnowsMore(t *testing.T) {
	t.Parallel()
	inside := filled(t, "acme/app")
	w := newWorld(t, map[string]http.Handler{"ghcr.io": bearer("https://ghcr.io/token", "hunter2", func(w http.ResponseWriter, r *http.Request, who string) {
		if who == "anonymous" {
			challengeWith(w, "https://ghcr.io/token", "insufficient_scope")
			return
		}
		inside.ServeHTTP(w, r)
	})})
	o := w.options()
	o.Login = LoginTags
	o.Getenv = func(name string) string { return map[string]string{"GITHUB_TOKEN": "hunter2"}[name] }
	f := w.ask(t, o, question(t, "ghcr.io/acme/app:v0.0.23"))[0]
	if f.Pod.Outcome != lint.Denied || f.User.Outcome != lint.TagMissing || len(f.SimilarTags) == 0 || f.SimilarTags[0] != "0.0.23" {
		t.Errorf("%+v", f)
	}
}

// TestOwnLogin: for a repository that the pod cannot read, the user's login lists no tags and reveals no
// missing image unless the user allows it. If the user forbids logins completely, the login is not used at
// all.
func TestOwnLogin(t *testing.T) {
	t.Parallel()
	inside := filled(t, "acme/app")
	private := bearer("https://ghcr.io/token", "hunter2", func(w http.ResponseWriter, r *http.Request, who string) {
		if who == "anonymous" {
			challengeWith(w, "https://ghcr.io/token", "insufficient_scope")
			return
		}
		inside.ServeHTTP(w, r)
	})
	for _, test := range []struct {
		login                         Login
		there, noTag, noDigest, other lint.Outcome // what the user can see
		lists, asked                  bool
	}{
		{LoginNone, lint.NotAsked, lint.NotAsked, lint.NotAsked, lint.NotAsked, false, false},
		{LoginExists, lint.Exists, lint.NotAsked, lint.NotAsked, lint.NotAsked, false, true},
		{LoginTags, lint.Exists, lint.TagMissing, lint.DigestMissing, lint.RepoMissing, true, true},
	} {
		w := newWorld(t, map[string]http.Handler{"ghcr.io": private})
		o := w.options()
		o.Login = test.login
		o.Getenv = func(name string) string { return map[string]string{"GITHUB_TOKEN": "hunter2"}[name] }
		p := w.prober(t, o)
		fs := p.Probe(t.Context(), []lint.Question{
			question(t, "ghcr.io/acme/app:0.0.23"), question(t, "ghcr.io/acme/app:v0.0.23"), question(t, "ghcr.io/acme/app@"+someDigest), question(t, "ghcr.io/acme/gone:1"),
		})
		for i, want := range []lint.Outcome{test.there, test.noTag, test.noDigest, test.other} {
			if f := fs[i]; f.Pod.Outcome != lint.Denied || f.User.Outcome != want || !test.lists && (len(f.SimilarTags) > 0 || f.TagListed) {
				t.Errorf("%d, question %d: %+v, want %v for the person", test.login, i, f, want)
			}
		}
		requests := strings.Join(w.requests(), "\n")
		if lists := strings.Contains(requests, "/tags/list"); lists != test.lists {
			t.Errorf("%d: lists of tags were asked for: %v\n%s", test.login, lists, requests)
		}
		if asked := len(secretly(w)) > 0; asked != test.asked || (p.Stats().Untried == 4) == test.asked {
			t.Errorf("%d: the login was used: %v; left out %d times\n%s", test.login, asked, p.Stats().Untried, requests)
		}
	}
}

// TestOwnLoginAtMirror: images that a pod pulls through a mirror are reported, but the mirror's tags are not
// listed.
func TestOwnLoginAtMirror(t *testing.T) {
	t.Parallel()
	inside := filled(t, "hub/acme/app")
	for login, near := range map[Login]bool{LoginNone: false, LoginExists: false, LoginTags: true} {
		w := newWorld(t, map[string]http.Handler{"ghcr.io": bearer("https://ghcr.io/token", "hunter2", func(w http.ResponseWriter, r *http.Request, who string) {
			if who == "anonymous" {
				challengeWith(w, "https://ghcr.io/token", "insufficient_scope")
				return
			}
			inside.ServeHTTP(w, r)
		})})
		o := w.options()
		o.Login, o.Mirrors = login, []Mirror{{Registry: "quay.io", At: "ghcr.io/hub"}} // quay.io does not exist here; only the mirror does
		o.Getenv = func(name string) string { return map[string]string{"GITHUB_TOKEN": "hunter2"}[name] }
		fs := w.ask(t, o, question(t, "quay.io/acme/app:0.0.23"), question(t, "quay.io/acme/app:v0.0.23"))
		if fs[0].Pod.Outcome != lint.Exists || fs[1].Pod.Outcome != lint.TagMissing || (len(fs[1].SimilarTags) > 0) != near {
			t.Errorf("%d: %+v", login, fs)
		}
	}
}

// TestHelper runs a credential helper, once for all repositories of a registry.
func TestHelper(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the helper is a shell script")
	}
	dir := t.TempDir()
	script := "#!/bin/sh\necho run >> " + dir + "/runs\ncat >/dev/null\necho '{\"Username\":\"bob\",\"Secret\":\"hunter2\"}'\n"
	if err := os.WriteFile(filepath.Join(dir, "docker-credential-test"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(`{"credHelpers":{"ghcr.io":"test"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	w := newWorld(t, map[string]http.Handler{"ghcr.io": bearer("https://ghcr.io/token", "hunter2", func(w http.ResponseWriter, _ *http.Request, who string) {
		if who == "anonymous" {
			challengeWith(w, "https://ghcr.io/token", "insufficient_scope")
			return
		}
		found(w, ociIndex)
	})})
	o := w.options()
	o.Getenv = func(name string) string { return map[string]string{"DOCKER_CONFIG": dir}[name] }
	for i, f := range w.ask(t, o, question(t, "ghcr.io/acme/a:1"), question(t, "ghcr.io/acme/b:1"), question(t, "ghcr.io/acme/c:1")) {
		if f.User.Outcome != lint.Exists {
			t.Errorf("%d: %+v", i, f)
		}
	}
	if runs, err := os.ReadFile(filepath.Join(dir, "runs")); err != nil || string(runs) != "run\n" {
		t.Errorf("the helper's runs: %q, %v", runs, err)
	}
}
