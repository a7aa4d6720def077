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

// A setting of editors is no key, and the error says where it belongs.
func TestEditorKeys(t *testing.T) {
	t.Parallel()
	for _, key := range EditorKeys {
		if got := foreignKeyHelp(key, nil); got != "set it in the settings of the editor, because a configuration cannot" {
			t.Errorf("%s: %q", key, got)
		}
		if help, meant := describe(nil).suggest(key); meant != "" {
			t.Errorf("%s: %q, meant %q", key, help, meant)
		}
	}
}
