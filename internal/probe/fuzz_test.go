package probe

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/imagelint-dev/imagelint/lint"
)

// FuzzAnswer parses arbitrary responses in each role.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{
		`{"name":"a","tags":["1.0","v1","latest"]}`, `{"tags":["1`, `{"tags":null}`, `[]`, `{"errors":[{"code":"NAME_UNKNOWN","message":"x"}]}`,
		`{"token":"abc","expires_in":1e300}`, `{"access_token":"a b"}`, `{"manifests":[{"platform":{"os":"linux","architecture":"amd64"}}]}`,
		`{"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"sha256:0"}}`, `{"os":"linux","architecture":"arm","variant":"v7"}`,
		`{"auths":{"https://index.docker.io/v1/":{"auth":"YTpi"}}}`, `{"version":1,"answers":{"a":{"o":1}}}`, `{"Username":"<token>","Secret":"x"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		tags, _ := parseTags(body)
		for _, tag := range tags {
			if !isTag(tag) {
				t.Errorf("tag %q", tag)
			}
		}
		for _, near := range nearest("v1.0", tags) {
			if !slices.Contains(tags, near) {
				t.Errorf("%q is not among the tags", near)
			}
		}
		bearer, lasts := parseToken(body)
		if strings.ContainsFunc(bearer, unicode.IsControl) || lasts < 0 || lasts > time.Hour {
			t.Errorf("token %q for %v", bearer, lasts)
		}
		for _, p := range append(parseManifest(body).platforms, parseConfig(body)...) {
			if n := strings.Count(p, "/"); n < 1 || strings.ContainsFunc(p, unicode.IsControl) {
				t.Errorf("platform %q", p)
			}
		}
		if c, ok := parseAuths(bytes.NewReader(body)); ok {
			stored(c, "docker.io", "library/nginx")
		}
		for _, e := range parseCache(body).Answers {
			if e.isValid(time.Unix(0, 0)) && e.answer().Outcome.String() == "" {
				t.Error("an outcome without a name")
			}
		}
	})
}

// always is a transport that always gives the same response.
type always struct {
	status int
	header http.Header
	body   []byte
}

// RoundTrip implements http.RoundTripper.
func (a always) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: a.status, ProtoMajor: 1, ProtoMinor: 1, Header: a.header.Clone(), ContentLength: int64(len(a.body)), Body: io.NopCloser(bytes.NewReader(a.body)), Request: req,
	}, nil
}

// FuzzProbe asks a registry that sends the same response to every request. Failures never count as a
// definite answer, and no text from the registry is passed on.
func FuzzProbe(f *testing.F) {
	index, config := string(types.OCIImageIndex), string(types.OCIManifestSchema1)
	f.Add(200, index, someDigest, "", `{"manifests":[{"platform":{"os":"linux","architecture":"amd64"}}]}`)
	f.Add(200, config, "", "", `{"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"`+someDigest+`","size":2,"data":"e30="},"os":"linux","architecture":"arm64"}`)
	f.Add(200, config, "", "", `{"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json"}}`)
	f.Add(200, "", "sha512:00", "", ``)
	f.Add(404, "application/json", "", "", `{"errors":[{"code":"NAME_UNKNOWN"}],"tags":["1.0","v1"]}`)
	f.Add(401, "application/json", "", `Bearer realm="https://reg.example.com/token"`, `{"token":"x","errors":[{"code":"DENIED"}]}`)
	f.Add(403, "text/html", "", "", `<html>`)
	f.Add(429, "", "", "", ``)
	f.Add(503, "", "", "", ``)
	f.Fuzz(func(t *testing.T, status int, mediaType, digest, challenge, body string) {
		if status < 200 || status > 599 {
			return
		}
		p, err := New(Options{pauses: pauses{retry: 1, perImage: 5 * time.Second}})
		if err != nil {
			t.Fatal(err)
		}
		h := http.Header{}
		for name, v := range map[string]string{"Content-Type": mediaType, "Docker-Content-Digest": digest, "WWW-Authenticate": challenge, "Location": challenge, "Link": challenge} {
			h.Set(name, v)
		}
		fake := &http.Transport{}
		fake.RegisterProtocol("https", always{status, h, []byte(body)})
		p.wire.strict = ways{direct: fake, guarded: fake, proxied: fake}
		q := question(t, "reg.example.com/a/b:v1.0@"+someDigest)
		q.Platforms = []string{"linux/amd64"}
		for i, f := range p.Probe(t.Context(), []lint.Question{q, question(t, "reg.example.com/a/b:v1.0")}) {
			switch o := f.Pod.Outcome; {
			case o == lint.NotAsked, status != http.StatusOK && o == lint.Exists, (status >= 500 || status == 429) && o != lint.Inconclusive:
				t.Errorf("%d: %v after status %d", i, o, status)
			}
			for _, text := range append(append([]string{f.Pod.Detail, f.Pod.Digest, f.NotImage, f.TagDigest}, f.SimilarTags...), f.Platforms...) {
				if strings.ContainsFunc(text, unicode.IsControl) {
					t.Errorf("%d: %q", i, text)
				}
			}
		}
	})
}

// FuzzChallenge parses headers.
func FuzzChallenge(f *testing.F) {
	for _, s := range []string{
		`Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"`, `Basic realm="x", Bearer realm="y"`,
		`Bearer realm="a\"b", error=insufficient_scope`, `Negotiate, Basic`, `Negotiate abc==, Basic realm=x`, `Bearer`, `="`, `,,,`, `Bearer realm="`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, ok := parseChallenges(http.Header{"Www-Authenticate": {s}})
		if ok && c.scheme != "basic" && (c.scheme != "bearer" || c.realm == "") {
			t.Errorf("%+v", c)
		}
		retryAfter(http.Header{"Retry-After": {s}}, time.Now())
		limitLeft(http.Header{"Ratelimit-Remaining": {s}})
		isPrivate(s)
		normalKey(s)
		from := &url.URL{Scheme: "https", Host: "reg.example.com", Path: "/v2/"}
		wire := &wire{}
		if to, ok := redirect(&http.Response{StatusCode: http.StatusFound, Header: http.Header{"Location": {s}}}, from); ok && wire.mayFollow(from, to) {
			if to.Scheme != "https" || to.User != nil || isPrivate(to.Hostname()) {
				t.Errorf("a redirect to %v is followed", to)
			}
		}
	})
}

func TestChallenges(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]challenge{
		`Bearer realm="https://a/token",service="s",scope="repository:a/b:pull,push"`: {scheme: "bearer", realm: "https://a/token", service: "s", scope: "repository:a/b:pull,push"},
		`Basic realm="x", Bearer realm="y"`:                                           {scheme: "bearer", realm: "y"},
		`Negotiate, Basic realm="a, b"`:                                               {scheme: "basic", realm: "a, b"},
		`bearer realm=plain , error = "insufficient_scope"`:                           {scheme: "bearer", realm: "plain", error: "insufficient_scope"},
		`Bearer realm="with \"quotes\""`:                                              {scheme: "bearer", realm: `with "quotes"`},
		`Digest realm="x"`:                                                            {},
		``:                                                                            {},
	} {
		got, _ := parseChallenges(http.Header{"Www-Authenticate": {s}})
		if got != want {
			t.Errorf("%s: %+v, want %+v", s, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		want string
		tags []string
		near []string
	}{
		{"v0.0.23", []string{"0.0.22", "0.0.23", "latest", "main"}, []string{"0.0.23", "0.0.22"}},
		{"0.0.23", []string{"v0.0.23", "v1.0.0"}, []string{"v0.0.23", "v1.0.0"}},
		{"1.20", []string{"1.2", "1.19", "1.21", "1.20.0"}, []string{"1.20.0", "1.21", "1.2"}},
		{"1.0", []string{"1", "2", "1.1"}, []string{"1", "1.1", "2"}},
		{"latest", []string{"0.1.8", "0.1.10", "0.1.9", "0.2.0-rc1", "nightly"}, []string{"0.1.10", "0.1.9", "0.1.8"}},
		{"main-1.86.2", []string{"1.86.1", "1.86.2", "latest"}, []string{"1.86.2"}},
		{"v2.0.0-bob", []string{"v2.0.0", "v1.0.0"}, []string{"v2.0.0"}},
		{"v0.0.4-2-g604b39a", []string{"v0.0.3", "v0.0.4"}, []string{"v0.0.4"}},
		{"3.18-alpine", []string{"3.18", "3.19-alpine", "3.17-alpine"}, []string{"3.18", "3.19-alpine", "3.17-alpine"}},
		{"stabel", []string{"stable", "dev"}, []string{"stable"}},
		{"1.4.3", []string{"1.4.0", "1.4.1", "1.4.2", "2.0.0"}, []string{"1.4.2", "1.4.1", "1.4.0"}},
		{"1.4.3", []string{"1.4", "1.4.0", "1.4.2"}, []string{"1.4", "1.4.2", "1.4.0"}},
		{"latest", nil, nil},
		{"1.2.3", []string{"release"}, []string{"release"}},
	} {
		got := nearest(test.want, test.tags)
		if len(got) > 0 && len(test.near) > 0 && got[0] != test.near[0] || len(got) == 0 != (len(test.near) == 0) {
			t.Errorf("%s among %v (-want +got):\n%s", test.want, test.tags, cmp.Diff(test.near, got))
		}
	}
}

// TestOwnRealm distinguishes a registry's own token service from others.
func TestOwnRealm(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		registry, realm string
		want            bool
	}{
		{"ghcr.io", "https://ghcr.io/token", true},
		{"reg.example.com:5000", "https://reg.example.com:5000/token", true},
		{"reg.example.com:5000", "https://auth.example.com/token", false},
		{"registry-1.docker.io", "https://auth.docker.io/token", true},
		{"registry.gitlab.com", "https://gitlab.com/jwt/auth", true},
		{"docker.elastic.co", "https://docker-auth.elastic.co/auth", true},
		{"registry.redhat.io", "https://sso.redhat.com/auth", true},
		{"ghcr.io", "https://evil.io/token", false},
		{"ghcr.io", "https://ghcr.io.evil.net/token", false},
		{"a.azurecr.io", "https://b.azurecr.io/oauth2", false},
		{"a.example.com", "https://x.y.example.com/token", false},
		{"a.github.io", "https://b.github.io/token", false},
		{"10.0.0.5", "https://10.0.0.6/token", false},
		{"a.com.au", "https://b.com.au/token", false},
		{"a.appspot.com", "https://b.appspot.com/token", false},
		{"a.surge.sh", "https://b.surge.sh/token", false},
		{"a.uk.com", "https://b.uk.com/token", false},
		{"a.z1.web.core.windows.net", "https://b.z1.web.core.windows.net/token", false},
		{"111111111111.dkr.ecr.eu-west-1.amazonaws.com", "https://222222222222.dkr.ecr.eu-west-1.amazonaws.com/token", false},
		{"a-registry.cn-hangzhou.cr.aliyuncs.com", "https://b-registry.cn-hangzhou.cr.aliyuncs.com/token", false},
		{"registry.cn-hangzhou.aliyuncs.com", "https://dockerauth.cn-hangzhou.aliyuncs.com/auth", true},
		{"registry.alice.fly.dev", "https://auth.alice.fly.dev/token", true},
		{"203.0.113.1", "https://99.0.113.1/token", false},
		{"registry.corp", "https://auth.corp/token", false}, // like any other name with only one label before the suffix
	} {
		c := challenge{realm: test.realm}
		u, err := http.NewRequest(http.MethodGet, c.realm, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := isOwn(test.registry, u.URL); got != test.want {
			t.Errorf("%s for %s: %v", test.realm, test.registry, got)
		}
	}
}
