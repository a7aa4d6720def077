package facts

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// Each fact has a source and a date.
func TestSources(t *testing.T) {
	t.Parallel()
	for i, w := range writers {
		address, _, _ := strings.Cut(w.Source, " ")
		if u, err := url.Parse(address); err != nil || u.Scheme != "https" || u.Host == "" {
			t.Errorf("writer %d (%s): %q is not the URL of a source", i, w.By, w.Source)
		}
		if _, err := time.Parse(time.DateOnly, w.Date); err != nil {
			t.Errorf("writer %d (%s): %v", i, w.By, err)
		}
		if w.By == "" {
			t.Errorf("writer %d has no name: %+v", i, w)
		}
		if len(w.Groups) == 0 && w.Annotation == "" && len(w.Marks)+len(w.Prefixes)+len(w.Words) == 0 {
			t.Errorf("writer %d (%s) replaces every text of every object", i, w.By)
		}
	}
}

func TestWriterOf(t *testing.T) {
	t.Parallel()
	triggers := func(key string) bool { return key == "image.openshift.io/triggers" }
	for _, c := range []struct {
		name string
		s    Subject
		want string // "" if unknown
	}{
		{"Tekton's parameter", Subject{Group: "tekton.dev", Kind: "Task", Text: "$(params.image)"}, "Tekton"},
		{"the same in a Deployment", Subject{Group: "apps", Kind: "Deployment", Text: "$(params.image)", Pod: true}, ""},
		{"the same in a group that only ends alike", Subject{Group: "nottekton.dev", Text: "$(params.image)"}, ""},
		{"a variable of Pipelines-as-Code", Subject{Group: "tekton.dev", Kind: "PipelineRun", Text: "ghcr.io/a/b:{{revision}}"}, "Pipelines-as-Code"},
		{"a step of Lighthouse", Subject{Group: "tekton.dev", Text: "uses:a/b/c.yaml@versionStream"}, "Lighthouse"},
		{"the word elsewhere in the text", Subject{Group: "tekton.dev", Text: "ghcr.io/uses:1"}, ""},
		{"a parameter of a Template of OpenShift's own group", Subject{Group: "template.openshift.io", Kind: "Template", Text: "${IMAGE}"}, "the processing of the OpenShift Template"},
		{"and of the old one", Subject{Kind: "Template", Text: "${IMAGE}"}, "the processing of the OpenShift Template"},
		{"a Template of another group", Subject{Group: "example.com", Kind: "Template", Text: "${IMAGE}"}, ""},
		{"kro", Subject{Group: "kro.run", Text: "${schema.spec.image}"}, "kro"},
		{"an instance of kro", Subject{Group: "x.kro.run", Text: "${schema.spec.image}"}, "kro"},
		{"a group that ends like kro's", Subject{Group: "notkro.run", Text: "${schema.spec.image}"}, ""},
		{"a base whose image a patch writes", Subject{Group: "apiextensions.crossplane.io", Kind: "Composition", Empty: true}, "Crossplane's composition functions"},
		{"a base that has an image", Subject{Group: "apiextensions.crossplane.io", Kind: "Composition", Text: "nginx:1"}, "a patch of the Composition"},
		{"another kind of Crossplane's", Subject{Group: "apiextensions.crossplane.io", Kind: "EnvironmentConfig", Text: "nginx:1"}, ""},
		{"an expression of chainsaw", Subject{Group: "chainsaw.kyverno.io", Kind: "Test", Text: "($image)"}, "chainsaw"},
		{"one in a file that a test applies", Subject{Group: "apps", Kind: "Deployment", Text: "($image)", Pod: true}, "chainsaw"},
		{"a function in such a file", Subject{Group: "opentelemetry.io", Kind: "OpenTelemetryCollector", Text: "(join(':', ['ghcr.io/a/b', $version]))"}, "chainsaw"},
		{"a part of a text in such a file", Subject{Group: "apps", Kind: "Deployment", Text: "ghcr.io/a/b:($version)", Pod: true}, ""},
		{"a policy template", Subject{Group: "policy.open-cluster-management.io", Text: `{{ fromConfigMap "a" "b" "c" }}`}, "the policy templates of Open Cluster Management"},
		{"Zarf, in any object", Subject{Group: "apps", Kind: "Deployment", Text: "###ZARF_REGISTRY###/a:1", Pod: true}, "Zarf"},
		{"a text that SOPS encrypted, in any object", Subject{Group: "apps", Kind: "Deployment", Text: "ENC[AES256_GCM,data:p2Nv,iv:AA==,tag:AA==,type:str]", Pod: true}, "SOPS"},
		{"the same in the middle of a text", Subject{Group: "apps", Kind: "Deployment", Text: "ghcr.io/a/ENC[AES256_GCM,data:p2Nv]", Pod: true}, ""},
		{"Istio", Subject{Group: "apps", Kind: "Deployment", Text: "auto", Pod: true}, "Istio's injection webhook"},
		{"auto in a field of no pod", Subject{Group: "example.com", Text: "auto"}, ""},
		{"a DeploymentConfig with a trigger", Subject{Group: "apps.openshift.io", Kind: "DeploymentConfig", Text: " ", Triggered: true}, "an OpenShift image trigger"},
		{"one without", Subject{Group: "apps.openshift.io", Kind: "DeploymentConfig", Text: " "}, ""},
		{"a Deployment with triggers", Subject{Group: "apps", Kind: "Deployment", Text: "web:latest", Annotated: triggers}, "an OpenShift image trigger"},
		{"a Deployment without", Subject{Group: "apps", Kind: "Deployment", Text: "web:latest"}, ""},
		{"an empty image of a Deployment", Subject{Group: "apps", Kind: "Deployment", Empty: true}, ""},
		{"a space in a Template", Subject{Group: "template.openshift.io", Kind: "Template", Text: " "}, "the processing of the OpenShift Template"},
		{"a space in a Task", Subject{Group: "tekton.dev", Kind: "Task", Text: " "}, ""},
		{"an empty image of a Task", Subject{Group: "tekton.dev", Kind: "Task", Empty: true}, ""},
	} {
		got := ""
		if w := WriterOf(c.s); w != nil {
			got = w.By
		}
		if got != c.want {
			t.Errorf("%s: written by %q, want %q", c.name, got, c.want)
		}
	}
}
