package stream

import "testing"

func TestNamed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text, name, namespace string
		ok                    bool
	}{
		{"kind: Service\nmetadata:\n  name: web\n  namespace: shop\nspec: {}\n", "web", "shop", true},
		{"kind: Service\nmetadata: # names\n    # its own\n    labels:\n        name: other\n    \"x\": y\n    name: 'web'\nspec:\n  name: spec\n", "web", "", true},
		{"kind: Service\nmetadata:\n  ownerReferences:\n  - name: other\n    kind: X\n  name: web", "web", "", true},
		{"kind: Service\r\nmetadata:\r\n  name: web\r\nspec:\r\n  name: other\r\n", "web", "", true},
		// Everything else needs a parser.
		{"kind: Service\nmetadata: {name: web}\n", "", "", false},
		{"kind: Service\nmetadata: &m\n  name: web\n", "", "", false},
		{"metadata:\n  name: web\nkind: Service\n", "", "", false},
		{"kind: Service\nmetadata:\n  <<: *m\n  name: web\n", "", "", false},
		{"kind: Service\nmetadata:\n  name: *n\n", "", "", false},
		{"kind: Service\nmetadata:\n  name:\n    web\n", "", "", false},
		{"kind: Service\nmetadata:\n  name: web\n  namespace: \"{{ x }}\"\n", "", "", false},
		{"kind: Service\nmetadata:\n  labels: {a: b}\n", "", "", false},
		{"kind: Service\nmetadata:\n  name: web\nmetadata:\n  name: two\n", "", "", false},
		{"kind: Service\nmetadata:\n    labels: {}\n  name: web\n", "", "", false},
		{"kind: Service\nmetadata:\n  ? name\n  : web\n", "", "", false},
	} {
		name, namespace, ok := Named([]byte(tt.text))
		if ok != tt.ok || ok && (name != tt.name || namespace != tt.namespace) {
			t.Errorf("%q: %q in %q, %t", tt.text, name, namespace, ok)
		}
	}
}
