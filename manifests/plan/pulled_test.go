package plan_test

import (
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// The status of a Pod shows which images nodes have, and which registries answered.
func TestPulled(t *testing.T) {
	t.Parallel()
	const image, host = "registry.example.com/shop/web:1.2.3", "registry.example.com"
	failed := func(why string) string {
		return `{waiting: {reason: ErrImagePull, message: 'failed to pull and unpack image "` + image + `": ` + why + `'}}`
	}
	for _, c := range []struct {
		name, id, state  string
		pulled, answered bool
	}{
		{"runs", host + "/shop/web@sha256:aa", "{running: {startedAt: now}}", true, true},
		{"ended", host + "/shop/web@sha256:aa", "{terminated: {exitCode: 0}}", true, true},
		{"crashes", host + "/shop/web@sha256:aa", "{waiting: {reason: CrashLoopBackOff}}", true, true},
		{"docker", "docker-pullable://" + host + "/shop/web@sha256:aa", "{running: {}}", true, true},
		{"loaded", "sha256:aa", "{running: {}}", true, false},
		{"imported", "docker.io/library/import-2026@sha256:aa", "{running: {}}", true, false},
		{"starts", "", "{running: {}}", false, false},
		{"replaced", host + "/shop/web@sha256:aa", "{waiting: {reason: ImagePullBackOff}}", false, false},
		{"missing", "", failed(image + ": not found"), false, true},
		{"refused", "", failed("unexpected status from HEAD request to https://" + host + "/v2/shop/web/manifests/1.2.3: 403 Forbidden"), false, true},
		{"lost", "", failed("dial tcp: lookup " + host + " on 10.0.0.10:53: no such host"), false, false},
		{"lost mirror", "", failed("denied; dial tcp 10.0.0.1:443: connection refused"), false, false},
	} {
		live := "apiVersion: v1\nkind: Pod\nmetadata: {name: x, uid: 5c1b}\nspec:\n  containers: [{name: other, image: a}, {name: app, image: '" + image + "'}]\nstatus:\n" +
			"  containerStatuses: [{name: app, image: '" + image + "', imageID: '" + c.id + "', state: " + c.state + "}]\n"
		for _, text := range []string{live, strings.Replace(live, "containers:", "initContainers:", 1)} {
			text = strings.ReplaceAll(text, "  containerStatuses", map[bool]string{true: "  initContainerStatuses", false: "  containerStatuses"}[strings.Contains(text, "initContainers")])
			p := plan.New(load(t, one(text)), plan.Options{})
			if got, answered := p.IsPulled(image), p.HasAnswered(host); got != c.pulled || answered != c.answered {
				t.Errorf("%s: pulled %t, answered %t", c.name, got, answered)
			}
			written := strings.Replace(text, ", uid: 5c1b", "", 1)
			if p := plan.New(load(t, one(written)), plan.Options{}); p.IsPulled(image) || p.HasAnswered(host) {
				t.Errorf("%s: the status of an object that is in no cluster counts", c.name)
			}
		}
	}
}
