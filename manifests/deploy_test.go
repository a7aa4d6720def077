package manifests

import (
	"fmt"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/slow"
)

// Small texts that come to much if they are read without care.
func TestHostileValues(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	numbers := strings.Repeat("- {repository: acme/web, tag: 1.10}\n", 10_000)
	release := "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: x}\nspec:\n  values:\n    images:\n    " + strings.ReplaceAll(numbers, "\n", "\n    ") + "\n"
	if set := mustLoad(t, Options{}, release); set.Stats.Images != 10_000 || len(set.NumberTags) != 10_000 {
		t.Errorf("a release of many: %d images, %d numbers", set.Stats.Images, len(set.NumberTags))
	}
	if set := loadValues(t, Options{}, "images:\n"+numbers); set.Stats.Images != 10_000 {
		t.Errorf("values of many: %d images", set.Stats.Images)
	}
	var b strings.Builder
	b.WriteString("apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec:\n  source:\n    helm:\n      parameters:\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "      - {name: '%s%d.image', value: 'acme/web:1'}\n", strings.Repeat(fmt.Sprint("a", i, "."), 14), i)
	}
	b.WriteString("      - {name: '" + strings.Repeat("a.", 100_000) + "image', value: 'acme/web:1'}\n")
	if set := mustLoad(t, Options{}, b.String()); set.Stats.Images != 2000 {
		t.Errorf("parameters: %d images", set.Stats.Images)
	}
	deep := strings.Repeat("{a: ", 9000) + "{image: acme/web:1}" + strings.Repeat("}", 9000)
	loadValues(t, Options{}, "x: "+deep+"\n")
	if set := loadValues(t, Options{}, bomb("x:\n  a0: &a0 [{image: 'acme/web:1'}]\n")); set.Stats.Images > 1 {
		t.Errorf("aliases of aliases: %d images", set.Stats.Images)
	}
}

// Passwords stand among values under any key, so that no line is shown beyond the image itself.
func TestValuesSecrecy(t *testing.T) {
	t.Parallel()
	const head = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec:\n  source:\n    helm:\n      "
	const value = "{image: {repository: k8s.gcr.io/acme/app, tag: 1.10}, other: {image: 'ghcr.io/acme/app:1'}, auth: hunter2}"
	for name, set := range map[string]*Set{
		"a file":            loadValues(t, Options{}, value+"\n"),
		"a text in a block": mustLoad(t, Options{}, head+"values: |\n        a: 1\n        b: "+value+"\n"),
		"a quoted text":     mustLoad(t, Options{}, head+`values: "`+value+"\"\n"),
		"an object":         mustLoad(t, Options{}, strings.ReplaceAll(head, "Application", "ApplicationSet")+"valuesObject: "+strings.ReplaceAll(value, "other: {image", "other: {image: app, tag")+"\n"),
		"parameters":        mustLoad(t, Options{}, head+"parameters: [{name: image, value: 'ghcr.io/acme/app:1'}, {name: auth, value: hunter2}]\n"),
	} {
		if set.Stats.Images == 0 {
			t.Errorf("%s contains no image", name)
		}
		var spans []string
		for _, w := range append(set.Values, set.Workloads...) {
			for _, img := range w.Images {
				spans = append(spans, img.Span.Excerpt().Text)
				for _, p := range img.Parts() {
					spans = append(spans, p.Span.Excerpt().Text)
				}
			}
		}
		for _, n := range set.NumberTags {
			spans = append(spans, n.Span.Excerpt().Text)
		}
		if all := strings.Join(spans, "\n"); strings.Contains(all, "hunter2") {
			t.Errorf("%s shows the password:\n%s", name, all)
		}
	}
}
