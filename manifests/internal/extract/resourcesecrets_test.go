package extract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// Pull secrets of custom resources are read in the shape that the kind accepts. Any other shape is
// reported as a defect at its position and never dropped.
func TestShapes(t *testing.T) {
	t.Parallel()
	const (
		spark  = "apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nmetadata: {name: x}\nspec: {image: a/b, %s}\n"
		cnpg   = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: x}\nspec: {%s}\n"
		tenant = "apiVersion: minio.min.io/v2\nkind: Tenant\nmetadata: {name: x}\nspec: {%s}\n"
		dyna   = "apiVersion: dynatrace.com/v1beta5\nkind: DynaKube\nmetadata: {name: x}\nspec: {%s}\n"
		sensor = "apiVersion: argoproj.io/v1alpha1\nkind: Sensor\nmetadata: {name: x}\nspec: {template: {%s}}\n"
	)
	for _, c := range []struct{ kind, spec, want string }{
		{spark, "imagePullSecrets: [a, b]", "a b"},
		{spark, "imagePullSecrets: [{name: a}]", "spec.imagePullSecrets[0] mapping a"},
		{spark, "imagePullSecrets: a", "spec.imagePullSecrets string a"},
		{spark, "imagePullSecrets: [[a]]", "spec.imagePullSecrets[0] list a"},
		{spark, "imagePullSecrets: [1]", "spec.imagePullSecrets[0] number 1"},
		{spark, "imagePullSecrets: ['']", ""},
		{spark, "imagePullSecrets: ['${A}']", "unknown"},
		{spark, `sparkConf: {spark.kubernetes.container.image.pullSecrets: "a, b"}`, "a b"},
		{cnpg, "imagePullSecrets: [{name: a}]", "a"},
		{cnpg, "imagePullSecrets: [a]", "spec.imagePullSecrets[0] string a"},
		{cnpg, "imagePullSecrets: {name: a}", "spec.imagePullSecrets mapping a"},
		{cnpg, "imagePullSecrets: [{name: {name: a}}]", "spec.imagePullSecrets[0].name mapping a"},
		{cnpg, "imagePullSecrets: [~, {}]", ""},
		{tenant, "imagePullSecret: {name: a}", "a"},
		{tenant, "imagePullSecret: a", "spec.imagePullSecret string a"},
		{tenant, "imagePullSecret: [{name: a}]", "spec.imagePullSecret list a"},
		{dyna, "customPullSecret: a", "a"},
		{dyna, "customPullSecret: {name: a}", "spec.customPullSecret mapping a"},
		{dyna, "customPullSecret: [a]", "spec.customPullSecret list a"},
		{sensor, "imagePullSecrets: [a]", "likely spec.template.imagePullSecrets[0] string a"},
	} {
		var got []string
		for _, w := range loadText(t, "x.yaml", fmt.Sprintf(c.kind, c.spec)).Workloads {
			for _, l := range w.PullSecrets {
				if l.Unknown {
					got = append(got, "unknown")
				}
				if l.Confidence == model.Likely {
					got = append(got, "likely")
				}
				for _, n := range l.Names {
					got = append(got, n.Name)
				}
				for i := range l.Defects {
					d := &l.Defects[i]
					if !d.IsRefused() {
						t.Errorf("%s: defect %d is accepted", c.spec, d.Kind)
					}
					got = append(got, d.Path, d.ValueType, d.Text)
				}
			}
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: %q, want %q", c.spec, text, c.want)
		}
	}
}

// The user's configuration of a field adds to the table's: both shapes are valid, and any other is
// one defect.
func TestTwoShapes(t *testing.T) {
	t.Parallel()
	path, err := resources.ParsePath("spec.imagePullSecrets")
	if err != nil {
		t.Fatal(err)
	}
	opts := NewOptions(false, []resources.Kind{{
		Group: "postgresql.cnpg.io", Kind: "Cluster", PullSecrets: []resources.PullSecret{{Path: path, Shape: resources.ListOfStrings}},
	}})
	for spec, want := range map[string]string{
		"[{name: a}]": "1 list, 1 name, 0 defects", "[a]": "1 list, 1 name, 0 defects", "a": "1 list, 0 name, 1 defects",
	} {
		set := loadWith(t, opts, "x.yaml", "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: x}\nspec: {imagePullSecrets: "+spec+"}\n", false)
		l := set.Workloads[0].PullSecrets
		if got := fmt.Sprintf("%d list, %d name, %d defects", len(l), len(l[0].Names), len(l[0].Defects)); got != want {
			t.Errorf("%s: %s, want %s", spec, got, want)
		}
	}
}

// A name whose registry the operator adds is recorded as an image only if it does not parse with
// any registry.
func TestPartial(t *testing.T) {
	t.Parallel()
	digest := strings.Repeat("0a", 32)
	for entry, want := range map[string]string{
		"{image: calico/node, digest: 'sha256:" + digest + "'}": "", "{image: calico/node}": "", "{digest: 'sha256:0a'}": "",
		"{image: calico/node, digest: 'sha256:0a'}": "calico/node@sha256:0a",
		"{image: Calico/node}":                      "", // the parser takes it for a host
		"{image: 'calico/node:'}":                   "calico/node:",
	} {
		var got []string
		for _, w := range loadText(t, "x.yaml", "apiVersion: operator.tigera.io/v1\nkind: ImageSet\nmetadata: {name: x}\nspec: {images: ["+entry+"]}\n").Workloads {
			for _, img := range w.Images {
				got = append(got, img.Raw)
			}
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%s: %q, want %q", entry, text, want)
		}
	}
}
