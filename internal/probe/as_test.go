package probe

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/lint"
)

// closed is a registry that only accepts the user bob.
func closed(w http.ResponseWriter, r *http.Request, who string) {
	switch {
	case who != "bob":
		challengeWith(w, "https://reg.example.com/token", "insufficient_scope")
	case strings.HasSuffix(r.URL.Path, "/tags/list"):
		fmt.Fprint(w, `{"tags":["1.4.2"]}`)
	case strings.HasSuffix(r.URL.Path, "/1.4.2"):
		found(w, ociIndex)
	default:
		fail(w, http.StatusNotFound, "MANIFEST_UNKNOWN", "manifest unknown")
	}
}

// TestAs asks as the pod, as the user and anonymously. No identity gets another's credentials, and anonymous
// requests use no mirror.
func TestAs(t *testing.T) {
	t.Parallel()
	const host = "reg.example.com"
	for _, c := range []struct {
		name     string
		as       lint.Asker
		login    Login
		creds    string // the password in the pod's Secret
		tag      string
		want     lint.Outcome
		you      lint.Outcome
		requests string // who requested tokens, and the number of requests
	}{
		{"pod", lint.AsPod, LoginNone, "hunter2", "1.4.2", lint.Exists, lint.NotAsked, "bob 3"},
		{"me, whatever the pod has", lint.AsMe, LoginTags, "wrong", "1.4.2", lint.Exists, lint.NotAsked, "bob 3"},
		{"me, and a tag that is missing", lint.AsMe, LoginTags, "", "v1.4.2", lint.TagMissing, lint.NotAsked, "bob 4"},
		{"anonymous", lint.AsAnonymous, LoginNone, "", "1.4.2", lint.Denied, lint.NotAsked, "- 3"},
		{"anonymous, and told what I see", lint.AsAnonymous, LoginExists, "", "1.4.2", lint.Denied, lint.Exists, "- bob 5"},
	} {
		w := newWorld(t, map[string]http.Handler{
			host:                 bearer("https://reg.example.com/token", "hunter2", closed),
			"mirror.example.com": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }),
		})
		o := w.options()
		o.Getenv = func(name string) string {
			if name == "DOCKER_AUTH_CONFIG" {
				return `{"auths":{"reg.example.com":{"auth":"Ym9iOmh1bnRlcjI="}}}` // bob:hunter2
			}
			return ""
		}
		o.Login = c.login
		if c.as == lint.AsAnonymous {
			o.Mirrors = []Mirror{{host, "mirror.example.com/hub"}}
		}
		q := question(t, host+"/a/b:"+c.tag)
		if q.As = c.as; c.creds != "" {
			q.Credentials = credentials(t, "web/s", host, "bob", c.creds)
		}
		p := w.prober(t, o)
		f := p.Probe(t.Context(), []lint.Question{q})[0]
		if f.Pod.Outcome != c.want || f.User.Outcome != c.you {
			t.Errorf("%s: %v, and to you %v", c.name, f.Pod.Outcome, f.User.Outcome)
		}
		var who []string
		for _, r := range w.requests() {
			if strings.Contains(r, "mirror") {
				t.Errorf("%s: a mirror was asked: %s", c.name, r)
			}
			if strings.Contains(r, "/token ") {
				user, _, _ := strings.Cut(strings.TrimPrefix(r[strings.Index(r, "/token ")+7:], "basic "), ":")
				who = append(who, user)
			}
		}
		if got := fmt.Sprintf("%s %d", strings.Join(who, " "), len(w.requests())); got != c.requests {
			t.Errorf("%s: %s, want %s: %v", c.name, got, c.requests, w.requests())
		}
	}
}
