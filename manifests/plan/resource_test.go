package plan_test

import (
	"testing"

	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// An image of a custom resource is pulled with the pull secrets next to it or above it, or with
// those of its pod spec if it is in one.
func TestBesideImages(t *testing.T) {
	t.Parallel()
	set := load(t, one(
		secret("web/regcred", key), secret("web/other", "other.internal"),
		"apiVersion: actions.summerwind.dev/v1alpha1\nkind: RunnerDeployment\n"+meta("web/runner")+
			"spec: {template: {spec: {image: '"+private+"', imagePullSecrets: [{name: regcred}]}}}\n",
		"apiVersion: actions.summerwind.dev/v1alpha1\nkind: RunnerDeployment\n"+meta("web/mismatch")+
			"spec: {template: {spec: {image: '"+private+"', imagePullSecrets: [{name: other}]}}}\n",
		"apiVersion: actions.summerwind.dev/v1alpha1\nkind: RunnerDeployment\n"+meta("web/bare")+
			"spec: {template: {spec: {image: '"+private+"'}}}\n",
		"apiVersion: jaegertracing.io/v1\nkind: Jaeger\n"+meta("web/two")+
			"spec: {agent: {image: '"+private+"', imagePullSecrets: [{name: other}]}, query: {image: '"+private+"', imagePullSecrets: [{name: regcred}]}}\n",
		"apiVersion: jaegertracing.io/v1\nkind: Jaeger\n"+meta("web/shared")+
			"spec: {imagePullSecrets: [{name: regcred}], agent: {image: '"+private+"', imagePullSecrets: [{name: other}]}}\n",
		"apiVersion: tekton.dev/v1\nkind: PipelineRun\n"+meta("web/neither")+
			"spec: {podTemplate: {imagePullSecrets: [{name: other}]}, taskRunTemplate: {podTemplate: {imagePullSecrets: [{name: regcred}]}}, "+
			"pipelineSpec: {tasks: [{name: t, taskSpec: {stepTemplate: {image: '"+private+"'}}}]}}\n",
		"apiVersion: milvus.io/v1beta1\nkind: Milvus\n"+meta("web/near-names")+
			"spec: {components: {proxy: {image: '"+private+"'}, standalone: {imagePullSecrets: [{name: regcred}]}}, imagePullSecrets: [{name: other}]}\n",
		"apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\n"+meta("web/refused")+
			"spec: {image: '"+private+"', imagePullSecrets: [{name: regcred}]}\n",
		"apiVersion: argoproj.io/v1alpha1\nkind: Sensor\n"+meta("web/guessed")+
			"spec: {template: {imagePullSecrets: [regcred], container: {image: '"+private+"'}}}\n",
	))
	p := plan.New(set, plan.Options{})
	got := map[string][]string{}
	for _, w := range p.Workloads() {
		for _, img := range w.Images {
			got[w.Name] = append(got[w.Name], shown(p, w, img))
		}
	}
	for name, want := range map[string][]string{
		"runner":   {"account chosen; pod web/regcred usable; credentials web/regcred(" + key + ")"},
		"mismatch": {"account chosen; pod web/other usable; anonymous"},
		"bare":     {"account chosen; unknown"},
		"two": {
			"account chosen; resource web/other usable; unknown",
			"account chosen; resource web/regcred usable; credentials web/regcred(" + key + ")",
		},
		"shared":     {"account chosen; resource web/other usable; resource web/regcred usable; credentials web/regcred(" + key + ")"},
		"neither":    {"account chosen; resource web/other usable; resource web/regcred usable; credentials web/regcred(" + key + ")"},
		"near-names": {"account chosen; resource web/other usable; unknown"},
		"refused":    {"account chosen; fails"},
		"guessed":    {"account chosen; unknown"},
	} {
		if len(got[name]) != len(want) {
			t.Errorf("%s: %q, want %q", name, got[name], want)
			continue
		}
		for i := range want {
			if got[name][i] != want[i] {
				t.Errorf("%s: %s, want %s", name, got[name][i], want[i])
			}
		}
	}
}
