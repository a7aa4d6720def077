package pullsecret

import (
	"slices"
	"strings"
	"testing"
)

func TestUsable(t *testing.T) {
	t.Parallel()
	cases := []struct {
		key    string
		usable bool
		why    string // part of it; "" for none
	}{
		{"ghcr.io", true, ""},
		{"ghcr.io:", true, ""},
		{"ghcr.io/org/", true, ""},
		{"GHCR.IO", true, ""},
		{"localhost", true, ""},
		{"myregistry:5000", true, ""},
		{"MYREGISTRY", true, ""},
		{"*.azurecr.io", true, ""},
		{"*", true, ""},
		{"[::1]:5000", true, ""},
		{"https://index.docker.io/v1/", true, ""},
		{"index.docker.io", true, ""},
		{"docker.io/bitnami", true, ""},
		{"https://ghcr.io/v2", true, "without a trailing slash"},
		{"registry-1.docker.io", true, "not looked up"},
		{"docker.com", true, "not looked up"},
		{"https://index.docker.io/v1", false, "without a trailing slash"},
		{"https://index.docker.io/v1/library", false, "with a path"},
		{"", false, "names no host"},
		{"https://", false, "names no host"},
		{"//ghcr.io", false, "names no host"},
		{" ghcr.io", false, "white space"},
		{"ghcr.io\n", false, "control character"},
		{"ghcr.io:*", false, "port is not a number"},
		{"[a-z]*.gcr.io", false, "brackets"},
		{"%zz.io", false, "not a URL"},
		{"ghcr.io/%25zz", false, "unescaping"},
		{"[::1]", false, "IPv6"},
		{"https://https://ghcr.io", false, `"https" as the host`},
		{"HTTPS://ghcr.io", false, `"HTTPS" as the host`},
		{"oci://ghcr.io", false, `"oci" as the host`},
		{"ghcr.io.", false, "empty label"},
		{"my_registry.io", false, "character"},
		{"-a.io", false, "hyphen"},
		{"myregistry", false, "neither dot nor port"},
		{"eu.gcr.io/*", false, "not a wildcard"},
		{"ghcr.io/Org", false, "upper-case"},
		{"ghcr.io/org/app:1", false, "tag or a digest"},
		{"ghcr.io//org", false, "empty segment"},
		{"ghcr.io/a+b", false, "not allowed in a repository"},
	}
	for _, c := range cases {
		usable, why := judge(c.key)
		if usable != c.usable || (why == "") != (c.why == "") || !strings.Contains(why, c.why) {
			t.Errorf("%q: %v, %q; want %v, %q", c.key, usable, why, c.usable, c.why)
		}
	}
	for _, v := range loadVectors(t) {
		if v.Key == nil {
			continue
		}
		if usable, why := judge(*v.Key); len(v.Want) > 0 && !usable {
			t.Errorf("%s: %q matches, but is reported as unusable: %s", v.ID, *v.Key, why)
		} else if !usable && why == "" {
			t.Errorf("%s: no reason for %q", v.ID, *v.Key)
		}
	}
}

func TestRecommendedKey(t *testing.T) {
	t.Parallel()
	cases := map[string]string{ // registry -> key
		"docker.io": "https://index.docker.io/v1/", "index.docker.io": "https://index.docker.io/v1/", "": "https://index.docker.io/v1/",
		"123456789012.dkr.ecr.us-east-1.amazonaws.com": "123456789012.dkr.ecr.us-east-1.amazonaws.com",
		"public.ecr.aws": "public.ecr.aws", "ghcr.io": "ghcr.io", "acr.azurecr.io": "acr.azurecr.io",
		"europe-west1-docker.pkg.dev": "europe-west1-docker.pkg.dev", "gcr.io": "gcr.io", "quay.io": "quay.io",
		"registry.gitlab.com": "registry.gitlab.com", "registry-1.docker.io": "registry-1.docker.io",
		"reg.corp:5000": "reg.corp:5000", "localhost": "localhost", "localhost:5000": "localhost:5000",
		"GHCR.IO": "GHCR.IO", "[::1]:5000": "[::1]:5000", "[::1]": "",
	}
	for registry, want := range cases {
		got := RecommendedKey(registry)
		if got != want {
			t.Errorf("RecommendedKey(%q) = %q, want %q", registry, got, want)
		}
		if got == "" {
			continue
		}
		host := registry
		if want == hubKey {
			host = "docker.io"
		}
		for _, repository := range []string{"/library/nginx", "/a", "/a/b/c"} {
			if !Match(got, host+repository) {
				t.Errorf("the key %q does not match %q", got, host+repository)
			}
		}
		if usable, why := judge(got); !usable {
			t.Errorf("the key %q is not usable: %s", got, why)
		}
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"ghcr.io": "ghcr.io", "https://ghcr.io/v2/": "https://ghcr.io/v2/", "reg.corp:5000/a": "reg.corp:5000/a",
		"https://u:hush@ghcr.io":     "https://***@ghcr.io",
		"hush@ghcr.io/x":             "***@ghcr.io/x",
		"u:hu/sh@ghcr.io":            "***@ghcr.io",
		"u:hu?s#h@ghcr.io":           "***@ghcr.io",
		"https://u:hush://x@ghcr.io": "https://***@ghcr.io",
		"https://https://u:h@g.io":   "https://***@g.io",
		"ghcr.io?token=hush":         "ghcr.io?***",
		"ghcr.io/x#hush":             "ghcr.io/x#***",
		"ghcr.io/o/a@sha256:0123":    "ghcr.io/o/a@sha256:0123",
		"u:hush@g.io/a@sha256:0123":  "***@g.io/a@sha256:0123",
	}
	for key, want := range cases {
		if got := mask(key); got != want {
			t.Errorf("mask(%q) = %q, want %q", key, got, want)
		}
	}
}

// TestLongGlob: above a certain number of labels, patterns are not indexed by their end.
func TestLongGlob(t *testing.T) {
	t.Parallel()
	for n := 1; n < 2*maxTails; n++ {
		end := strings.Repeat("a.", n) + "io"
		ring := ringOf(t, "*."+end, "b*."+end, "*.*"+end, "*.b."+end)
		var got []string
		for _, c := range ring.Lookup("bc." + end + "/x") {
			got = append(got, c.Key)
		}
		if want := []string{"b*." + end, "*." + end, "*.*" + end}; !slices.Equal(got, want) {
			t.Errorf("%d labels: %q", n+2, got)
		}
	}
}

// TestShortLabels: a label may be as short as the glob that it matches allows.
func TestShortLabels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		glob, label string
		want        bool
	}{
		{"*a*", "a", true},
		{"*a*b*", "ab", true},
		{"a*", "a", true},
		{"?", "a", true},
		{"*", "", true},
		{"*a*", "", false},
		{"aa", "a", false},
		{"*aa*", "a", false},
		{"[ab]", "a", true}, // longer than the label, because of the brackets
		{"[abcdef]", "a", true},
	} {
		if got := matchLabel(c.glob, c.label); got != c.want {
			t.Errorf("%q matches %q: %v", c.glob, c.label, got)
		}
	}
}
