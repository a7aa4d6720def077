package extract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// A path that is configured or in the table beats the shape around it: the image is certain and listed once, with what the shape knows about it.
func TestPathsBeatShapes(t *testing.T) {
	t.Parallel()
	path := func(text string) resources.Path {
		p, err := resources.ParsePath(text)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	images := func(p string) resources.Kind { return resources.Kind{Images: []resources.Path{path(p)}} }
	not := func(p string) resources.Kind { return resources.Kind{NotImage: []resources.Path{path(p)}} }
	split := resources.Kind{ImageObjects: []resources.ImageObject{{Path: path("spec.steps[*]"), Repository: path("image"), Tag: path("version")}}}
	for _, test := range []struct {
		name string
		kind resources.Kind
		spec string
		want string
	}{
		{"steps", images("spec.steps[*].image"), "{steps: [{name: a, image: 'x:1', imagePullPolicy: Always}]}", "certain steps[0].image a Always"},
		{"pod spec", images("spec.containers[*].image"), "{imagePullSecrets: [{name: s}], containers: [{name: a, image: 'x:1'}]}", "certain containers[0].image a in spec"},
		{"other items", images("spec.steps[0].image"), "{steps: [{name: a, image: 'x:1'}, {name: b, image: 'x:2'}]}", "certain steps[0].image a; likely steps[1].image b"},
		{"merge key", images("spec.steps[*].image"), "{steps: [&a {name: a, image: 'x:1'}, {<<: *a, name: b}]}", "certain steps[0].image a; certain steps[1].image b"},
		{"parts", split, "{steps: [{name: a, image: x, version: '1'}]}", "certain steps[0] a"},
		{"not an image", not("spec.steps[*].image"), "{steps: [{name: a, image: 'x:1'}]}", ""},
		{"list without images", not("spec.steps"), "{steps: [{name: a, image: 'x:1'}]}", ""},
		{"pod spec without images", not("spec.containers"), "{containers: [{name: a, image: 'x:1'}]}", ""},
	} {
		test.kind.Group, test.kind.Kind = "example.com", "Run"
		set := loadWith(t, NewOptions(false, []resources.Kind{test.kind}), "x.yaml", "apiVersion: example.com/v1\nkind: Run\nmetadata: {name: x}\nspec: "+test.spec+"\n", false)
		var got []string
		for _, w := range set.Workloads {
			for _, img := range w.Images {
				tier := map[model.Confidence]string{model.Certain: "certain", model.Likely: "likely"}[img.Confidence]
				text := fmt.Sprintf("%s %s %s", tier, strings.TrimPrefix(img.Path, "spec."), img.Container)
				if img.PullPolicy != nil {
					text += " " + img.PullPolicy.Value
				}
				if img.Pod != nil {
					text += " in " + img.Pod.Path
				}
				got = append(got, text)
			}
		}
		if text := strings.Join(got, "; "); text != test.want {
			t.Errorf("%s: %q, want %q", test.name, text, test.want)
		}
	}
}
