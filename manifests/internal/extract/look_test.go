package extract

import "testing"

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
			if got := o.look([]byte(tt.data), "x.yaml"); got != (Glance{Object: tt.object, Needed: tt.needed, Pods: tt.name == "a workload" || tt.name == "a workload in CR LF"}) {
				t.Errorf("look(%q) = %+v, want object %t, needed %t", tt.data, got, tt.object, tt.needed)
			}
		})
	}
}
