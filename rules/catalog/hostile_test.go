package catalog

import (
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
	"github.com/imagelint-dev/imagelint/internal/slow"
)

// lookAll passes one string to every look-up, in every argument.
func lookAll(s, u string) {
	Builtin().Lookup("docker.io", "library/"+s)
	Builtin().NearOfficial(s)
	Alias(s)
	LookupHost(s)
	registries.HostTypo(s)
	for _, p := range [][2]string{{s, u}, {"docker.io", s}, {"gcr.io", s}, {s + ".bintray.io", u}, {"k8s.gcr.io", s}} {
		m, _ := LookupMove(p[0], p[1], u, false)
		m.NewReference(p[0], p[1])
		LookupMove(p[0], p[1], u, true)
	}
}

func FuzzLookups(f *testing.F) {
	for _, s := range []string{
		"", "/", "//", "a/", "/a", ".", "..", ".io", "-", ":", ":443", "[::1]:5000", "\x00", "\xff\xfe", "é", "docker.io", "bitnami/",
		"bitnami/redis", ".dkr.ecr.", "1.dkr.ecr..amazonaws.com", ".amazonaws.com", "-docker.pkg.dev", "--docker.pkg.dev", ".ocir.io",
		"private..icr.io", "registry.-.aliyuncs.com", "nginx", "v", "1..2", "swr..myhuaweicloud.com", "K8S.GCR.IO", "İ.io",
	} {
		f.Add(s, s)
		f.Add(s, "1.0")
	}
	f.Fuzz(func(_ *testing.T, s, u string) { lookAll(s, u) })
}

// TestShortInput tries every string of up to four bytes from an alphabet that matters to the tables.
func TestShortInput(t *testing.T) {
	t.Parallel()
	const bytes = "a1.-/:[\xff"
	var try func(prefix string, left int)
	try = func(prefix string, left int) {
		lookAll(prefix, "v1")
		for i := 0; left > 0 && i < len(bytes); i++ {
			try(prefix+bytes[i:i+1], left-1)
		}
	}
	try("", 4)
}

// TestLongInput: look-ups of a megabyte return at once.
func TestLongInput(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	for _, s := range []string{"a", ".", "/", "a/", "a.", ".io", "-", "1", ":"} {
		lookAll(strings.Repeat(s, 1<<20/len(s)), "1.0")
	}
}

func BenchmarkLookup(b *testing.B) {
	for _, bb := range []struct {
		name string
		do   func()
	}{
		{"official", func() { Builtin().Lookup("docker.io", "library/postgres") }},
		{"official-none", func() { Builtin().Lookup("docker.io", "library/frontend") }},
		{"near", func() { Builtin().NearOfficial("postgrse") }},
		{"near-none", func() { Builtin().NearOfficial("frontend") }},
		{"alias", func() { Alias("kafka") }},
		{"move-hub-none", func() { LookupMove("docker.io", "library/nginx", "1.27", false) }},
		{"move-bitnami", func() { LookupMove("docker.io", "bitnami/redis", "7.0.11-debian-11-r12", false) }},
		{"move-other-none", func() { LookupMove("123456789012.dkr.ecr.us-east-1.amazonaws.com", "team/app", "1", false) }},
		{"host", func() { LookupHost("docker.io") }},
		{"host-ecr", func() { LookupHost("123456789012.dkr.ecr.us-east-1.amazonaws.com") }},
		{"host-none", func() { LookupHost("registry.corp.com") }},
		{"typo-none", func() { registries.HostTypo("registry.corp.com") }},
		{"typo-near", func() { registries.HostTypo("dockre.io") }},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bb.do()
			}
		})
	}
}
