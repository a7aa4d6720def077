package manifests

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a cluster said is kept where it is asked for: statuses of every kind of container, and Events of both API groups, alone and in a List.
func TestSaid(t *testing.T) {
	t.Parallel()
	const text = `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: cart-0, namespace: shop}
  spec:
    nodeName: worker-1
    initContainers: [{name: setup, image: "registry.acme.test/setup:1"}]
    containers: [{name: app, image: "registry.acme.test/cart:2"}]
  status:
    initContainerStatuses:
    - {name: setup, image: "registry.acme.test/setup:1", imageID: "registry.acme.test/setup@sha256:11aa", state: {terminated: {reason: Completed, exitCode: 0}}}
    containerStatuses:
    - name: app
      image: registry.acme.test/cart:2
      state:
        waiting:
          reason: ImagePullBackOff
          message: 'Back-off pulling image "registry.acme.test/cart:2"'
      lastState: {terminated: {message: "exec format error"}}
- apiVersion: events.k8s.io/v1
  kind: Event
  metadata: {name: cart-0.1, namespace: shop}
  regarding: {kind: Pod, namespace: shop, name: cart-0, fieldPath: "spec.containers{app}"}
  reason: Failed
  note: no such host
  reportingController: kubelet
  reportingInstance: worker-1
  series: {count: 4, lastObservedTime: "2026-11-29T09:12:44.000000Z"}
---
apiVersion: v1
kind: Event
metadata: {name: cart-0.2, namespace: shop}
involvedObject: {kind: Pod, namespace: shop, name: cart-0}
reason: BackOff
message: 'Back-off pulling image "registry.acme.test/cart:2"'
count: 7
lastTimestamp: "2026-11-29T09:12:44Z"
source: {component: kubelet, host: worker-1}
`
	in := []Input{{Name: "dump.yaml", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}}
	set, err := Load(context.Background(), in, Options{ClusterStatus: true})
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		line                                                   int
		list, container, node, state, reason, message, imageID string
		about                                                  string
		count                                                  int
	}
	var got []row
	for _, s := range set.ClusterStatuses {
		got = append(got, row{s.Span.Start().Line, s.List, s.Container, s.Node, s.State, s.Reason, s.Message, s.ImageID, s.InvolvedObject.Kind + s.InvolvedObject.Name + s.Path, s.Count})
	}
	backOff := `Back-off pulling image "registry.acme.test/cart:2"`
	want := []row{
		{13, "initContainers", "setup", "worker-1", "terminated", "Completed", "", "registry.acme.test/setup@sha256:11aa", "", 1},
		{20, "containers", "app", "worker-1", "waiting", "ImagePullBackOff", backOff, "", "", 1},
		{27, "", "", "worker-1", "", "Failed", "no such host", "", "Podcart-0spec.containers{app}", 4},
		{37, "", "", "worker-1", "", "BackOff", backOff, "", "Podcart-0", 7},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(row{})); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	if set, err := Load(context.Background(), in, Options{}); err != nil || len(set.ClusterStatuses) != 1 || set.ClusterStatuses[0].Message != backOff {
		t.Errorf("without ClusterStatus, the statuses are %v, %v", set.ClusterStatuses, err)
	}
}
