package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/cluster"
)

// A pod is listed once where one message names its container and another does not, in either order.
func TestFailurePlaces(t *testing.T) {
	t.Parallel()
	pod := &cluster.Failure{Namespace: "shop", Name: "web-0", Image: "redis:8"}
	container := &cluster.Failure{Namespace: "shop", Name: "web-0", Container: "app", Image: "docker.io/library/redis:8", Status: "ImagePullBackOff"}
	other := &cluster.Failure{Namespace: "shop", Name: "web-1", Image: "redis:8"}
	want := []string{`pod shop/web-0, container "app", image docker.io/library/redis:8, ImagePullBackOff`, "pod shop/web-1, image redis:8"}
	for _, all := range [][]*cluster.Failure{{pod, container, other}, {container, pod, other}} {
		if diff := cmp.Diff(want, failurePlaces(all)); diff != "" {
			t.Error(diff)
		}
	}
}
