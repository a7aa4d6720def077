package cluster

import (
	"strings"
	"testing"
)

// The command that prints a pod's images prints those of the list that has the failed container, or of all lists that may have it.
func TestImagesOfList(t *testing.T) {
	const heading = "NAME    READY   STATUS                  RESTARTS   AGE\n"
	description := func(list, status string) string {
		return "Name:         api-0\nNamespace:    shop\n" + list + ":\n  mig:\n    Image:          ghcr.io/acme/MIG:1\n    State:          Waiting\n      Reason:       " + status + "\n"
	}
	const (
		inits = "'{.spec.initContainers[*].image}'"
		main  = "'{.spec.containers[*].image}'"
		both  = "'{.spec.initContainers[*].image} {.spec.containers[*].image}'"
	)
	for _, tt := range []struct {
		name, text, images string
		list               List
	}{
		{"a table's row", heading + "api-0   0/1     Init:InvalidImageName   0          4m\n", inits, ListInit},
		{"a row of another container", heading + "api-0   0/1     InvalidImageName        0          4m\n", main, ListContainers},
		{"a row without its heading", "api-0   0/1     Init:InvalidImageName   0          4m\n", inits, ListInit},
		{"a description", description("Init Containers", "InvalidImageName"), inits, ListInit},
		{"a description of another container", description("Containers", "InvalidImageName"), main, ListContainers},
		{"an ephemeral container", description("Ephemeral Containers", "InvalidImageName"), "'{.spec.ephemeralContainers[*].image}'", ListEphemeral},
		{"an event's path", "5m  Warning  Failed  pod/api-0  spec.initContainers{mig}: Error: InvalidImageName\n", inits, ListInit},
		{"an event without a path", "5m  Warning  Failed  pod/api-0  Error: InvalidImageName\n", both, ""},
		{"an event of a pod in a table", heading + "api-0   0/1     Init:InvalidImageName   0          4m\n$ kubectl get events\n5m  Warning  Failed  pod/api-0  Error: InvalidImageName\n", inits, ListInit},
		{
			"a log's line of a pod in a table",
			`E1129 09:12:45.100000    1234 pod_workers.go:1324] "Error syncing pod, skipping" err="failed to \"StartContainer\" for \"mig\" with InvalidImageName: \"Failed to apply default image tag: couldn't parse image\"" pod="shop/api-0"` +
				"\n$ kubectl get pods -n shop\n" + heading + "api-0   0/1     Init:InvalidImageName   0          4m\n", inits, ListInit,
		},
		{
			"an init container and another one", description("Init Containers", "InvalidImageName") + "Containers:\n  api:\n    Image:          ghcr.io/acme/MIG:1\n    State:          Waiting\n      Reason:       InvalidImageName\n", both, ListInit,
		},
	} {
		text, err := ReadText("", strings.NewReader(tt.text))
		if err != nil {
			t.Fatal(err)
		}
		answers := Diagnose(text.Observations, Options{})
		if len(answers) != 1 {
			t.Fatalf("%s: %d answers, want one", tt.name, len(answers))
		}
		a := answers[0]
		if !strings.Contains(a.Check, "-o jsonpath="+tt.images) || a.Failures[0].List != tt.list {
			t.Errorf("%s: the check is %q, the list %q; want images of %s, list %q", tt.name, a.Check, a.Failures[0].List, tt.images, tt.list)
		}
	}
}

// A status that a user asks about is that of an init container only if it says so.
func TestImagesOfStatus(t *testing.T) {
	for status, images := range map[string]string{
		"Init:InvalidImageName": "jsonpath='{.spec.initContainers[*].image}'", "InvalidImageName": "jsonpath='{.spec.initContainers[*].image} {.spec.containers[*].image}'",
	} {
		if a := Diagnose(Ask(status), Options{})[0]; !strings.Contains(a.Check, images) {
			t.Errorf("%s: the check is %q, want one with %s", status, a.Check, images)
		}
	}
}
