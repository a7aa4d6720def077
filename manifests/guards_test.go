package manifests

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// found is the images of a manifest, each with its state where it is not written, and "likely" or "guess" where it is not certain.
func found(t *testing.T, text string) []string {
	t.Helper()
	in := Input{Name: "a.yaml", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	set, err := Load(t.Context(), []Input{in}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, w := range set.Workloads {
		for _, img := range w.Images {
			s := img.Raw
			switch img.State {
			case StateMissing:
				s = "missing"
			case StateNull:
				s = "null"
			}
			switch img.Confidence {
			case Likely:
				s += " likely"
			case Guess:
				s += " guess"
			}
			out = append(out, s)
		}
	}
	return out
}

// What keeps a text from being taken for an image, or a container without one from being an error: each is one clause, which a false error would follow.
func TestGuards(t *testing.T) {
	t.Parallel()
	widget := func(spec string) string {
		return "apiVersion: acme.example/v1\nkind: Widget\nmetadata: {name: w, uid: x}\nspec:\n  " + strings.ReplaceAll(spec, "\n", "\n  ") + "\n"
	}
	deployment := func(meta, more string) string {
		return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d" + meta + "}\nspec: {" + more + "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c}]}}}\n"
	}
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		// A container without an image is an error only where the object is proved to be whole.
		{"a patch", deployment("", ""), nil},
		{"with a selector", deployment("", "selector: {matchLabels: {a: b}}, "), []string{"missing"}},
		{"with a uid", deployment(", uid: x", ""), []string{"missing"}},
		{"with a resourceVersion", deployment(", resourceVersion: '1'", ""), []string{"missing"}},
		{"from a chart", "# Source: shop/templates/d.yaml\n" + deployment("", ""), []string{"missing"}},
		{"a selector without labels", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {selector: {}, template: {spec: {containers: [{name: c}]}}}\n", nil},
		{"a selector of another kind", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: d}\nspec: {selector: {}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c}]}}}\n", nil},
		{"of a kind that is not known", widget("template: {spec: {containers: [{name: a, image: 'app:1'}, {name: b}]}}"), []string{"app:1 likely"}},
		{"that an operator fills in", "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: p, uid: x}\nspec: {containers: [{name: prometheus, args: [a]}]}\n", nil},

		// Where an image is pushed to, and not pulled from.
		{"a source", widget("source: {image: 'ghcr.io/a/b:1'}"), []string{"ghcr.io/a/b:1 likely"}},
		{"a destination", widget("destination: {image: 'ghcr.io/a/b:1'}"), nil},
		{"an output", widget("output: {image: 'ghcr.io/a/b:1'}"), nil},
		{"a push", widget("push: {image: 'ghcr.io/a/b:1'}"), nil},
		{"beside an output", widget("output: {name: x}\nimage: 'ghcr.io/a/b:1'"), []string{"ghcr.io/a/b:1 likely"}},

		// Texts of kinds that are not known are images only where they can be nothing else.
		{"no host, tag or digest", widget("image: ubuntu"), nil},
		{"no text", widget("image: 12"), nil},
		{"a mapping", widget("image: {width: 1}"), nil},
		{"an IP address", widget("image: 'https://x.io/a.png'"), nil},
		{"an image of Amazon's machines", widget("image: 'ami-0123:1'"), nil},
		{"a pattern", widget("image: 'ghcr.io/acme/*'"), nil},
		{"a word that stands for none", widget("image: auto"), nil},
		{"what cannot be parsed", widget("image: 'Not an image:'"), nil},
		{"of a machine", widget("osImage: 'x.io/a:1'\nvmImage: 'x.io/b:1'\ndiskImage: 'x.io/c:1'\nbootImage: 'x.io/d:1'\nbaseOSImage: 'x.io/e:1'"), nil},
		{"of a sidecar", widget("sidecarImage: 'x.io/a:1'\nproxy_image: 'x.io/b:1'"), []string{"x.io/a:1 likely", "x.io/b:1 likely"}},
		{"of a block device", widget("rbd: {image: 'x.io/a:1'}"), nil},
		{"what is told of the object", "apiVersion: acme.example/v1\nkind: Widget\nmetadata: {name: w}\nstatus: {image: 'x.io/a:1'}\n", nil},
		{"a status further down", widget("deep: {status: {image: 'x.io/a:1'}}"), []string{"x.io/a:1 likely"}},
		{"a list of containers without images", widget("containers: [{name: a}]"), nil},
		{"a list of containers with patterns", widget("containers: [{name: a, image: '*'}]"), nil},
		{"a pod of patterns", widget("pattern: {containers: [{name: '*', image: '!*:latest'}]}"), nil},
		{"a pod whose image is put in later", widget("pattern: {containers: [{name: istio-proxy, image: auto}]}"), nil},
		{"a pod", widget("pattern: {containers: [{name: a, image: latest}]}"), []string{"latest likely"}},
		{"a repository without a tag", widget("image: {repository: ghcr.io/a/b}"), nil},
		{"a repository with a tag", widget("image: {repository: ghcr.io/a/b, tag: v1}"), []string{"ghcr.io/a/b:v1 likely"}},
		{"of another thing", widget("chart: {repository: ghcr.io/a/b, tag: v1}"), nil},
	} {
		if diff := cmp.Diff(c.want, found(t, c.text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// A quote that is all of a quoted text is written as two: the text does not hold the value byte for byte, and a fix must not write there.
func TestQuotesAlone(t *testing.T) {
	t.Parallel()
	for text, exact := range map[string]bool{"'a'": true, `"a"`: true, "''''": false, "''''''": false, "'a''b'": false, `"'"`: true} {
		in := Input{Name: "a.yaml", Open: func() (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: %s}]}\n", text))), nil
		}}
		set, err := Load(t.Context(), []Input{in}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if img := set.Workloads[0].Images[0]; img.Span.Exact() != exact {
			t.Errorf("%s: exact %v, value %q", text, img.Span.Exact(), img.Raw)
		}
	}
}
