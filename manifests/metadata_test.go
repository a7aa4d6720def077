package manifests_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/manifests"
)

// Labels and annotations are kept where they are asked for, and nowhere else: not the copy of a whole object, and nothing without an end.
func TestMetadata(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 400)
	text := "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  labels: {team: shop, base: &b x, again: *b, number: 1, list: []}\n  annotations:\n" +
		"    note: " + long + "\n    kubectl.kubernetes.io/last-applied-configuration: '{\"secret\": \"c2VjcmV0\"}'\n" +
		"spec: {containers: [{name: a, image: 'a:1'}]}\n"
	for _, asked := range []bool{false, true} {
		in := manifests.Input{Name: "a.yaml", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
		set, err := manifests.Load(t.Context(), []manifests.Input{in}, manifests.Options{Metadata: asked})
		if err != nil || len(set.Workloads) != 1 {
			t.Fatal(err, len(set.Workloads))
		}
		var want *manifests.Metadata
		if asked {
			want = &manifests.Metadata{
				Labels:      map[string]string{"team": "shop", "base": "x", "again": "x", "number": "1"},
				Annotations: map[string]string{"note": strings.Repeat("ä", 256)},
			}
		}
		if diff := cmp.Diff(want, set.Workloads[0].Metadata); diff != "" {
			t.Errorf("asked %t (-want +got):\n%s", asked, diff)
		}
	}
	many := "apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n"
	for i := range 1000 {
		many += fmt.Sprintf("    l%d: x\n", i)
	}
	many += "spec: {containers: [{name: a, image: 'a:1'}]}\n"
	in := manifests.Input{Name: "a.yaml", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(many)), nil }}
	set, err := manifests.Load(t.Context(), []manifests.Input{in}, manifests.Options{Metadata: true})
	if err != nil || len(set.Workloads) != 1 || len(set.Workloads[0].Metadata.Labels) != 256 {
		t.Errorf("%v, %d workloads", err, len(set.Workloads))
	}
}
