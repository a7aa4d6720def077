package catalog

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/slow"
)

func TestNearRepository(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		registry, repository string
		want                 NearName
	}{
		{"docker.io", "prom/promethues", NearName{Name: "docker.io/prom/prometheus"}},
		{"index.docker.io", "prom/promethues", NearName{Name: "docker.io/prom/prometheus"}},
		{"ghcr.io", "fluxcd/sorce-controller", NearName{Name: "ghcr.io/fluxcd/source-controller", Closed: true}},
		{"ghcr.io", "fluxcd/sorce-contoller", NearName{Name: "ghcr.io/fluxcd/source-controller"}}, // two typos
		{"ghcr.io", "fluxcd/controller-source", NearName{Name: "ghcr.io/fluxcd/source-controller"}},
		{"quay.io", "prometheus/nodeexporter", NearName{Name: "quay.io/prometheus/node-exporter"}},
		{"quay.io", "prometheus/node_exporter", NearName{Name: "quay.io/prometheus/node-exporter"}},
		{"quay.io", "prometehus/node-exporter", NearName{Name: "quay.io/prometheus/node-exporter"}},
		{"registry.k8s.io", "kube-prxoy", NearName{Name: "registry.k8s.io/kube-proxy"}},
		{"docker.io", "prom/prometheus", NearName{}},
		{"docker.io", "kserve/lgbserver", NearName{}},
		{"docker.io", "acme/promethues", NearName{}},
		{"docker.io", "pron/prometheus", NearName{}}, // four letters have many neighbors
		{"docker.io", "library/ngnix", NearName{}},   // left to NearOfficial
		{"docker.io", "promethues", NearName{}},
		{"docker.io", "rancher/mirrored-calico-node3", NearName{}},
		{"docker.io", "velero/velero2", NearName{}},
		{"quay.io", "prometeus/else", NearName{}},
		{"quay.io", "argoprojx/argocdx", NearName{}},
		{"", "", NearName{}},
		{"docker.io", strings.Repeat("prom/", 100) + "prometheus", NearName{}},
	} {
		got, ok := Builtin().NearRepository(tt.registry, tt.repository)
		tt.want.Here = tt.want.Name
		if diff := cmp.Diff(tt.want, got); diff != "" || ok != (tt.want != NearName{}) {
			t.Errorf("%s/%s (-want +got):\n%s", tt.registry, tt.repository, diff)
		}
	}
}

func TestNearRepositoryOfCopies(t *testing.T) {
	cat := Builtin().WithCopies([]Copy{
		{At: "mirror.test", Of: "index.docker.io"}, {At: "mirror.test/flux", Of: "ghcr.io/fluxcd"}, {At: "mirror.test/prom", Of: "quay.io/prometehus"},
	})
	for _, tt := range []struct {
		repository string
		want       NearName
	}{
		{"prom/promethues", NearName{Name: "docker.io/prom/prometheus", Here: "mirror.test/prom/prometheus"}},
		{"flux/sorce-controller", NearName{Name: "ghcr.io/fluxcd/source-controller", Here: "mirror.test/flux/source-controller"}}, // not Closed
		{"prom/node-exporter", NearName{}}, // its original is outside of what is copied
		{"prom/prometheus", NearName{}},
		{"ngnix", NearName{}},
		{"acme/promethues", NearName{}},
	} {
		if got, ok := cat.NearRepository("mirror.test", tt.repository); got != tt.want || ok != (tt.want != NearName{}) {
			t.Errorf("%s: got %+v, %t, want %+v", tt.repository, got, ok, tt.want)
		}
	}
}

// Each of the closed owners has several images.
func TestClosedOwners(t *testing.T) {
	t.Parallel()
	for _, owner := range closedOwners {
		if n := len(Builtin().namesBelow(owner + "/")); n < 4 {
			t.Errorf("%s has %d images", owner, n)
		}
	}
}

// Almost every misspelling of a known name is found, of every kind: letters, separators, word order.
func TestWindowsNames(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	r := rand.New(rand.NewPCG(1, 2))
	kinds := map[string][2]int{}
	for _, full := range Builtin().Images() {
		i := strings.LastIndexByte(full, '/')
		if i < 0 || len(full)-i-1 < minOneTypo {
			continue
		}
		owner, n := full[:i+1], full[i+1:]
		at := r.IntN(len(n) - 1)
		made := map[string]string{
			"swapped":     owner + n[:at] + n[at+1:at+2] + n[at:at+1] + n[at+2:],
			"dropped":     owner + n[:at] + n[at+1:],
			"doubled":     owner + n[:at] + n[at:at+1] + n[at:],
			"substituted": owner + n[:at] + string(rune('a'+r.IntN(26))) + n[at+1:],
			"dashes":      owner + strings.ReplaceAll(n, "-", "_"),
		}
		if words := strings.Split(n, "-"); len(words) > 1 {
			made["words in another order"] = owner + strings.Join(append(words[1:], words[0]), "-")
		}
		for kind, typed := range made {
			registry, repository, _ := strings.Cut(typed, "/")
			if _, known := Builtin().Lookup(registry, repository); known {
				continue
			}
			k := kinds[kind]
			k[1]++
			if _, ok := Builtin().NearRepository(registry, repository); ok {
				k[0]++
			}
			kinds[kind] = k
		}
	}
	t.Logf("found, by kind of typo in a name: %s", shares(kinds))
	if len(kinds) != 6 {
		t.Errorf("there are %d kinds of typos", len(kinds))
	}
	for kind, k := range kinds {
		if k[1] < 100 || k[0]*100 < k[1]*95 {
			t.Errorf("%s: %d of %d typos are found", kind, k[0], k[1])
		}
	}
}

func BenchmarkNearRepository(b *testing.B) {
	for _, name := range []string{"acme/web", "rancher/mirrored-nothing"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Builtin().NearRepository("docker.io", name)
			}
		})
	}
}
