package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/cluster"
)

// A pod is listed once where one message names its container or image and another does not, in either order.
func TestFailurePlaces(t *testing.T) {
	t.Parallel()
	pod := &cluster.Failure{Namespace: "shop", Name: "web-0", Image: "redis:8"}
	container := &cluster.Failure{Namespace: "shop", Name: "web-0", Container: "app", Image: "docker.io/library/redis:8", Status: "ImagePullBackOff"}
	event := &cluster.Failure{Namespace: "shop", Name: "web-0", Node: "worker-1"}
	alone := &cluster.Failure{Namespace: "shop", Name: "web-2", Node: "worker-1"}
	other := &cluster.Failure{Namespace: "shop", Name: "web-1", Image: "redis:8"}
	want := []string{`pod shop/web-0, container "app", image docker.io/library/redis:8, ImagePullBackOff`, "pod shop/web-1, image redis:8", `pod shop/web-2, node "worker-1"`}
	for _, all := range [][]*cluster.Failure{{pod, event, container, other, alone}, {event, container, pod, other, alone}} {
		if diff := cmp.Diff(want, failurePlaces(all)); diff != "" {
			t.Error(diff)
		}
	}
}
