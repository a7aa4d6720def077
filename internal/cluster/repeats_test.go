package cluster

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests"
)

// A status never hides the message that says why, in any form and order of the input, and the image is taken from either.
func TestStatusAndMessage(t *testing.T) {
	t.Parallel()
	const (
		image  = "registry.acme.test/shop/Pay:1"
		heads  = "LAST SEEN   TYPE      REASON          OBJECT      MESSAGE\n"
		upper  = `Failed to apply default image tag "registry.acme.test/shop/Pay:1": couldn't parse image name "registry.acme.test/shop/Pay:1": invalid reference format: repository name (shop/Pay) must be lowercase`
		refuse = `Failed to pull image "registry.acme.test/shop/Pay:1": dial tcp 10.0.0.1:443: connect: connection refused`
	)
	event := func(reason, message string) string {
		return fmt.Sprintf("2m   Warning   %-15s pod/pay-0   %s\n", reason, message)
	}
	described := func(reason, message string) string {
		return fmt.Sprintf("  Warning  %s  2m (x4 over 5m)  kubelet  %s\n", reason, message)
	}
	inspect, failed := event("InspectFailed", upper), event("Failed", "Error: InvalidImageName")
	const head = "Name:         pay-0\nNamespace:    shop\n"
	const containers = "Containers:\n  pay:\n    Image:    registry.acme.test/shop/Pay:1\n    State:    Waiting\n      Reason:  InvalidImageName\n"
	const events = "Events:\n  Type     Reason  Age  From  Message\n"
	const pods = "NAME    READY   STATUS   RESTARTS   AGE\npay-0   0/1     InvalidImageName   0   12m\n"
	const logs = `Error from server (BadRequest): container "pay" in pod "pay-0" is waiting to start: InvalidImageName` + "\n"
	kubelet := fmt.Sprintf("E1129 09:12:44.017701 1 pod_workers.go:1301] \"Error syncing pod, skipping\" err=%q pod=\"shop/pay-0\"\n", fmt.Sprintf("failed to %q for %q with InvalidImageName: %q", "StartContainer", "pay", upper))
	tests := []struct {
		name, entry string
		first       string
		parts       []string
	}{
		{"events", "name-uppercase", heads, []string{inspect, failed}},
		{"events without the heading", "name-uppercase", "", []string{inspect, failed}},
		{"a description's events", "name-uppercase", head + events, []string{described("InspectFailed", upper), described("Failed", "Error: InvalidImageName")}},
		{"a description", "name-uppercase", head + containers + events, []string{described("InspectFailed", upper), described("Failed", "Error: InvalidImageName")}},
		{"pods and events", "name-uppercase", "", []string{pods + "\n", heads + inspect + failed}},
		{"logs and events", "name-uppercase", "", []string{logs, "$ kubectl get events\n" + heads + inspect + failed}},
		{"messages alone", "name-uppercase", "", []string{upper + "\n", "Error: InvalidImageName\n"}},
		{"a log and a message", "name-uppercase", "", []string{kubelet, "Error: InvalidImageName\n"}},
		{"a message without a reason", "name-invalid", heads, []string{strings.ReplaceAll(event("InspectFailed", `Failed to apply default image tag "IMAGE": couldn't parse image name "IMAGE": invalid reference format`), "IMAGE", image), failed}},
		{"no connection", "refused", heads, []string{event("Failed", refuse), event("Failed", "Error: RegistryUnavailable")}},
		{"a back-off", "refused", heads, []string{event("Failed", refuse), event("Failed", "Error: ErrImagePull"), event("BackOff", `Back-off pulling image "`+image+`"`), event("Failed", "Error: ImagePullBackOff")}},
		{"logs and a back-off", "refused", "", []string{strings.ReplaceAll(logs, "InvalidImageName", "trying and failing to pull image"), "$ kubectl get events\n" + heads + event("Failed", refuse)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, parts := range bothWays(tt.parts) {
				input := tt.first + strings.Join(parts, "")
				text, err := ReadText("", strings.NewReader(input))
				if err != nil {
					t.Fatal(err)
				}
				answers := Diagnose(text.Observations, Options{})
				if len(answers) != 1 || len(answers[0].Failures) != 1 {
					t.Fatalf("%d causes: %+v of\n%s", len(answers), answers, input)
				}
				if f := answers[0].Failures[0]; f.id() != tt.entry || f.Image != image || !strings.Contains(answers[0].Message, image) {
					t.Errorf("%s of %q: %q; want %s of\n%s", f.id(), f.Image, answers[0].Message, tt.entry, input)
				}
			}
		})
	}
}

// Events in YAML are sorted by time, and often at the same second. Those of two containers stay apart.
func TestStatusAndMessageInObjects(t *testing.T) {
	t.Parallel()
	const object = `apiVersion: v1
kind: Event
metadata: {name: pay-0.1, namespace: shop}
involvedObject: {kind: Pod, name: pay-0, namespace: shop, fieldPath: "PATH"}
reason: REASON
message: 'MESSAGE'
type: Warning
`
	event := func(path, reason, message string) string {
		return strings.NewReplacer("PATH", path, "REASON", reason, "MESSAGE", message).Replace(object)
	}
	inspect := func(path, image string) string {
		return event(path, "InspectFailed", `Failed to apply default image tag "`+image+`": couldn''t parse image name "`+image+`": invalid reference format: repository name (x) must be lowercase`)
	}
	bare := func(path string) string { return event(path, "Failed", "Error: InvalidImageName") }
	tests := []struct {
		name  string
		parts []string
		want  []string
	}{
		{"with paths", []string{inspect("spec.containers{a}", "x/A:1"), bare("spec.containers{a}")}, []string{"a x/A:1 name-uppercase"}},
		{"without paths", []string{inspect("", "x/A:1"), bare("")}, []string{" x/A:1 name-uppercase"}},
		{"one path", []string{inspect("", "x/A:1"), bare("spec.containers{a}")}, []string{"a x/A:1 name-uppercase"}},
		{"two containers", []string{inspect("spec.containers{a}", "x/A:1"), bare("spec.containers{a}"), inspect("spec.containers{b}", "x/B:1"), bare("spec.containers{b}")}, []string{"a x/A:1 name-uppercase", "b x/B:1 name-uppercase"}},
		{"two containers without paths", []string{inspect("", "x/A:1"), bare(""), inspect("", "x/B:1")}, []string{" x/A:1 name-uppercase", " x/B:1 name-uppercase"}},
		{"a container without a message", []string{inspect("", "x/A:1"), bare("spec.containers{a}"), bare("spec.containers{b}")}, []string{" x/A:1 name-uppercase", "a  name-invalid", "b  name-invalid"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, parts := range bothWays(tt.parts) {
				open := func() (io.ReadCloser, error) {
					return io.NopCloser(strings.NewReader(strings.Join(parts, "---\n"))), nil
				}
				set, err := manifests.Load(t.Context(), []manifests.Input{{Name: "x.yaml", Open: open}}, manifests.Options{ClusterStatus: true})
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, a := range Diagnose(FromSet(set), Options{}) {
					for _, f := range a.Failures {
						got = append(got, f.Container+" "+f.Image+" "+f.id())
					}
				}
				slices.Sort(got)
				if !slices.Equal(got, tt.want) {
					t.Errorf("%q, want %q", got, tt.want)
				}
			}
		})
	}
}

// bothWays returns a list, and the same in the reverse order.
func bothWays(list []string) [][]string {
	backwards := slices.Clone(list)
	slices.Reverse(backwards)
	return [][]string{list, backwards}
}
