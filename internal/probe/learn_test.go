package probe

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
)

// All pages of a list are read, and only links to the next page of the same list are followed.
func TestLearnPages(t *testing.T) {
	t.Parallel()
	pages := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v2/team/app/tags/list" {
			fail(w, http.StatusNotFound, "NAME_UNKNOWN", "")
			return
		}
		switch r.URL.Query().Get("last") {
		case "":
			w.Header().Set("Link", `</v2/team/app/tags/list?last=b&n=2>; rel="next"`)
			fmt.Fprint(w, `{"tags":["a","b"]}`)
		case "b":
			w.Header().Set("Link", `<https://pages.example.com/v2/team/app/tags/list?last=c>; rel="next"`)
			fmt.Fprint(w, `{"tags":["c", "not a tag"]}`)
		default:
			w.Header().Set("Link", `</v2/other/secret/tags/list>; rel="next"`)
			fmt.Fprint(w, `{"tags":["d"]}`)
		}
	})
	endless := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", `</v2/team/app/tags/list?last=`+url.QueryEscape(r.URL.Query().Get("last"))+`x>; rel="next"`)
		fmt.Fprintf(w, `{"tags":["t%d"]}`, len(r.URL.Query().Get("last")))
	})
	w := newWorld(t, map[string]http.Handler{"pages.example.com": pages, "endless.example.com": endless})
	got := w.prober(t, w.options()).Learn(t.Context(), []Repository{{"pages.example.com", "team/app"}, {"pages.example.com", "team/none"}, {"endless.example.com", "team/app"}}, Wanted{})
	want := []Listing{{Outcome: lint.Exists, Tags: []string{"a", "b", "c", "d"}}, {Outcome: lint.RepoMissing}, {Outcome: lint.Exists, Cut: true}}
	if n := len(got[2].Tags); n < 2 || n > maxPages+1 {
		t.Errorf("%d tags of a list without an end", n)
	}
	got[2].Tags = nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, r := range w.requests() {
		if strings.Contains(r, "secret") {
			t.Errorf("asked: %s", r)
		}
	}
}

// The user's own login is sent only to its registry. Failures have a reason.
func TestLearnLogins(t *testing.T) {
	t.Parallel()
	closed := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "bob" || password != "right" {
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			fail(w, http.StatusUnauthorized, "UNAUTHORIZED", "")
			return
		}
		if strings.HasPrefix(r.URL.Path, "/v2/theirs/") {
			fail(w, http.StatusForbidden, "DENIED", "")
			return
		}
		fmt.Fprint(w, `{"tags":null}`)
	})
	status := func(code int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
	}
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") })
	w := newWorld(t, map[string]http.Handler{
		"mine.example.com": closed, "wrong.example.com": closed, "open.example.com": closed, "limit.example.com": status(http.StatusTooManyRequests), "page.example.com": page,
		"down.example.com": status(http.StatusNotFound),
	})
	dir := t.TempDir()
	auths := `{"auths":{"mine.example.com":{"username":"bob","password":"right"},"wrong.example.com":{"username":"bob","password":"wrong"}}}`
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(auths), 0o600); err != nil {
		t.Fatal(err)
	}
	o := w.options()
	o.Getenv = func(name string) string {
		if name == "DOCKER_CONFIG" {
			return dir
		}
		return ""
	}
	var asked []Repository
	want := map[string]Listing{
		"mine.example.com/team/app":    {Outcome: lint.Exists},
		"mine.example.com/theirs/app":  {Outcome: lint.Denied, Why: "it does not list them for you"},
		"wrong.example.com/team/app":   {Outcome: lint.Rejected, Why: "it rejects your credentials"},
		"open.example.com/team/app":    {Outcome: lint.Denied, Why: "it requires credentials, and you have none for it"},
		"limit.example.com/team/app":   {Outcome: lint.Inconclusive, Why: "the registry limits requests (429)"},
		"page.example.com/team/app":    {Outcome: lint.Inconclusive, Why: "its answer is not a list of tags"},
		"down.example.com/team/app":    {Outcome: lint.Inconclusive, Why: "it does not list tags (404)"},
		"nowhere.example.com/team/app": {Outcome: lint.Unreachable, Why: "its name does not resolve"},
	}
	var names []string
	for name := range want {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		host, repository, _ := strings.Cut(name, "/")
		asked = append(asked, Repository{host, repository})
	}
	for i, got := range w.prober(t, o).Learn(t.Context(), asked, Wanted{}) {
		if diff := cmp.Diff(want[names[i]], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", names[i], diff)
		}
	}
	for _, r := range w.requests() {
		if strings.Contains(r, "right") && !strings.Contains(r, "mine.example.com") {
			t.Errorf("a login was sent elsewhere: %s", r)
		}
	}
}
