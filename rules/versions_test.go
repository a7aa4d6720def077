package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules"
)

// What depends on the version of the cluster.
func TestKubernetesVersions(t *testing.T) {
	t.Parallel()
	const volume = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec: {template: {spec: {volumes: [{name: m, image: {reference: ''}}]}}}\n"
	long := string(podOf("image: registry.acme.io/" + strings.Repeat("a", 245) + ":1"))
	for _, c := range []struct {
		manifest   string
		kubernetes int
		want       string
	}{
		{volume, 36, "image-empty controller FailedCreate"},
		{volume, 37, "image-empty validation Invalid"},
		{strings.ReplaceAll(strings.ReplaceAll(volume, "{template: {spec: ", ""), "]}}}", "]}"), 36, ""}, // the pod spec is not in a Job
		{long, 31, "image-illegal-char kubelet InvalidImageName"},
		{long, 32, ""},
	} {
		set, err := manifests.Load(t.Context(), []manifests.Input{input("x.yaml", []byte(c.manifest))}, manifests.Options{})
		if err != nil {
			t.Fatal(err)
		}
		l := lint.Linter{Rules: rules.All(), Settings: lint.Settings{Kubernetes: c.kubernetes}}
		res, err := l.Run(t.Context(), set)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range res.Findings {
			got = append(got, fmt.Sprint(f.Rule, " ", f.Cluster.Stage, " ", f.Cluster.Reason))
		}
		if diff := cmp.Diff(c.want, strings.Join(got, ", ")); diff != "" {
			t.Errorf("%d: %s (-want +got):\n%s", c.kubernetes, c.manifest, diff)
		}
	}
}
