package gather

import (
	"testing"

	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// Replacements are copied whatever the order of the images.
func TestTakeOver(t *testing.T) {
	t.Parallel()
	out := catalog.Contents{
		Sources: []catalog.Source{{Name: "now"}},
		Images:  []catalog.ImageTags{{Name: "java"}, {Name: "openjdk", Replacement: "one"}, {Name: "redis", Replacement: "new"}},
	}
	takeOver(&out, &catalog.Contents{
		Sources: []catalog.Source{{Name: "before"}, {Name: "lists"}},
		Images: []catalog.ImageTags{
			{Name: "docker.io/acme/web", Source: 1},
			{Name: "java", Replacement: "eclipse-temurin"},
			{Name: "openjdk", Replacement: "one two"},
			{Name: "quay.io/acme/app", Source: 1},
			{Name: "redis"},
			{Name: "gone", Replacement: "three"},
		},
	})
	var got []string
	for _, im := range out.Images {
		got = append(got, im.Name+" "+im.Replacement+" "+out.Sources[im.Source].Name)
	}
	want := []string{"java eclipse-temurin now", "openjdk one two now", "redis new now", "docker.io/acme/web  lists", "quay.io/acme/app  lists"}
	if len(got) != len(want) {
		t.Fatalf("%q", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%q, want %q", got[i], want[i])
		}
	}
}
