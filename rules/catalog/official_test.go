package catalog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/imagelint-dev/imagelint/internal/near"
	"github.com/imagelint-dev/imagelint/internal/slow"
)

func TestLookupOfficial(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		want Image
	}{
		{"nginx", Image{Name: "nginx", Tags: 1297}},
		{"emqx", Image{Name: "emqx", Tags: 1, Deprecated: true, Replacement: "emqx/emqx"}},
		{"vault", Image{Name: "vault", Tags: 1, Ended: MonthOf(2024, 6), Deprecated: true, Replacement: "hashicorp/vault"}},
		{"centos", Image{Name: "centos", Tags: 1, Ended: MonthOf(2024, 7), Deprecated: true}},
		{"openjdk", Image{Name: "openjdk", Tags: 18096, Deprecated: true, Replacement: "eclipse-temurin amazoncorretto ibm-semeru-runtimes sapmachine"}},
	} {
		got, ok := Builtin().Lookup("docker.io", "library/"+tt.name)
		got.catalog, got.entry, got.Source = nil, nil, Source{}
		if got.Tags < tt.want.Tags {
			t.Errorf("%s has %d tags", tt.name, got.Tags)
		}
		got.Tags = tt.want.Tags
		if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreUnexported(Image{})); diff != "" || !ok {
			t.Errorf("%s: %v (-want +got):\n%s", tt.name, ok, diff)
		}
	}
	for _, name := range []string{"", "nginxy", "library/nginx", "kafka", "Nginx", "a", "zzz"} {
		if got, ok := Builtin().Lookup("docker.io", "library/"+name); ok {
			t.Errorf("%q is found: %v", name, got)
		}
	}
}

// The facts about official images are consistent.
func TestOfficialImages(t *testing.T) {
	t.Parallel()
	ended, deprecated := 0, 0
	for _, e := range officialEntries() {
		im := Builtin().image(&e)
		if im.Ended != 0 && !im.Deprecated {
			t.Errorf("%s has no tags any more, and is not deprecated", im.Name)
		}
		for name := range strings.FieldsSeq(im.Replacement) {
			if r, ok := Builtin().Lookup("docker.io", "library/"+name); ok && r.Ended != 0 {
				t.Errorf("%s is replaced by %s, which has no tags", im.Name, name)
			}
		}
		if im.Ended != 0 {
			ended++
		}
		if im.Deprecated {
			deprecated++
		}
	}
	if ended < 44 || deprecated < 48 {
		t.Errorf("%d images have no tags any more, %d are deprecated", ended, deprecated)
	}
}

// officialEntries returns the entries of the official images.
func officialEntries() []entry {
	var out []entry
	for _, name := range Builtin().officialNames() {
		out = append(out, *Builtin().find(name))
	}
	return out
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
		if got, _ := Builtin().NearOfficial(name); got != want {
			t.Errorf("NearOfficial(%q) = %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{
		"", "a", "redis2", "java8", "http2", "ne04j", "pyth0n", "base", "test", "worker", "host", "http", "link", "park", "nodes",
		"ngix", "ndo", "mongo", "mono", "ruby", "jruby", "store", "proton", "mssql", "https", "compose", "python3", "node18",
		"frontend", "backend", "my-mysql", "adservice", "controller", "nginx/x", strings.Repeat("n", 5000),
	} {
		if got, ok := Builtin().NearOfficial(name); ok {
			t.Errorf("NearOfficial(%q) = %q, want none", name, got)
		}
	}
	for _, o := range officialEntries() {
		if got, ok := Builtin().NearOfficial(o.name); ok {
			t.Errorf("NearOfficial(%q) = %q, and it is official", o.name, got)
		}
	}
}

// TestNearestPrefers checks the order of preference: transposed letters, then equal length, then alphabetical order.
func TestNearestPrefers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		table []string
		want  string
	}{
		{"swark", Builtin().officialNames(), "spark"},
		{"gylang", Builtin().officialNames(), "golang"},
		{"abcde", []string{"abcd", "abcdef", "abced", "abxde"}, "abced"},
		{"abcde", []string{"aabcde", "abcdf", "abxde"}, "abcdf"},
		{"abcdef", []string{"abcde", "abcdefg"}, "abcde"},
		{"abcdef", []string{"aabcdef", "abcde"}, "aabcdef"},
		{"abcdef", nil, ""},
	} {
		if got := nearest(tt.name, tt.table); got != tt.want {
			t.Errorf("nearest(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestNearOfficialFindsSlips makes every single edit to every official name that is long enough.
func TestNearOfficialFindsSlips(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	const letters = "abcdefghijklmnopqrstuvwxyz"
	tried, found := 0, 0
	try := func(typed, right string) {
		if Builtin().isDistinct(typed) || strings.ContainsAny(typed+right, "0123456789") {
			return
		}
		tried++
		if got, ok := Builtin().NearOfficial(typed); got == right {
			found++
		} else if !ok && min(len(typed), len(right)) >= minNear {
			t.Errorf("NearOfficial(%q) finds nothing, want %q", typed, right)
		}
	}
	for _, o := range officialEntries() {
		n := o.name
		for i := range len(n) {
			try(n[:i]+n[i+1:], n)
			if i > 0 && n[i] != n[i-1] {
				try(n[:i-1]+n[i:i+1]+n[i-1:i]+n[i+1:], n)
			}
			for _, c := range letters[i%3:] {
				if (int(c)-i)%3 != 0 {
					continue // a third of all slips shows the same
				}
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

// TestAliasTable: a name with an alias is never official, and its target is neither a retired image nor gone.
func TestAliasTable(t *testing.T) {
	t.Parallel()
	for _, a := range aliasTable {
		if Builtin().find(a.name) != nil {
			t.Errorf("%q has an alias and is official", a.name)
		}
		if a.target == "" {
			continue
		}
		registry, repository, cut := strings.Cut(a.target, "/")
		if !cut {
			if e := Builtin().find(a.target); e == nil || e.ended != 0 {
				t.Errorf("%q leads to %q, which is not a maintained official image", a.name, a.target)
			}
			continue
		}
		if !strings.Contains(registry, ".") {
			registry, repository = "docker.io", a.target
		}
		if m, ok := LookupMove(registry, repository, "", false); ok && (m.Status != StatusFrozen || m.Replacement != "") { // an archive is better than nothing
			t.Errorf("%q leads to %q, which is %v", a.name, a.target, m.Status)
		}
	}
}

// TestDistinctTable: a word is listed only if it would otherwise be taken for a misspelling.
func TestDistinctTable(t *testing.T) {
	t.Parallel()
	for _, word := range distinctTable {
		slip := false
		for _, o := range officialEntries() {
			kind, _, _ := near.SingleEdit(word, o.name)
			slip = slip || kind == near.Transposed || kind != near.NoEdit && min(len(word), len(o.name)) >= minNear
		}
		if !slip {
			t.Errorf("%q is near no official name", word)
		}
	}
}
