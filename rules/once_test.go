package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
)

const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// podOf returns a pod with one container.
func podOf(fields ...string) []byte {
	return []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: web\n      " + strings.Join(fields, "\n      ") + "\n")
}

// One mistake has one finding, except that the tag and the name may each have one.
func TestOneMistakeOneFinding(t *testing.T) {
	t.Parallel()
	for image, want := range map[string][]string{
		"nginx:1.27.3":                    nil,
		"nginx:1.27.3@" + digest:          nil,
		"nginx":                           {"image-tag-missing"},
		"elasticsearch:latest":            {"image-latest"},
		"nginx:1.14e2":                    {"image-tag-mangled-number"},
		"nginx:1.142e3":                   {"image-tag-mangled-number"},
		"81041858c32b":                    {"image-id-as-name", "image-tag-missing"},
		digest:                            {"image-id-as-name"},
		"registry.acme.io:5000":           {"image-host-only"},
		"registry.example.com":            {"image-host-only"},
		"ghcr.io":                         {"image-host-only"},
		"localhost:5000":                  {"image-host-only"},
		"localhost/app:1":                 {"image-localhost-registry"},
		"127.0.0.1:5000/app:1":            {"image-localhost-registry"},
		"your-registry:5000/app:1":        {"image-placeholder"},
		"registry.example.com:5000/app:1": {"image-placeholder"},
		"REGISTRY/app:1":                  {"image-placeholder"},
		"your-image:1":                    {"image-placeholder"},
		"shop-web:REPLACE_ME":             {"image-placeholder"},
		"null":                            {"image-placeholder", "image-tag-missing"},
		"Acme/app:1":                      {"image-uppercase"},
		"shop-web:1":                      {"image-unknown-official"},
		"nginxy:1":                        {"image-unknown-official"},
		"scratch":                         {"image-tag-missing", "image-unknown-official"},
		"centos:7":                        {"image-deprecated"},
		"bitnami/redis:7.2":               {"image-moved"},
		"docker.io/quay.io/acme/app:1":    {"image-registry-duplicated"},
		"ghrc.io/acme/app:1":              {"image-registry-typo"},
		"ghcr.io/acme/app:1.2e6":          {"image-tag-mangled-number"},
		"192.168.1.20:5000/app:latest":    {"image-latest", "image-plain-http-suspect"},
		"ghcr.io/Acme/app:latest":         {"image-uppercase"},
		"${IMAGE}:latest":                 {"image-unrendered"},
		"ghcr.io/acme/app:main":           {"image-tag-floating"},
	} {
		got := rulesOf(findings(t, "", input("pod.yaml", podOf(fmt.Sprintf("image: %q", image)))))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", image, diff)
		}
	}
}

// What follows from a part of the image in a field of its own is a note of that finding.
func TestSplitImageHasOneFinding(t *testing.T) {
	t.Parallel()
	for _, fields := range [][]string{
		{"image: ghcr.io/acme/app", "tag: 1.0.0"},
		{"image: acme-app", "registry: ghcr.io", "digest: " + digest},
		{"registry: ghcr.io", "repository: acme/app", "tag: 1.0.0", "pullPolicy: Always"},
	} {
		all := findings(t, "", input("pod.yaml", podOf(append(fields, "imagePullPolicy: Always")...)))
		lint.LinkNotes(all)
		for _, f := range all {
			if split := f.Rule == "field-unknown"; split != (f.NoteOf == nil) || split && f.Severity != lint.Error {
				t.Errorf("%q: %s: %s, note of %v", fields, f.Rule, f.Message, f.NoteOf)
			}
		}
		if len(all) == 0 {
			t.Errorf("%q: no finding", fields)
		}
	}
}

// The placeholder image of Kubebuilder's scaffold has one finding. In another namespace, it is an ordinary image.
func TestScaffold(t *testing.T) {
	t.Parallel()
	for namespace, want := range map[string][]string{"system": {"image-unknown-official"}, "shop": {"image-latest", "image-unknown-official"}} {
		text := "apiVersion: v1\nkind: Pod\nmetadata: {name: manager, namespace: " + namespace + "}\nspec: {containers: [{name: manager, image: \"controller:latest\"}]}\n"
		if diff := cmp.Diff(want, rulesOf(findings(t, "", input("pod.yaml", []byte(text))))); diff != "" {
			t.Errorf("in namespace %s (-want +got):\n%s", namespace, diff)
		}
	}
}

// With the policy Never no registry is used, so there are no findings about reaching one.
func TestNeverAsksNoRegistry(t *testing.T) {
	t.Parallel()
	for image, want := range map[string][]string{
		"localhost/app:1":         {"pull-policy-never"},
		"192.168.1.20:5000/app:1": {"pull-policy-never"},
		"ghcr.io/acme/app:1":      {"pull-policy-never"},
		"shop-web:1":              {"image-unknown-official", "pull-policy-never"},
		"ghcr.io/Acme/app:1":      {"image-uppercase"}, // the kubelet cannot parse it, whatever the policy
		"{{ .Values.image }}":     {"image-unrendered"},
	} {
		all := findings(t, "", input("pod.yaml", podOf(fmt.Sprintf("image: %q", image), "imagePullPolicy: Never")))
		if diff := cmp.Diff(want, rulesOf(all)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", image, diff)
		}
		for _, f := range all {
			if f.Cluster.Reason == "ErrImagePull" {
				t.Errorf("%s: %s says that a pull fails", image, f.Rule)
			}
		}
	}
}

// rulesOf returns the rules of findings, sorted.
func rulesOf(all []lint.Finding) []string {
	var ids []string
	for _, f := range all {
		ids = append(ids, f.Rule)
	}
	slices.Sort(ids)
	return ids
}
