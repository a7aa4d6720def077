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

func TestIsEvidentSlip(t *testing.T) {
	t.Parallel()
	const right = "registry.acme.example.com:5000"
	for _, tt := range []struct {
		typed, right string
		want         bool
	}{
		{"registry.acme.exmaple.com:5000", right, true},
		{"regisrty.acme.example.com:5000", right, true},
		{"registry.amce.example.com:5000", right, true},
		{"regitry.acme.example.com:5000", right, true},
		{"regisstry.acme.example.com:5000", right, true},
		{"registryy.acme.example.com:5000", right, true},
		{"Registry.acme.exmaple.com:5000", right, true},
		{"habor.lumen.io", "harbor.lumen.io", true},
		{"harbor.lumen.io", "habor.lumen.io", false},
		{right, right, false},
		{"registry.acme.example.com:500", right, false},
		{"registry.acme.example.com:5001", right, false},
		{"registry1.lumen.io", "registry2.lumen.io", false},
		{"registry.lumen.io", "registry1.lumen.io", false},
		{"registries.lumen.io", "registry.lumen.io", false},
		{"registrys.lumen.io", "registry.lumen.io", false},
		{"dregistry.lumen.io", "registry.lumen.io", false},
		{"registry-a.lumen.io", "registry-b.lumen.io", false},
		{"registrya.lumen.io", "registryb.lumen.io", false},
		{"registryeu.lumen.io", "registryau.lumen.io", false},
		{"registryweu.lumen.io", "registryeu.lumen.io", false},
		{"registry.dev.lumen.io", "registry.stg.lumen.io", false},
		{"registry.test.lumen.io", "registry.best.lumen.io", false},
		{"eu.gcr.io", "us.gcr.io", false},
		{"asia.gcr.io", "eu.gcr.io", false},
		{"registry-acme.lumen.io", "registry.acme.lumen.io", false},
		{"registryacme.lumen.io", "registry.acme.lumen.io", false},
		{"harbor.lumen.io", "harbor.lumen.de", false},
		{"ghcr.io", "gchr.io", false},
	} {
		if got := IsEvidentSlip(tt.typed, tt.right); got != tt.want {
			t.Errorf("IsEvidentSlip(%q, %q) = %v", tt.typed, tt.right, got)
		}
	}
}
