//go:build !windows

// Texts in memory have paths as in a browser.

package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/lint"
)

// details returns all that a report shows of the findings of a response.
func details(r *Response) []string {
	lint.LinkNotes(r.Result.Findings)
	var out []string
	for _, f := range r.Result.Findings {
		s := fmt.Sprintf("%s:%d:%d %s %s: %s; %s", f.Span.File().Name, f.Span.Start().Line, f.Span.Start().Col, f.Severity, f.Rule, f.Message, f.Help)
		if f.Object != nil {
			s += fmt.Sprintf("; in %s %s/%s %s", f.Object.Kind, f.Object.Namespace, f.Object.Name, f.Container)
		}
		for _, rel := range f.Related {
			s += fmt.Sprintf("; %d %s", rel.Span.Start().Line, rel.Message)
		}
		for _, o := range f.Origins {
			s += "; " + o.Message
		}
		if f.NoteOf != nil {
			s += "; note of " + f.NoteOf.Rule
		}
		out = append(out, fmt.Sprintf("%s; with %q", s, f.Combinations))
	}
	return out
}

// What is reported about several overlays, files and kustomizations does not depend on the order in which they are named.
func TestOrderOfPaths(t *testing.T) {
	t.Parallel()
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec:\n  imagePullSecrets: [{name: regcred}]\n  containers:\n  - {name: a, image: %s}\n  - {name: b, image: ghcr.io/acme/Web}\n"
	const credentials = "apiVersion: v1\nkind: Secret\ntype: kubernetes.io/dockerconfigjson\nmetadata: {name: %s}\ndata: {.dockerconfigjson: eyJhdXRocyI6eyJnaGNyLmlvIjp7InVzZXJuYW1lIjoiYSIsInBhc3N3b3JkIjoiYiJ9fX0=}\n"
	system := files.InMemory(map[string][]byte{
		"/base/kustomization.yaml":  []byte("resources: [pod.yaml]\nimages: [{name: ghcr.io/acme/gone, newTag: '1'}]\n"),
		"/base/pod.yaml":            fmt.Appendf(nil, pod, "a", "ngnix"),
		"/part/kustomization.yaml":  []byte("kind: Component\nimages:\n- {name: acme/Sidecar, newTag: '1'}\n"),
		"/dev/kustomization.yaml":   []byte("resources: [../base, secret.yaml]\n"),
		"/dev/secret.yaml":          fmt.Appendf(nil, credentials, "regcred"),
		"/prod/kustomization.yaml":  []byte("resources: [../base]\ncomponents: [../part]\nimages:\n- {name: ngnixx, newTag: '1'}\n"),
		"/stage/kustomization.yaml": []byte("resources: [../base]\nnamespace: stage\ncomponents: [../part]\npatches: [{path: patch.yaml}]\n"),
		"/stage/patch.yaml":         []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: c, image: 'ghcr.io/acme/sidecar'}]\n"),
		"/other/kustomization.yaml": []byte("resources: [pod.yaml]\nimages:\n- {name: ngnixx, newTag: '1'}\n"),
		"/other/pod.yaml":           fmt.Appendf(nil, pod, "other", "ghcr.io/acme/other"),
		"/plain.yaml":               fmt.Appendf(nil, pod, "plain", "ghcr.io/acme/plain:latest"),
	})
	var want []string
	n := 0
	permute([]string{"/dev", "/plain.yaml", "/prod", "/stage"}, func(paths []string) {
		n++
		paths = slices.Insert(paths, n%5, "/other")
		req := request(system, paths...)
		req.Render.AnyFiles = true
		r, err := (&Engine{}).Lint(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		got := details(r)
		if want == nil {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q:\n%s", paths, diff)
		}
	})
	for _, s := range []string{
		`/prod/kustomization.yaml:4:10 error kustomize-image-unused: no image in the kustomization has the name "ngnixx", so the entry changes nothing; did you mean "ngnix"?; in Pod /a a; with []`,
		// The overlay with the entry is not the first one with the image.
		`/base/pod.yaml:7:22 error image-unknown-official: image "ngnix" is not a Docker Official Image; did you mean "nginx"?; in Pod /a a; 7 also used by Pod stage/a, container a; set in /base/pod.yaml:7; note of kustomize-image-unused; with []`,
		`/other/kustomization.yaml:3:10 warning kustomize-image-unused: no image in the kustomization has the name "ngnixx", so the entry changes nothing; use the whole name from the manifests, without a tag, or remove the entry; with []`,
	} {
		if !slices.Contains(want, s) {
			t.Errorf("missing %s in\n%q", s, want)
		}
	}
}

// permute calls do with each order of a list.
func permute(list []string, do func([]string)) {
	var from func(int)
	from = func(at int) {
		if at == len(list) {
			do(slices.Clone(list))
			return
		}
		for i := at; i < len(list); i++ {
			list[at], list[i] = list[i], list[at]
			from(at + 1)
			list[at], list[i] = list[i], list[at]
		}
	}
	from(0)
}

func TestComparePaths(t *testing.T) {
	t.Parallel()
	sorted := []string{".", "../a", "/a", "a", "a/b", "a/b/c", "a/b-c", "a/ba", "a!b", "a-b", "a-b/c", "ab"}
	for i, a := range sorted {
		for j, b := range sorted {
			want := slices.Compare(strings.Split(a, "/"), strings.Split(b, "/"))
			if got := comparePaths(a, b); got != want {
				t.Errorf("comparePaths(%q, %q) = %d, want %d", a, b, got, want)
			}
			if (i == j) != (want == 0) {
				t.Errorf("%q and %q", a, b)
			}
		}
	}
}
