package tree

import (
	"testing"

	yaml "go.yaml.in/yaml/v4"
	kyaml "sigs.k8s.io/yaml"
)

// A text needs quotes if Kubernetes' reader would otherwise read something else, in block or in
// flow style.
func TestIsString(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"nginx": true, "ghcr.io/acme/app:1.2.3": true, "a@sha256:0123": true, "localhost:5000/x": true, "Always": true, "a_b-c": true, "1.2.3-rc": true,
		"": false, "1.10": false, "1": false, "null": false, "~": false, "yes": false, "NO": false, "0x1F": false, "1e3": false, "12:30": false, "1_000": false,
		"a: b": false, "a:": false, "a #b": false, "#": false, "-a": false, "@a": false, ":a": false, "[::1]/a": false, "a,b": false, "{a}": false, "*a": false,
		"&a": false, "!a": false, "a b": false, "a\nb": false, "é": false, `"a"`: false, "2001-01-01": false, ".5": false, "true": false,
	} {
		if got := IsString(text); got != want {
			t.Errorf("IsString(%q) = %v", text, got)
		}
	}
}

// The fast path gives the same result as the general reader.
func TestScalarTypeAsReader(t *testing.T) {
	t.Parallel()
	texts := []string{
		"", "~", "null", "Null", "true", "false", "True", "yes", "0", "00", "7", "07", "08", "123", "012345", "999999999999999", "9999999999999999", "99999999999999999999", "1_000", "+1", "-1", "1.20", "1e3", "0x1F", "1:30", "2001-12-14", "12e03",
		"12345678-1234-1234-1234-123456789012", "1e345678-1234-1234-1234-123456789012", "ffffffff-ffff-ffff-ffff-ffffffffffff", "20011214-1111-1111-1111-111111111111", "0x345678-1234-1234-1234-12345678901_",
	}
	for _, text := range texts {
		var v any
		want := "string"
		if err := kyaml.Unmarshal([]byte(text), &v); err == nil {
			switch v.(type) {
			case nil:
				want = "null"
			case bool:
				want = "boolean"
			case float64, int64, int:
				want = "number"
			}
		}
		if got := ScalarType(&yaml.Node{Kind: yaml.ScalarNode, Value: text}); got != want {
			t.Errorf("%q is a %s, the reader says %s", text, got, want)
		}
	}
}
