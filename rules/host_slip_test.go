package rules

import "testing"

// A host and a key of one pod may also differ by a letter at the end.
func TestIsNear(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		host, key string
		want      bool
	}{
		{"harbor.lumen.io", "habor.lumen.io", true},
		{"registry.gitlab.com", "registry.gitlab.co", true},
		{"registry.gitlab.co", "registry.gitlab.com", true},
		{"Harbor.lumen.dev:5000", "harbor.lumen.de:5000", true},
		{"harbor.lumen.dev:5000", "harbor.lumen.de", false},
		{"harbor.lumen.de:5000", "harbor.lumen.de:500", false},
		{"harbor.lumen.dev", "harbor.lumen.d", false},
		{"harbor.lumen.dev", "harbor.lumen.dev", false},
		{"lumen.com", "lumen.co", false},
		{"harbor.lumen.io", "harbor.lumen.ip", false},
	} {
		if got := isNear(tt.host, tt.key); got != tt.want {
			t.Errorf("isNear(%q, %q) = %t", tt.host, tt.key, got)
		}
	}
}
