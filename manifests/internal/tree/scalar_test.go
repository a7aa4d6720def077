package tree

import "testing"

// What needs quotes is what Kubernetes' reader would take for something else than the text, in block or in flow style.
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
