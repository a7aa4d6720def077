package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/imagelint-dev/imagelint/lint"
)

// bearer is a registry that requires a token from everybody. good is the accepted password; anonymous tokens
// are "anonymous".
func bearer(realm, good string, answer func(w http.ResponseWriter, r *http.Request, who string)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			serveToken(w, r, good)
			return
		}
		who, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok {
			challengeWith(w, realm, "")
			return
		}
		answer(w, r, who)
	})
}

func serveToken(w http.ResponseWriter, r *http.Request, good string) {
	who := "anonymous"
	user, password, ok := r.BasicAuth()
	if r.Method == http.MethodPost {
		_ = r.ParseForm()
		user, password, ok = "refresh", r.PostForm.Get("refresh_token"), true
	}
	if ok {
		if password != good {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"details":"incorrect username or password"}`)
			return
		}
		who = user
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"token": who, "expires_in": 300})
}

func challengeWith(w http.ResponseWriter, realm, problem string) {
	v := fmt.Sprintf(`Bearer realm=%q,service="registry"`, realm)
	if problem != "" {
		v += fmt.Sprintf(`,error=%q`, problem)
	}
	w.Header().Set("WWW-Authenticate", v)
	fail(w, http.StatusUnauthorized, "UNAUTHORIZED", "authentication required")
}

// static sends the same refusal to every request except those for tags.
func static(status int, code, message string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fail(w, status, code, message) })
}

const ociIndex = "application/vnd.oci.image.index.v1+json"

// TestShapes asks registries that behave like the known ones, and counts the requests.
func TestShapes(t *testing.T) {
	t.Parallel()
	hubRealm := "https://auth.docker.io/token"
	hubHosts := func(answer func(w http.ResponseWriter, r *http.Request, who string)) map[string]http.Handler {
		return map[string]http.Handler{
			"registry-1.docker.io": bearer(hubRealm, "right", answer),
			"auth.docker.io":       http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serveToken(w, r, "right") }),
		}
	}
	// full is go-containerregistry's registry with a repository, behind the shape's requirements
	// for clients.
	full := func(repository string) func(w http.ResponseWriter, r *http.Request, who string) {
		h := filled(t, repository)
		return func(w http.ResponseWriter, r *http.Request, _ string) { h.ServeHTTP(w, r) }
	}
	tagged := full("acme/app")
	masked := func(w http.ResponseWriter, _ *http.Request, who string) {
		if who == "anonymous" {
			challengeWith(w, hubRealm, "insufficient_scope")
			return
		}
		found(w, ociIndex)
	}
	one := func(host string, h http.Handler) map[string]http.Handler { return map[string]http.Handler{host: h} }
	const ecr, gar, acr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com", "europe-docker.pkg.dev", "acme.azurecr.io"
	basicOnly := func(answer func(w http.ResponseWriter, r *http.Request)) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, _, ok := r.BasicAuth(); !ok {
				w.Header().Set("WWW-Authenticate", `Basic realm="https://`+ecr+`/",service="ecr.amazonaws.com"`)
				w.Header().Set("Content-Type", "text/plain")
				w.WriteHeader(401)
				fmt.Fprint(w, "Not Authorized")
				return
			}
			answer(w, r)
		})
	}
	tests := []struct {
		name, image, user, password string // no user: anonymous
		hosts                       map[string]http.Handler
		want                        lint.Outcome
		near                        []string
		requests                    int
		said                        string // if the test is about it
	}{
		{name: "Hub: exists", image: "acme/app:0.0.23", hosts: hubHosts(tagged), want: lint.Exists, requests: 3},
		{name: "Hub: tag missing", image: "acme/app:v0.0.23", hosts: hubHosts(tagged), want: lint.TagMissing, near: []string{"0.0.23", "0.0.22", "1.0"}, requests: 4},
		{name: "Hub: digest missing", image: "acme/app@" + someDigest, hosts: hubHosts(tagged), want: lint.DigestMissing, requests: 3},
		{name: "Hub: absent or private", image: "acme/app:1", hosts: hubHosts(masked), want: lint.Denied, requests: 3},
		{name: "Hub: private, with credentials", image: "acme/app:1", user: "bob", password: "right", hosts: hubHosts(masked), want: lint.Exists, requests: 3},
		{name: "Hub: credentials refused, public for others", image: "acme/app:0.0.23", user: "bob", password: "wrong", hosts: hubHosts(tagged), want: lint.Rejected, requests: 4},
		{name: "Hub: limit", image: "acme/app:1", hosts: hubHosts(func(w http.ResponseWriter, _ *http.Request, _ string) {
			w.Header().Set("Retry-After", "3600")
			fail(w, 429, "TOOMANYREQUESTS", "You have reached your pull rate limit")
		}), want: lint.Inconclusive, requests: 3},
		{name: "GHCR: token refused to the anonymous (403)", image: "ghcr.io/acme/app:1", hosts: one("ghcr.io", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				fail(w, 403, "DENIED", "requested access to the resource is denied")
				return
			}
			challengeWith(w, "https://ghcr.io/token", "")
		})), want: lint.Denied, requests: 2},
		{name: "GHCR: token refused to the anonymous (401)", image: "ghcr.io/acme/app:1", hosts: one("ghcr.io", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				fail(w, 401, "UNAUTHORIZED", "authentication required")
				return
			}
			challengeWith(w, "https://ghcr.io/token", "")
		})), want: lint.Denied, requests: 2},
		{name: "GHCR: unknown name", image: "ghcr.io/acme/app:1", user: "bob", password: "right", hosts: one("ghcr.io", bearer("https://ghcr.io/token", "right", func(w http.ResponseWriter, _ *http.Request, _ string) {
			fail(w, 404, "NAME_UNKNOWN", "repository name not known to registry")
		})), want: lint.RepoMissing, requests: 4},
		{name: "GAR: denied, or it may not exist", image: gar + "/p/r/app:1", hosts: one(gar, bearer("https://"+gar+"/token", "", func(w http.ResponseWriter, _ *http.Request, _ string) {
			fail(w, 403, "DENIED", `Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "p" (or it may not exist)`)
		})), want: lint.Denied, requests: 4},
		{name: "GHCR: no right", image: "ghcr.io/acme/app:1", user: "bob", password: "right", hosts: one("ghcr.io", bearer("https://ghcr.io/token", "right", func(w http.ResponseWriter, _ *http.Request, _ string) {
			fail(w, 403, "DENIED", "permission_denied: read_package")
		})), want: lint.Denied, requests: 7},
		{name: "GHCR: an index only for those who accept one", image: "ghcr.io/acme/app:1", hosts: one("ghcr.io", bearer("https://ghcr.io/token", "", func(w http.ResponseWriter, r *http.Request, _ string) {
			for _, t := range []types.MediaType{types.OCIImageIndex, types.DockerManifestList, types.OCIManifestSchema1, types.DockerManifestSchema2, types.DockerManifestSchema1Signed} {
				if !strings.Contains(r.Header.Get("Accept"), string(t)) {
					fail(w, 404, "MANIFEST_UNKNOWN", "OCI index found, but Accept header does not support OCI indexes")
					return
				}
			}
			found(w, ociIndex)
		})), want: lint.Exists, requests: 3},
		{name: "GAR: denied at the token service", image: "gcr.io/acme/app:1", hosts: one("gcr.io", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				fail(w, 403, "DENIED", `Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "p" (or it may not exist)`)
				return
			}
			challengeWith(w, "https://gcr.io/token", "")
		})), want: lint.Denied, requests: 2},
		{name: "ECR: no credentials", image: ecr + "/app:1", hosts: one(ecr, basicOnly(nil)), want: lint.Denied, requests: 1},
		{name: "ECR: expired", image: ecr + "/app:1", user: "AWS", password: "old", hosts: one(ecr, basicOnly(func(w http.ResponseWriter, _ *http.Request) {
			fail(w, 403, "DENIED", "Your authorization token has expired. Reauthenticate and try again.")
		})), want: lint.Rejected, requests: 4},
		{name: "ECR: no right", image: ecr + "/app:1", user: "AWS", password: "x", hosts: one(ecr, basicOnly(func(w http.ResponseWriter, _ *http.Request) {
			fail(w, 403, "DENIED", "User: arn:aws:sts::1:x is not authorized to perform: ecr:BatchGetImage")
		})), want: lint.Denied, requests: 4},
		{name: "ECR: no repository", image: ecr + "/app:1", user: "AWS", password: "x", hosts: one(ecr, basicOnly(func(w http.ResponseWriter, _ *http.Request) {
			fail(w, 404, "NAME_UNKNOWN", "The repository with name 'app' does not exist in the registry with id '123456789012'")
		})), want: lint.RepoMissing, requests: 3},
		{name: "ECR: rate", image: ecr + "/app:1", user: "AWS", password: "x", hosts: one(ecr, basicOnly(func(w http.ResponseWriter, _ *http.Request) {
			fail(w, 429, "TOOMANYREQUESTS", "Rate exceeded")
		})), want: lint.Inconclusive, requests: 2},
		{name: "ECR Public: bad token", image: "public.ecr.aws/acme/app:1", user: "AWS", password: "right", hosts: one("public.ecr.aws", bearer("https://public.ecr.aws/token", "right", func(w http.ResponseWriter, _ *http.Request, who string) {
			if who != "anonymous" {
				w.WriteHeader(400)
				return
			}
			found(w, ociIndex)
		})), want: lint.Rejected, requests: 6},
		{name: "ACR: refused to the anonymous", image: acr + "/app:1", hosts: one(acr, bearer("https://"+acr+"/token", "", func(w http.ResponseWriter, _ *http.Request, _ string) {
			challengeWith(w, "https://"+acr+"/token", "insufficient_scope")
		})), want: lint.Denied, requests: 3},
		{name: "ACR: tag missing", image: acr + "/app:v0.0.23", user: "u", password: "right", hosts: one(acr, bearer("https://"+acr+"/token", "right", full("app"))), want: lint.TagMissing, near: []string{"0.0.23", "0.0.22", "1.0"}, requests: 4},
		{name: "MCR: tag missing", image: "mcr.microsoft.com/dotnet/sdk:1", hosts: one("mcr.microsoft.com", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/tags/list") {
				w.Header().Set("Link", `<https://other.example.com/v2/dotnet/sdk/tags/list?last=8.0>; rel="next"`)
				fmt.Fprint(w, `{"name":"dotnet/sdk","tags":["8.0"]}`)
				return
			}
			fail(w, 404, "MANIFEST_UNKNOWN", `manifest tagged by "1" is not found`)
		})), want: lint.TagMissing, near: []string{"8.0"}, requests: 2},
		{name: "DigitalOcean: a path without a repository", image: "registry.digitalocean.com/app:1", hosts: one("registry.digitalocean.com", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				w.WriteHeader(400)
				return
			}
			challengeWith(w, "https://registry.digitalocean.com/token", "")
		})), want: lint.RepoMissing, requests: 2},
		{name: "Quay: refused", image: "quay.io/acme/app:1", hosts: one("quay.io", bearer("https://quay.io/token", "", func(w http.ResponseWriter, _ *http.Request, _ string) {
			fail(w, 401, "UNAUTHORIZED", "access to the requested resource is not authorized")
		})), want: lint.Denied, requests: 3},
		{name: "Quay: token service out of order", image: "quay.io/acme/app:1", hosts: one("quay.io", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				w.WriteHeader(405)
				return
			}
			challengeWith(w, "https://quay.io/token", "")
		})), want: lint.Inconclusive, requests: 2},
		{name: "Harbor: no repository", image: "harbor.example.com/p/app:1", user: "u", password: "right", hosts: one("harbor.example.com", bearer("https://harbor.example.com/token", "right", func(w http.ResponseWriter, _ *http.Request, _ string) {
			fail(w, 404, "NOT_FOUND", "repository p/app not found")
		})), want: lint.RepoMissing, requests: 4},
		{name: "Harbor: refused", image: "harbor.example.com/p/app:1", hosts: one("harbor.example.com", bearer("https://harbor.example.com/token", "", func(w http.ResponseWriter, _ *http.Request, _ string) {
			fail(w, 401, "UNAUTHORIZED", "authorize header needed to send HEAD to repository")
		})), want: lint.Denied, requests: 3},
		{name: "no HEAD", image: "git.example.com/acme/app:1", hosts: one("git.example.com", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodHead {
				w.WriteHeader(405)
				return
			}
			found(w, ociIndex)
		})), want: lint.Exists, requests: 2},
		{name: "no headers", image: "reg.example.com/acme/app:1", hosts: one("reg.example.com", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) })), want: lint.Exists, requests: 1},
		{name: "a web page", image: "www.example.com/acme/app:1", hosts: one("www.example.com", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<html>")
		})), want: lint.Inconclusive, requests: 1},
		{name: "a web page that is not found", image: "www.example.com/acme/app:1", hosts: one("www.example.com", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(404)
			fmt.Fprint(w, "<html>")
		})), want: lint.Inconclusive, requests: 3},
		{name: "an error of no shape, and a list", image: "reg.example.com/acme/app:1", hosts: one("reg.example.com", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/tags/list") {
				fmt.Fprint(w, `{"name":"acme/app","tags":null}`)
				return
			}
			w.WriteHeader(404)
		})), want: lint.TagMissing, requests: 2},
		{name: "GCR: a deleted project", image: "gcr.io/acme/app:1", said: "Project acme has been deleted.", hosts: one("gcr.io", static(403, "DENIED", "Project acme has been deleted.")), want: lint.RepoMissing, requests: 2},
		{name: "GCR: a deleted project, at the token service", image: "gcr.io/acme/app:1", said: "Project acme has been deleted.", hosts: one("gcr.io", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				fail(w, 401, "DENIED", "Project acme has been deleted.")
				return
			}
			challengeWith(w, "https://gcr.io/token", "")
		})), want: lint.RepoMissing, requests: 2},
		{name: "GCR: shut down", image: "gcr.io/acme/app:1", said: "Container Registry is deprecated and shutting down, please use Artifact Registry", hosts: one("gcr.io", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			w.WriteHeader(412)
			fmt.Fprint(w, "Container Registry is deprecated and shutting down,\n please use Artifact Registry\n")
		})), want: lint.RepoMissing, requests: 2},
		{name: "a name that cannot be", image: "reg.example.com/acme/app:1", said: "invalid repository name", hosts: one("reg.example.com", static(400, "NAME_INVALID", "invalid repository name")), want: lint.RepoMissing, requests: 2},
		{name: "refused by law", image: "reg.example.com/acme/app:1", said: "not served in your country", hosts: one("reg.example.com", static(451, "DENIED", "not served in your country")), want: lint.Denied, requests: 2},
		{name: "refused in no words", image: "reg.example.com/acme/app:1", hosts: one("reg.example.com", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(451) })), want: lint.Inconclusive, requests: 2},
		{name: "refused in words that say nothing", image: "reg.example.com/acme/app:1", hosts: one("reg.example.com", static(403, "DENIED", "requested access to the resource is denied")), want: lint.Denied, requests: 2},
		{name: "words with control characters", image: "reg.example.com/acme/app:1", said: "come [31mback later", hosts: one("reg.example.com", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(410)
			fmt.Fprint(w, `{"errors":[{"code":"GONE","message":"come \u001b[31mback\nlater"}]}`)
		})), want: lint.Denied, requests: 2},
		{name: "words that repeat a password", image: "reg.example.com/acme/app:1", user: "bob", password: "s3cret-word", hosts: one("reg.example.com", static(403, "DENIED", "no access with s3cret-word")), want: lint.Denied, requests: 4},
		{name: "Hub: refused otherwise", image: "acme/app:1", hosts: hubHosts(func(w http.ResponseWriter, _ *http.Request, _ string) {
			fail(w, 451, "DENIED", "not served in your country")
		}), want: lint.Inconclusive, requests: 3},
		{name: "fails", image: "reg.example.com/acme/app:1", hosts: one("reg.example.com", static(500, "UNKNOWN", "")), want: lint.Inconclusive, requests: 1},
		{name: "bad gateway, once more", image: "reg.example.com/acme/app:1", hosts: one("reg.example.com", static(502, "", "")), want: lint.Inconclusive, requests: 2},
		{name: "no such host", image: "nowhere.example.com/acme/app:1", want: lint.Unreachable},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, test.hosts)
			q := question(t, test.image)
			if test.user != "" {
				q.Credentials = credentials(t, "web/regcred", q.Ref.Registry, test.user, test.password)
			}
			f := w.ask(t, w.options(), q)[0]
			if f.Pod.Outcome != test.want {
				t.Errorf("outcome %v, want %v: %+v", f.Pod.Outcome, test.want, f)
			}
			if f.Pod.RegistryMessage != test.said && (test.said != "" || strings.HasPrefix(test.name, "refused") || strings.HasPrefix(test.name, "words")) {
				t.Errorf("the registry says %q, want %q", f.Pod.RegistryMessage, test.said)
			}
			if diff := cmp.Diff(test.near, f.SimilarTags); diff != "" {
				t.Errorf("near tags (-want +got):\n%s", diff)
			}
			got := w.requests()
			if len(got) != test.requests {
				t.Errorf("%d requests, want %d:\n%s", len(got), test.requests, strings.Join(got, "\n"))
			}
			for _, r := range got {
				if strings.HasPrefix(r, "GET https://registry-1.docker.io/") && strings.Contains(r, "/manifests/") {
					t.Errorf("a GET of a manifest, which Docker Hub counts: %s", r)
				}
			}
			if open := test.name == "Hub: credentials refused, public for others" || test.name == "ECR Public: bad token"; f.Public != open || open && f.User.Outcome != lint.Exists {
				t.Errorf("open to everybody: %t; as you: %+v", f.Public, f.User)
			}
		})
	}
}

// TestLimits names the rate limit behind a 429, as far as the headers say.
func TestLimits(t *testing.T) {
	t.Parallel()
	for left, want := range map[string]string{"0;w=21600": "the pull limit is used up (429)", "": "the registry limits requests (429)", "7;w=60": "the registry limits requests (429)"} {
		w := newWorld(t, map[string]http.Handler{hostOf(hub): http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if left != "" {
				w.Header().Set("RateLimit-Limit", "100;w=21600")
				w.Header().Set("RateLimit-Remaining", left)
			}
			w.WriteHeader(http.StatusTooManyRequests)
		})})
		if f := w.ask(t, w.options(), question(t, "nginx:1"))[0]; f.Pod.Outcome != lint.Inconclusive || f.Pod.Detail != want {
			t.Errorf("%q left: %+v, want %q", left, f.Pod, want)
		}
	}
}

// TestFailures converts connection errors: a host that does not resolve is known not to exist; everything
// else is inconclusive.
func TestFailures(t *testing.T) {
	t.Parallel()
	op := func(err error) error {
		return &url.Error{Op: "Head", URL: "https://a/", Err: &net.OpError{Op: "dial", Err: err}}
	}
	tests := []struct {
		name string
		err  error
		want lint.Outcome
	}{
		{"no such name", op(&net.DNSError{IsNotFound: true}), lint.Unreachable},
		{"name server fails", op(&net.DNSError{IsTemporary: true}), lint.Inconclusive},
		{"refused", op(&os.SyscallError{Err: syscall.ECONNREFUSED}), lint.Unreachable},
		{"no route", op(&os.SyscallError{Err: syscall.EHOSTUNREACH}), lint.Inconclusive},
		{"reset", op(&os.SyscallError{Err: syscall.ECONNRESET}), lint.Inconclusive},
		{"proxy", &net.OpError{Op: "proxyconnect", Err: syscall.ECONNREFUSED}, lint.Inconclusive},
		{"late", &url.Error{Err: context.DeadlineExceeded}, lint.Inconclusive},
		{"plain HTTP", &url.Error{Err: http.ErrSchemeMismatch}, lint.PlainHTTP},
		{"no TLS", &url.Error{Err: tls.RecordHeaderError{RecordHeader: [5]byte{'S', 'S', 'H', '-', '2'}}}, lint.Inconclusive},
		{"certificate of nobody", &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, lint.Untrusted},
		{"certificate for another", &tls.CertificateVerificationError{Err: x509.HostnameError{Certificate: &x509.Certificate{}}}, lint.Untrusted},
		{"certificate that has expired", &tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.Expired}}, lint.Untrusted},
		{"anything else", errors.New("what is this"), lint.Inconclusive},
	}
	why := map[string]string{}
	for _, test := range tests {
		a := (&Prober{}).failure(test.err)
		if a.Outcome != test.want || a.Detail == "" {
			t.Errorf("%s: %+v, want %v", test.name, a, test.want)
		}
		if other := why[a.Detail]; other != "" {
			t.Errorf("%s says the same as %s: %q", test.name, other, a.Detail)
		}
		why[a.Detail] = test.name
	}
}
