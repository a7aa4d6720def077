package lint_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// summarize lists findings of the test rules, each followed by its notes: "warning a-tag, note".
func summarize(all []lint.Finding) []string {
	var out []string
	for _, f := range all {
		s := fmt.Sprintf("%s %s", f.Severity, f.Rule)
		for _, r := range f.Related {
			s += ", " + r.Message
		}
		out = append(out, s)
	}
	return out
}

// What something else replaces before a node reads it is not reported. Where it only may be replaced, an error is a warning that says so; and what is less
// than an error is not worth a word where the text is by custom a placeholder.
func TestReplacedImages(t *testing.T) {
	t.Parallel()
	const kustomize = "---\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n"
	const openshift = "apiVersion: apps.openshift.io/v1\nkind: DeploymentConfig\nmetadata: {name: p}\nspec: {triggers: [{type: ImageChange, imageChangeParams: {containerNames: [a]}}], template: {spec: {containers: [{name: a, image: %s}]}}}\n"
	for name, c := range map[string]struct {
		files []file
		want  []string
	}{
		"as written":               {[]file{{"a.yaml", pod("p", "bad:1")}}, []string{"warning a-tag", "error b-word"}},
		"replaced":                 {[]file{{"a.yaml", pod("p", "bad:1")}, {"kustomization.yaml", kustomize + "images: [{name: bad, newTag: '2'}]\n"}}, nil},
		"another one is":           {[]file{{"a.yaml", pod("p", "bad:1")}, {"kustomization.yaml", kustomize + "images: [{name: worse, newTag: '2'}]\n"}}, []string{"warning a-tag", "error b-word"}},
		"may be":                   {[]file{{"a.yaml", pod("p", "bad:1")}, {"kustomization.yaml", kustomize + "patches: [{path: unknown.yaml}]\n"}}, []string{"warning a-tag", "warning b-word, a patch of kustomize may replace this image"}},
		"may be, and is no error":  {[]file{{"a.yaml", pod("p", "harmless-bad")}, {"kustomization.yaml", kustomize + "patches: [{path: unknown.yaml}]\n"}}, []string{"info b-word"}},
		"a placeholder":            {[]file{{"a.yaml", fmt.Sprintf(openshift, "bad:1")}}, []string{"warning b-word, an OpenShift image trigger may replace this image"}},
		"an empty placeholder":     {[]file{{"a.yaml", fmt.Sprintf(openshift, "' '")}}, nil},
		"in a file of a chart":     {[]file{{"a.yaml", "# {{ .Values.x }}\n" + strings.Replace(pod("p", "bad:1"), "spec:\n", "spec:\n  x: {{ .Values.y }}\n", 1)}}, []string{"warning a-tag", "warning b-word, the engine of this template may replace this image"}},
		"by Istio":                 {[]file{{"a.yaml", pod("p", "auto")}}, nil},
		"by an object around it":   {[]file{{"a.yaml", "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\nobjects:\n- {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a, image: 'bad:${TAG}'}]}}\n"}}, nil},
		"by nothing around others": {[]file{{"a.yaml", "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\nobjects:\n- {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a, image: 'bad:1'}]}}\n"}}, []string{"warning a-tag", "error b-word"}},
	} {
		if diff := cmp.Diff(c.want, summarize(run(t, lint.Linter{}, c.files...).Findings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A finding names its rule's place, and keeps what the rule says about it.
func TestReported(t *testing.T) {
	t.Parallel()
	beside := lint.Rule{ID: "beside", Severity: lint.Warning, Check: func(p *lint.Pass) {
		for w, img := range p.Images() {
			p.ReportImageField(w, img, lint.Finding{Message: "it stands whatever image is put there", Path: "spec"})
			p.Report(lint.Finding{Message: "the object", Object: w.Object, Span: img.Span})
		}
	}}
	set := load(t, file{"a.yaml", pod("p", "auto")})
	res, err := (&lint.Linter{Rules: []lint.Rule{beside}}).Run(t.Context(), set)
	if err != nil || len(res.Findings) != 2 {
		t.Fatalf("%v, findings %+v", err, res.Findings)
	}
	for _, f := range res.Findings {
		if f.Document != set.Workloads[0].Doc || f.Object != set.Workloads[0].Object || f.Span.Start().Line != 6 {
			t.Errorf("%+v", f)
		}
		if f.Message != "the object" && (f.Path != "spec" || f.Image != "auto" || f.Container != "c0") {
			t.Errorf("path %q, image %q, container %q", f.Path, f.Image, f.Container)
		}
	}
}

// A rule that judges images only hears of the values of a chart when it asks for them; what it says of them names no object.
func TestValuesAreAsked(t *testing.T) {
	t.Parallel()
	values := manifests.Input{Name: "values.yaml", ChartValues: true, Open: opener("image:\n  repository: bad\n  tag: \"1\"\n")}
	set, err := manifests.Load(t.Context(), []manifests.Input{values}, manifests.Options{})
	if err != nil || len(set.Values) == 0 {
		t.Fatalf("%v, values %v", err, set.Values)
	}
	for _, asks := range []bool{false, true} {
		l := lint.Linter{Rules: testRules()[1:2]}
		l.Rules[0].ChecksValues = asks
		res, err := l.Run(t.Context(), set)
		if err != nil || len(res.Findings) > 0 != asks {
			t.Errorf("asks %v: %v, findings %+v", asks, err, res.Findings)
		}
		for _, f := range res.Findings {
			if f.Object != nil || f.Document == nil {
				t.Errorf("object %v, document %v", f.Object, f.Document)
			}
		}
	}
}
