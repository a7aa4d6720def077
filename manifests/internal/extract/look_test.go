package extract

import (
	"strconv"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

func TestLook(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, data     string
		object, needed bool
	}{
		{"a workload", "apiVersion: v1\nkind: Pod\n", true, true},
		{"a workload in CR LF", "apiVersion: v1\r\nkind: Pod\r\n", true, true},
		{"something without images", "apiVersion: v1\nkind: Namespace\nimage: x\n", true, false},
		{"the same behind comments and a separator", "--- # x\n# y\n\napiVersion: v1\nkind: Namespace # image\n", true, false},
		{"quoted", "apiVersion: 'v1'\nkind: \"Namespace\"\nimage: x\n", true, false},
		{"quoted keys", "'apiVersion': v1\n\"kind\" : Namespace\nimage: x\n", true, false},
		{"a custom resource without an image", "apiVersion: x.example/v1\nkind: X\n", true, false},
		{"a custom resource with one", "apiVersion: x.example/v1\nkind: X\nproxyImage: y\n", true, true},
		{"a definition", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nimage: x\n", true, false},
		{"a secret", "apiVersion: v1\nkind: Secret\n", true, true},
		{"a list", "apiVersion: v1\nkind: List\n", true, true},
		{"two kinds", "apiVersion: v1\nkind: Namespace\nkind: Pod\nimage: x\n", true, true},
		{"two kinds, one in quotes", "apiVersion: v1\nkind: Namespace\n\"kind\": Pod\nimage: x\n", true, true},
		{"two kinds in lines of another sort", "apiVersion: v1\nkind: Namespace\u0085kind: Pod\rimage: x\n", true, true},
		{"the kind of something inside", "apiVersion: v1\nspec:\n  kind: Pod\n", false, false},
		{"values", "image: x\nhpa:\n  kind: x\n  apiVersion: y\n", false, false},
		{"a complex key", "apiVersion: v1\n? kind\n: Pod\n", true, true},
		{"a merge", "<<: {apiVersion: v1, kind: Pod}\n", true, true},
		{"values without image", "hpa:\n  kind: x\n  apiVersion: y\n", false, false},
		{"no words", "image: nginx\n", false, false},
		{"JSON", `{"apiVersion":"v1","kind":"Service","image":"x"}`, true, true},
		{"an escaped key", `{"apiVersion":"v1","k\u0069nd":"Pod"}`, true, true},
		{"an escaped value", "apiVersion: v1\nkind: Namespace\nimage: \"\\u003c\"\n", true, false},
		{"an escaped key over two lines", "{\"apiVersion\":\"v1\",\"k\\u0069nd\"\n :\"Pod\"}", true, true},
		{"a word about imagelint", "apiVersion: v1\nkind: Namespace # imagelint:ignore x\n", true, true},
		{"a workload inside of a custom resource", "apiVersion: x.example/v1\nkind: X\nspec: {apiVersion: v1, kind: Pod}\n", true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := NewOptions(false, nil)
			if got := o.look(first(t, tt.data), &Kinds{}); got != (Glance{Object: tt.object, Needed: tt.needed, Pods: tt.name == "a workload" || tt.name == "a workload in CR LF"}) {
				t.Errorf("look(%q) = %+v, want object %t, needed %t", tt.data, got, tt.object, tt.needed)
			}
		})
	}
}

// first returns the first document of a stream.
func first(t *testing.T, text string) *stream.Doc {
	t.Helper()
	c, err := stream.New(strings.NewReader(text), &source.File{Name: "x.yaml"}).Next()
	if err != nil {
		t.Fatal(err)
	}
	return &c
}

// A List is parsed unless the text of its items shows that nothing in them matters.
func TestLookList(t *testing.T) {
	t.Parallel()
	const dashboards = "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  data:\n    a.json: |-\n      {\"image\": \"nginx\"}\n"
	const operator = "apiVersion: v1\nitems:\n- apiVersion: config.openshift.io/v1\n  kind: ClusterOperator\n"
	const custom = "apiVersion: v1\nitems:\n- apiVersion: x.example/v1\n  kind: X\n  note: image\n- apiVersion: x.example/v1\n  kind: X\n"
	for _, tt := range []struct {
		name, data string
		items      int // 0 if the List must be parsed
		openShift  bool
	}{
		{"dashboards", dashboards + "kind: ConfigMapList\n", 1, false},
		{"a ConfigMap with short values", "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  data: {a: b}\nkind: List\n", 0, false},
		{"a Secret behind", dashboards + "- apiVersion: v1\n  kind: Secret\nkind: List\n", 0, false},
		{"a Secret in a flow mapping", dashboards + "- apiVersion: v1\n  x: {\"kind\":\"Secret\"}\nkind: List\n", 0, false},
		{"a kind with an anchor", dashboards + "- apiVersion: v1\n  kind: &k Secret\nkind: List\n", 0, false},
		{"a kind on the next line", dashboards + "- apiVersion: v1\n  kind:\n    Secret\nkind: List\n", 0, false},
		{"a complex key", dashboards + "- apiVersion: v1\n  ? kind\n  : Secret\nkind: List\n", 0, false},
		{"a complex key with a comment", dashboards + "- apiVersion: v1\n  ? kind # k\n  : Secret\nkind: List\n", 0, false},
		{"an alias as a key", dashboards + "- apiVersion: v1\n  a: &k kind\n  *k : Secret\nkind: List\n", 0, false},
		{"an item with the API version of the List", dashboards + "- kind: ConfigMap\nkind: List\n", 0, false},
		{"implied Secrets", "apiVersion: v1\nitems:\n- apiVersion: v1\n  a: |\nkind: SecretList\n", 0, false},
		{"items behind a comment", "apiVersion: v1\nitems:\n# a\n- apiVersion: v1\n  kind: ConfigMap\nkind: List\n", 0, false},
		{"items behind space", "apiVersion: v1\nitems:\n\n- apiVersion: v1\n  kind: ConfigMap\nkind: List\n", 0, false},
		{"items twice", dashboards + "items: []\nkind: List\n", 0, false},
		{"a list of something else", "apiVersion: v1\na:\n- b\n" + dashboards[len("apiVersion: v1\n"):] + "kind: List\n", 1, false},
		{"no items", "apiVersion: v1\nitems: []\nkind: List\n", 0, false},
		{"a Service", dashboards + "- apiVersion: v1\n  kind: Service\nkind: List\n", 0, false},
		{"a workload", dashboards + "- apiVersion: apps/v1\n  kind: Deployment\nkind: List\n", 0, false},
		{"a workload inside", custom + "  spec: {apiVersion: v1, kind: Pod}\nkind: List\n", 0, false},
		{"an annotation that creates a Secret", custom + "  metadata: {annotations: {operator.1password.io/item-name: x}}\nkind: List\n", 0, false},
		{"custom resources with a word in a value", custom + "kind: List\n", 2, false},
		{"custom resources with an image", custom + "  webImage: x\nkind: List\n", 0, false},
		{"custom resources with an image in a flow mapping", custom + "  a: {webImage\n    : x}\nkind: List\n", 0, false},
		{"custom resources with pull secrets", custom + "  pullSecrets: x\nkind: List\n", 0, false},
		{"objects of OpenShift", operator + "  image: x\nkind: List\n", 1, true},
		{"an object of OpenShift behind another one", custom + "- apiVersion: config.openshift.io/v1\n  kind: X\nkind: List\n", 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := Glance{Object: true, Needed: tt.items == 0, Items: tt.items, OpenShift: tt.openShift}
			if got := NewOptions(false, nil).look(first(t, tt.data), &Kinds{}); got != want {
				t.Errorf("look(%q) = %+v, want %+v", tt.data, got, want)
			}
			if tt.items > 0 && !NewOptions(true, nil).look(first(t, tt.data), &Kinds{}).Needed {
				t.Error("not parsed to guess images")
			}
		})
	}
}

// The time to look at a List does not grow faster than the List.
func BenchmarkLookList(b *testing.B) {
	for name, line := range map[string]string{"comments": "# image * kind\n", "one comment": "# image *a ", "space": "image \n\n", "keys": "  kind : a # kind\n"} {
		for _, n := range []int{1000, 8000} {
			data := []byte("apiVersion: v1\nkind: List\nitems:\n- apiVersion: x.example/v1\n  kind: X\n" + strings.Repeat(line, n) + "\n")
			c := stream.Doc{Text: source.Text{File: &source.File{Name: "x.yaml"}, Data: data}}
			b.Run(name+"-"+strconv.Itoa(n), func(b *testing.B) {
				for b.Loop() {
					NewOptions(false, nil).look(&c, &Kinds{})
				}
			})
		}
	}
}
