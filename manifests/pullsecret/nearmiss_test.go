package pullsecret

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func ringOf(tb testing.TB, keys ...string) Keyring {
	tb.Helper()
	var named []NamedConfig
	for _, key := range keys {
		config, err := Parse(DockerConfigJSON, payload(key, "u", "p"))
		if err != nil {
			tb.Fatal(err)
		}
		named = append(named, NamedConfig{"s", config})
	}
	return NewKeyring(named)
}

func TestNearMiss(t *testing.T) {
	t.Parallel()
	const (
		nginx = "docker.io/library/nginx"
		app   = "ghcr.io/org/app"
		ecr   = "123456789012.dkr.ecr.us-east-1.amazonaws.com/a"
		ecrID = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
	)
	cases := []struct{ key, name, why, want string }{
		{"https://index.docker.io/v1", nginx, "without a trailing slash", hubKey},
		{"https://index.docker.io/v1/library", nginx, "with a path", hubKey},
		{"registry-1.docker.io", nginx, "not the host that the kubelet looks up", hubKey},
		{"https://registry-1.docker.io/v2/", nginx, "not the host", hubKey},
		{"registry.hub.docker.com", nginx, "not the host", hubKey},
		{"hub.docker.com", nginx, "not the host", hubKey},
		{"docker.com", "docker.io/myorg/weblogic", `"docker.com" is not the host`, hubKey},
		{"auth.docker.io", nginx, "not the host", hubKey},
		{"docker.io:443", nginx, "port", hubKey},
		{"Docker.io", nginx, "case", hubKey},
		{"*.docker.io", nginx, "each", hubKey},
		{"docker.io/nginx", nginx, "library/", "docker.io/library/nginx"},
		{"docker.io/bitnami", nginx, `begins with "bitnami"`, hubKey},
		{"myregistry", "docker.io/myregistry/app", "no dot and no port", ""},
		{"https://index.docker.io/v1/", "registry-1.docker.io/library/nginx", "not the host", "registry-1.docker.io"},
		{"https://ghcr.io/v2", app, "without a trailing slash", "ghcr.io"},
		{"https://ghcr.io/v3/", app, `reads "/v3/" as a path`, "ghcr.io"},
		{"https://ghcr.io/api/v2/", app, `reads "/api/v2/" as a path`, "ghcr.io"},
		{"ghcr.io/org/app/", app, "trailing slash", "ghcr.io/org/app"},
		{"ghcr.io/org/app:1", app, "tag or a digest", "ghcr.io/org/app"},
		{"ghcr.io/Org", app, "upper-case", "ghcr.io/org"},
		{"ghcr.io/org/*", app, "not a wildcard", "ghcr.io/org"},
		{"ghcr.io/*", app, "not a wildcard", "ghcr.io"},
		{"ghcr.io/other", app, `begins with "other"`, "ghcr.io"},
		{"GHCR.IO", app, `"GHCR.IO" is not "ghcr.io"`, "ghcr.io"},
		{"ghcr.io", "GHCR.IO/org/app", `"ghcr.io" is not "GHCR.IO"`, "GHCR.IO"},
		{"ghcr.io:443", app, `has the port "443", but the image has none`, "ghcr.io"},
		{"ghcr.io", "ghcr.io:443/org/app", `lacks the port "443"`, "ghcr.io:443"},
		{"https://private.example.com/", "private.example.com:5000/team/app", `lacks the port "5000"`, "private.example.com:5000"},
		{"reg.corp:5001", "reg.corp:5000/a", `has the port "5001", but the image has "5000"`, "reg.corp:5000"},
		{"reg.corp:*", "reg.corp:5000/a", "not a number", "reg.corp:5000"},
		{"*.corp", "reg.corp:5000/a", "lacks the port", "reg.corp:5000"},
		{" ghcr.io", app, "white space", "ghcr.io"},
		{"ghcr.io\n", app, "control character", "ghcr.io"},
		{`"ghcr.io"`, app, "quotes", "ghcr.io"},
		{"https://https://ghcr.io", app, "only one", "ghcr.io"},
		{"HTTPS://ghcr.io", app, "only one", "ghcr.io"},
		{"oci://ghcr.io", app, "only one", "ghcr.io"},
		{"//ghcr.io", app, "only one", "ghcr.io"},
		{"ghcr.io.", app, "the trailing dot", "ghcr.io"},
		{"docker.pkg.github.com", app, "not the host", "ghcr.io"},
		{"gitlab.com", "registry.gitlab.com/g/a", "its subdomains", "registry.gitlab.com"},
		{"azurecr.io", "acr.azurecr.io/a", "its subdomains", "acr.azurecr.io"},
		{"amazonaws.com", ecr, "its subdomains", ecrID},
		{"*.amazonaws.com", ecr, "one label", ecrID},
		{"*.gcr.io", "gcr.io/p/a", "one label", "gcr.io"},
		{"[a-z]*.gcr.io", "eu.gcr.io/p/a", "brackets", "eu.gcr.io"},
		{"https://u:hush/x@ghcr.io:443", app, "not a URL", "ghcr.io"},
		{"https://u:hush@ghcr.io:443", app, "port", "ghcr.io"},

		{"quay.io", app, "", ""},
		{"io", app, "", ""},
		{"cr.io", app, "", ""},
		{"*.com", app, "", ""},
		{"ghcr.io", app, "", ""}, // matches
		{"", app, "", ""},
	}
	for _, c := range cases {
		misses := ringOf(t, c.key).NearMiss(c.name)
		if c.why == "" {
			if len(misses) > 0 {
				t.Errorf("%q for %q: %+v, want nothing", c.key, c.name, misses)
			}
			continue
		}
		if len(misses) != 1 {
			t.Errorf("%q for %q: %d misses, want one", c.key, c.name, len(misses))
			continue
		}
		m := misses[0]
		if !strings.Contains(m.Why, c.why) || m.Want != c.want || m.Key != mask(c.key) || m.Secret != "s" {
			t.Errorf("%q for %q: %+v, want %q, %q", c.key, c.name, m, c.why, c.want)
		}
		if strings.Contains(m.Why, "hush") {
			t.Errorf("%q: a password in %q", c.key, m.Why)
		}
		if m.Want != "" && !Match(m.Want, c.name) {
			t.Errorf("%q for %q: the wanted key %q does not match", c.key, c.name, m.Want)
		}
	}
}

func TestNearMissOrder(t *testing.T) {
	t.Parallel()
	ring := ringOf(t, "ghcr.io/b", "quay.io", "ghcr.io/c", "ghcr.io:443")
	var got []string
	for _, m := range ring.NearMiss("ghcr.io/a/x") {
		got = append(got, m.Key)
	}
	if diff := cmp.Diff([]string{"ghcr.io:443", "ghcr.io/b", "ghcr.io/c"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var many []string
	for c := 'a'; c <= 'z'; c++ {
		many = append(many, "ghcr.io/"+string(c)+"x")
	}
	if got := ringOf(t, many...).NearMiss("ghcr.io/1/x"); len(got) != maxMisses {
		t.Errorf("%d misses, want %d", len(got), maxMisses)
	}
	if got := (Keyring{}).NearMiss("ghcr.io/1/x"); got != nil {
		t.Errorf("zero Keyring misses %v", got)
	}
}

// TestHiddenFallback: if any pattern matches, even by accident, the credentials of Docker
// Hub are not tried.
func TestHiddenFallback(t *testing.T) {
	t.Parallel()
	ring := ringOf(t, "*.io", "https://index.docker.io/v1/")
	if got := ring.Lookup("docker.io/library/nginx"); len(got) != 1 || got[0].Key != "*.io" {
		t.Fatalf("Lookup = %v", got)
	}
	want := []KeyMismatch{{"s", "https://index.docker.io/v1/", `"index.docker.io" is used only if nothing else matches, and "*.io" does`, "docker.io", false, false}}
	if diff := cmp.Diff(want, ring.NearMiss("docker.io/library/nginx")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestVectorsNearMiss: for the vectors without a match, a wanted key matches;
// for those with one, a single key is not a near miss.
func TestVectorsNearMiss(t *testing.T) {
	t.Parallel()
	found := 0
	for _, v := range loadVectors(t) {
		if v.Key == nil {
			continue
		}
		misses := ringOf(t, *v.Key).NearMiss(v.Lookup)
		if len(v.Want) > 0 && len(misses) > 0 {
			t.Errorf("%s: %q matches, and misses: %+v", v.ID, *v.Key, misses)
		}
		for _, m := range misses {
			found++
			if m.Want != "" && !Match(m.Want, v.Lookup) {
				t.Errorf("%s: %+v does not match %q", v.ID, m, v.Lookup)
			}
		}
		if len(v.Want) == 0 && len(misses) == 0 {
			t.Logf("%s: no word on %q for %q", v.ID, *v.Key, v.Lookup)
		}
	}
	if found < 40 {
		t.Errorf("%d near misses in the vectors, want 40 or more", found)
	}
}

// Of many keys that differ from an image only by the path, few are checked, and a key with an
// obvious defect is found among them.
func TestNearMissAmongMany(t *testing.T) { // not parallel: it counts allocations
	const name, keys = "registry.example.com/other/app", 250
	var text strings.Builder
	for i := range keys {
		fmt.Fprintf(&text, `"registry.example.com/team-%d": {"username": "u", "password": "p"},`, i)
	}
	config := func(last string) Keyring {
		c, err := Parse(DockerConfigJSON, []byte(`{"auths": {`+text.String()+`"`+last+`": {"username": "u", "password": "p"}}}`))
		if err != nil {
			t.Fatal(err)
		}
		return NewKeyring([]NamedConfig{{Secret: "shop/regcred", Config: c}})
	}
	for _, last := range []string{"registry.example.com/other/app/", "registry.example.com/v2", "registry.example.com:443", "registry.example.com/Other"} {
		misses := config(last).NearMiss(name)
		if len(misses) != maxMisses || misses[0].Key != last || misses[0].Loose {
			t.Errorf("%d misses, the first of which is not %q: %+v", len(misses), last, misses[0])
		}
		if misses[1].Key != "registry.example.com/team-0" || !misses[1].Loose {
			t.Errorf("beside %q: %+v", last, misses[1])
		}
	}
	ring := config("quay.io")
	if n := testing.AllocsPerRun(20, func() { ring.NearMiss(name) }); n > keys {
		t.Errorf("%.0f allocations for %d keys: more than a few of them are looked at", n, keys)
	}
}
