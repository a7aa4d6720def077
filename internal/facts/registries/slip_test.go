package registries

import "testing"

func TestIsNear(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typed, right string
		want         bool
	}{
		{"habor.lumen.io", "harbor.lumen.io", true},
		{"harbor.lumen.io", "habor.lumen.io", true},
		{"Harbro.lumen.io", "harbor.lumen.io", true},
		{"harbor.lunen.io:5000", "harbor.lumen.io:5000", true},
		{"harborlumen.io", "harbor.lumen.io", true},
		{"habor.lumen.io", "harbor.lumen.io:5000", false},
		{"harbor.lumen.io", "harbor.lumen.io", false},
		{"haror.lumen.io", "harbour.lumen.io", false},
		{"harbor1.lumen.io", "harbor2.lumen.io", false},
		{"harbor.lumen.io:5001", "harbor.lumen.io:5000", false},
		{"harbor.lumen.ip", "harbor.lumen.io", false},
		{"reg-a.lumen.io", "reg-b.lumen.io", false},
		{"eu.lumen.io", "au.lumen.io", false},
		{"localhosts", "localhost", false},
		{"", "harbor.lumen.io", false},
		{"harbor.lumen.io", "", false},
	} {
		if got := IsNear(tt.typed, tt.right); got != tt.want {
			t.Errorf("IsNear(%q, %q) = %v", tt.typed, tt.right, got)
		}
	}
}
