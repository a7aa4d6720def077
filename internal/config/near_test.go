package config

import (
	"strings"
	"testing"
)

func TestNear(t *testing.T) {
	t.Parallel()
	words := []string{"registries", "rules", "image-latest", "image-tag-missing", "exclude", "kubernetes-version", "tag", "known"}
	for name, want := range map[string]string{
		"registrys": "registries", "Rules": "rules", "rule": "rules", "kubernetesVersion": "kubernetes-version", "kubernetes_version": "kubernetes-version",
		"image-lastest": "image-latest", "imagetagmissing": "image-tag-missing", "exlcude": "exclude", "kube": "kubernetes-version", "gat": "",
		"tga": "tag", "image": "", "x": "", "": "", "completely-different": "", strings.Repeat("rules", 20): "",
	} {
		if got := Near(name, words); got != want {
			t.Errorf("Near(%q) = %q, want %q", name, got, want)
		}
	}
}
