package manifests

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/filters/imagetag"
	"sigs.k8s.io/kustomize/api/types"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// kustomized returns the image of a pod after an entry of images is applied.
func kustomized(t *testing.T, entry types.Image, image string) string {
	t.Helper()
	pod, err := kyaml.Parse(fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {initContainers: [{name: a, image: %q}]}\n", image))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (imagetag.LegacyFilter{ImageTag: entry}).Filter([]*kyaml.RNode{pod}); err != nil {
		t.Fatal(err)
	}
	made, err := pod.Pipe(kyaml.Lookup("spec", "initContainers", "[name=a]", "image"))
	if err != nil {
		t.Fatal(err)
	}
	return made.YNode().Value
}

// The images of entries in a kustomization that is not built are those that kustomize makes of the images with their names.
func TestKustomizeEntries(t *testing.T) {
	t.Parallel()
	digest := "sha256:" + strings.Repeat("ab12", 16)
	compared := 0
	for _, name := range []string{"web", "acme/web", "acme/web:1.0", "acme/web@" + digest, "acme/web:1.0@" + digest, "localhost:5000/web", "localhost:5000/web:1.0", "ghcr.io/acme/web", "acme/(web|api)", "acme/web+", "^acme/web$"} {
		for _, newName := range []string{"", "ghcr.io/acme/web", "localhost:5000/web", "ghcr.io/acme/web:9", "ghcr.io/acme/web@" + digest} {
			for _, newTag := range []string{"", "2.0", digest} {
				for _, newDigest := range []string{"", digest} {
					for _, suffix := range []string{"", "-debug"} {
						entry := types.Image{Name: name, NewName: newName, NewTag: newTag, Digest: newDigest, TagSuffix: suffix}
						text := fmt.Sprintf("images:\n- {name: %q, newName: %q, newTag: %q, digest: %q, tagSuffix: %q}\n", name, newName, newTag, newDigest, suffix)
						set := loadText(t, "kustomization.yaml", text)
						claim := ""
						for _, w := range set.Values {
							if len(w.Images) != 1 || claim != "" {
								t.Fatalf("%s has several images", text)
							}
							claim = w.Images[0].Raw
							for _, p := range w.Images[0].Parts() {
								if e := p.Span.Excerpt(); p.Span.Exact() && !strings.Contains(e.Text, p.Value) {
									t.Errorf("%s: part %q is at %q", text, p.Value, e.Text)
								}
							}
						}
						for _, image := range []string{"web", "web:1.0", "web@" + digest, "acme/web", "acme/web:1.0", "acme/web@" + digest, "acme/web:1.0@" + digest, "ghcr.io/acme/web:1.0", "acme/api:1.0", "acme/webb", "localhost:5000/web:1.0"} {
							if !imageref.SelectorOf(name).Selects(image) {
								continue
							}
							made := kustomized(t, entry, image)
							_, err := imageref.Parse(made)
							switch rest, ok := strings.CutPrefix(made, claim); {
							case newTag+newDigest+newName == "":
								if claim != "" {
									t.Errorf("%s sets nothing, but is read as %q", text, claim)
								}
							case claim == "" && (err != nil || imageref.IsKustomizePattern(name) && newName == "" || made != kustomized(t, entry, strings.Split(image, "@")[0])):
							case newTag+newDigest == "" && ok && claim != "" && (rest == "" || rest[0] == ':' || rest[0] == '@'):
								compared++
							case made != claim:
								t.Errorf("%s is read as %q, but kustomize makes %q of %q", text, claim, made, image)
							default:
								compared++
							}
						}
					}
				}
			}
		}
	}
	if compared < 500 {
		t.Errorf("%d images were compared", compared)
	}
}

func loadText(t *testing.T, name, text string) *Set {
	t.Helper()
	set, err := Load(t.Context(), []Input{inputOf(name, func() io.Reader { return strings.NewReader(text) })}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return set
}
