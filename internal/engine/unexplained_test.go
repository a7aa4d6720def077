package engine

import (
	"testing"

	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// A finding explains the failing pulls of what it is about, and of the images that it stands for.
func TestExplains(t *testing.T) {
	t.Parallel()
	object := func(kind, namespace, name string) *manifests.Object {
		return &manifests.Object{APIVersion: "v1", Kind: kind, Namespace: namespace, Name: name}
	}
	says := lint.ClusterError{Stage: lint.StageKubelet, Reason: "ErrImagePull"}
	web := &cluster.Failure{Namespace: "shop", Name: "web-5d9c7b6f4d-x2kqz", Container: "app", Image: "web:1"}
	for name, tt := range map[string]struct {
		finding lint.Finding
		want    bool
	}{
		"its image":              {lint.Finding{Object: object("Pod", "shop", "other"), Image: "docker.io/library/web:1", Cluster: says}, true},
		"in another namespace":   {lint.Finding{Object: object("Pod", "test", "other"), Image: "web:1", Cluster: says}, false},
		"another image":          {lint.Finding{Object: object("Deployment", "shop", "web"), Image: "web:2", Cluster: says}, false},
		"a joined image":         {lint.Finding{Object: object("Pod", "test", "other"), Image: "web:1", Cluster: says, Joined: []lint.Subject{{Object: object("Pod", "shop", "other"), Image: "web:1"}}}, true},
		"a covered image":        {lint.Finding{Object: object("Pod", "test", "other"), Image: "web:1", Cluster: says, Covers: []lint.Subject{{Object: object("Pod", "shop", "other"), Image: "web:1"}}}, true},
		"its owner":              {lint.Finding{Object: object("Deployment", "shop", "web"), Cluster: says}, true},
		"its container":          {lint.Finding{Object: object("Deployment", "shop", "web"), Container: "app", Cluster: says}, true},
		"another container":      {lint.Finding{Object: object("Deployment", "shop", "web"), Container: "proxy", Cluster: says}, false},
		"a Secret":               {lint.Finding{Object: object("Secret", "shop", "regcred"), Cluster: says}, true},
		"an account elsewhere":   {lint.Finding{Object: object("ServiceAccount", "test", "default"), Cluster: says}, false},
		"advice":                 {lint.Finding{Object: object("Pod", "shop", "other"), Image: "web:1"}, false},
		"a file without objects": {lint.Finding{Image: "web:1", Cluster: says}, false},
	} {
		if got := explainedBy([]lint.Finding{tt.finding}).explains(web); got != tt.want {
			t.Errorf("%s: explained: %t, want %t", name, got, tt.want)
		}
	}
	// A reference that cannot be parsed is compared as it is.
	invalid := &cluster.Failure{Namespace: "shop", Name: "a", Image: "Web"}
	if !explainedBy([]lint.Finding{{Object: object("Pod", "shop", "b"), Image: "Web", Cluster: says}}).explains(invalid) {
		t.Error("an invalid reference is not explained")
	}
}
