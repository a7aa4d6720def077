package pullsecret

import (
	"fmt"
	"strings"
	"testing"
)

// bigRing has n keys of each sort: hosts, paths of one host, patterns.
func bigRing(tb testing.TB, n int) Keyring {
	tb.Helper()
	var b strings.Builder
	b.WriteString(`{"auths":{"docker.io/none":{}`)
	for i := range n {
		fmt.Fprintf(&b, `,"r%d.example.com":{"auth":"dTpw"},"ghcr.io/org%d":{"auth":"dTpw"},"*.r%d.example.com":{"auth":"dTpw"}`, i, i, i)
	}
	b.WriteString(`}}`)
	config, err := Parse(DockerConfigJSON, []byte(b.String()))
	if err != nil {
		tb.Fatal(err)
	}
	return NewKeyring([]NamedConfig{{"ns/s", config}})
}

func BenchmarkLookup(b *testing.B) {
	for _, n := range []int{10, 1000, 10_000} {
		ring := bigRing(b, n)
		for _, name := range []string{"ghcr.io/org7/app", "docker.io/library/nginx", "a.r7.example.com/x"} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				for b.Loop() {
					ring.Lookup(name)
				}
			})
		}
	}
}

func BenchmarkNearMiss(b *testing.B) {
	for _, n := range []int{10, 1000, 10_000} {
		ring := bigRing(b, n)
		for _, name := range []string{"ghcr.io/other/app", "docker.io/library/nginx", "x.a.r7.example.com/x"} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				for b.Loop() {
					ring.NearMiss(name)
				}
			})
		}
	}
}

func BenchmarkParse(b *testing.B) {
	data := payload("https://index.docker.io/v1/", "robot", "secret")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(DockerConfigJSON, data); err != nil {
			b.Fatal(err)
		}
	}
}
