package catalog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLookupOfficial(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		want Official
	}{
		{"nginx", Official{Name: "nginx", First: "2014-06-05"}},
		{"mongo", Official{Name: "mongo", First: "2014-06-04"}}, // "latest" left out for days only
		{"nim", Official{Name: "nim", First: "2026-07-17"}},
		{"zookeeper", Official{Name: "zookeeper", First: "2016-09-12"}},
		{"elasticsearch", Official{Name: "elasticsearch", First: "2015-02-06", LatestUntil: "2018-10-08"}},
		{"azul-zulu", Official{Name: "azul-zulu", First: "2026-03-17", NoLatest: true}},
		{"emqx", Official{Name: "emqx", First: "2022-04-07", Deprecated: true, Replacement: "emqx/emqx"}},
		{"vault", Official{
			Name: "vault", First: "2016-07-21", Retired: true, RetiredSince: "2024-06-17", Deprecated: true,
			Replacement: "hashicorp/vault", LatestUntil: "2023-06-26",
		}},
		{"openjdk", Official{
			Name: "openjdk", First: "2016-08-11", Deprecated: true, Replacement: "eclipse-temurin",
			Alternatives: []string{"amazoncorretto", "ibm-semeru-runtimes", "sapmachine"}, LatestUntil: "2023-02-13",
		}},
	} {
		got, ok := LookupOfficial(tt.name)
		if diff := cmp.Diff(tt.want, got); diff != "" || !ok {
			t.Errorf("LookupOfficial(%q): %v (-want +got):\n%s", tt.name, ok, diff)
		}
	}
	for _, name := range []string{"", "nginxy", "library/nginx", "kafka", "Nginx", "a", "zzz"} {
		if got, ok := LookupOfficial(name); ok {
			t.Errorf("LookupOfficial(%q) = %v, want none", name, got)
		}
	}
}

func TestOfficialTable(t *testing.T) {
	t.Parallel()
	retired, deprecated := 0, 0
	for i, o := range officialTable {
		if i > 0 && officialTable[i-1].Name >= o.Name {
			t.Errorf("%q does not stand after %q", o.Name, officialTable[i-1].Name)
		}
		if o.Retired != (o.RetiredSince != "") || o.Retired && !o.Deprecated || o.NoLatest && o.LatestUntil != "" {
			t.Errorf("contradiction in %+v", o)
		}
		if r, ok := LookupOfficial(o.Replacement); ok && r.Retired {
			t.Errorf("%q is replaced by %q, which is retired", o.Name, r.Name)
		}
		if o.Retired {
			retired++
		}
		if o.Deprecated {
			deprecated++
		}
	}
	if len(officialTable) != 181 || retired != 44 || deprecated != 48 {
		t.Errorf("%d official images, %d retired, %d deprecated", len(officialTable), retired, deprecated)
	}
}

func TestNearOfficial(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"ngnix":        "nginx", // swapped
		"nginxy":       "nginx", // one too many
		"nginxx":       "nginx",
		"helloworld":   "hello-world", // one too few
		"postgress":    "postgres",
		"postgre":      "postgres",
		"memcache":     "memcached",
		"redus":        "redis", // another
		"pyhton":       "python",
		"rabbit-mq":    "rabbitmq",
		"rocketchat":   "rocket.chat",
		"haporxy":      "haproxy",
		"amazon-linux": "amazonlinux",
		"ndoe":         "node", // four letters: swapped only
		"bsah":         "bash",
	} {
		if got, _ := NearOfficial(name); got != want {
			t.Errorf("NearOfficial(%q) = %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{
		"", "a", "redis2", "java8", "http2", "ne04j", "pyth0n", "base", "test", "worker", "host", "http", "link", "park", "nodes",
		"ngix", "ndo", "mongo", "mono", "ruby", "jruby", "store", "proton", "mssql", "https", "compose", "python3", "node18",
		"frontend", "backend", "my-mysql", "adservice", "controller", "nginx/x", strings.Repeat("n", 5000),
	} {
		if got, ok := NearOfficial(name); ok {
			t.Errorf("NearOfficial(%q) = %q, want none", name, got)
		}
	}
	for _, o := range officialTable {
		if got, ok := NearOfficial(o.Name); ok {
			t.Errorf("NearOfficial(%q) = %q, and it is official", o.Name, got)
		}
	}
}

func TestOneEdit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typed, right string
		want         edit
	}{
		{"ab", "ba", transposed},
		{"aab", "aba", transposed},
		{"aa", "ab", substituted},
		{"aab", "ab", inserted},
		{"ab", "aab", deleted},
		{"abc", "cab", noEdit},
		{"", "a", deleted},
		{"a", "", inserted},
		{"", "", noEdit},
		{"ab", "ab", noEdit},
		{"abcd", "badc", noEdit},
	} {
		if got, _, _ := oneEdit(tt.typed, tt.right); got != tt.want {
			t.Errorf("oneEdit(%q, %q) = %d, want %d", tt.typed, tt.right, got, tt.want)
		}
	}
}

// TestNearestPrefers checks the order among several: swapped, then equal length, then the alphabet.
func TestNearestPrefers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		table []Official
		want  string
	}{
		{"swark", officialTable[:], "spark"},
		{"gylang", officialTable[:], "golang"},
		{"abcde", []Official{{Name: "abcd"}, {Name: "abcdef"}, {Name: "abced"}, {Name: "abxde"}}, "abced"},
		{"abcde", []Official{{Name: "aabcde"}, {Name: "abcdf"}, {Name: "abxde"}}, "abcdf"},
		{"abcdef", []Official{{Name: "abcde"}, {Name: "abcdefg"}}, "abcde"},
		{"abcdef", []Official{{Name: "aabcdef"}, {Name: "abcde"}}, "aabcdef"},
		{"abcdef", nil, ""},
	} {
		if got := nearest(tt.name, tt.table); got != tt.want {
			t.Errorf("nearest(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestNearOfficialFindsSlips makes every slip of every official name that is long enough.
func TestNearOfficialFindsSlips(t *testing.T) {
	t.Parallel()
	const letters = "abcdefghijklmnopqrstuvwxyz"
	tried, found := 0, 0
	try := func(typed, right string) {
		if isDistinct(typed) || strings.ContainsAny(typed+right, "0123456789") {
			return
		}
		tried++
		if got, ok := NearOfficial(typed); got == right {
			found++
		} else if !ok && min(len(typed), len(right)) >= minNear {
			t.Errorf("NearOfficial(%q) finds nothing, want %q", typed, right)
		}
	}
	for _, o := range officialTable {
		n := o.Name
		for i := range len(n) {
			try(n[:i]+n[i+1:], n)
			if i > 0 && n[i] != n[i-1] {
				try(n[:i-1]+n[i:i+1]+n[i-1:i]+n[i+1:], n)
			}
			for _, c := range letters {
				if string(c) != n[i:i+1] {
					try(n[:i]+string(c)+n[i+1:], n)
				}
				try(n[:i]+string(c)+n[i:], n)
			}
		}
	}
	if rate := float64(found) / float64(tried); rate < 0.85 {
		t.Errorf("found %d of %d slips (%.1f %%)", found, tried, 100*rate)
	}
}

func TestAlias(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"kafka": "apache/kafka", "envoy": "envoyproxy/envoy", "prometheus": "prom/prometheus", "grafana": "grafana/grafana",
		"keycloak": "quay.io/keycloak/keycloak", "tiller": "ghcr.io/helm/tiller", "vllm": "vllm/vllm-openai",
		"tensorflow-serving": "tensorflow/serving", "postgresql": "postgres", "mongodb": "mongo", "nodejs": "node",
		"httpbin": "kennethreitz/httpbin", "scratch": "", "minio": "quay.io/minio/minio",
	} {
		if got, ok := Alias(name); got != want || !ok {
			t.Errorf("Alias(%q) = %q, %v, want %q", name, got, ok, want)
		}
	}
	for _, name := range []string{"", "nginx", "frontend", "zz"} {
		if got, ok := Alias(name); ok {
			t.Errorf("Alias(%q) = %q, want none", name, got)
		}
	}
}

// TestAliasTable: a name with an alias is never official, and its target is neither a retired image nor a place that is gone.
func TestAliasTable(t *testing.T) {
	t.Parallel()
	for _, a := range aliasTable {
		if _, ok := LookupOfficial(a.name); ok {
			t.Errorf("%q has an alias and is official", a.name)
		}
		if a.target == "" {
			continue
		}
		registry, repository, cut := strings.Cut(a.target, "/")
		if !cut {
			if o, ok := LookupOfficial(a.target); !ok || o.Retired {
				t.Errorf("%q leads to %q, which is no living official image", a.name, a.target)
			}
			continue
		}
		if !strings.Contains(registry, ".") {
			registry, repository = "docker.io", a.target
		}
		if m, ok := LookupMove(registry, repository, "", false); ok {
			t.Errorf("%q leads to %q, which is %v", a.name, a.target, m.Status)
		}
	}
}

// TestDistinctTable: a word is listed only where it would be taken for a slip.
func TestDistinctTable(t *testing.T) {
	t.Parallel()
	for _, word := range distinctTable {
		near := false
		for _, o := range officialTable {
			kind, _, _ := oneEdit(word, o.Name)
			near = near || kind == transposed || kind != noEdit && min(len(word), len(o.Name)) >= minNear
		}
		if !near {
			t.Errorf("%q is near no official name", word)
		}
	}
}
