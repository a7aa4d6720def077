package lint

import (
	"slices"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests"
)

// What is said of a reference beside an error is grouped under it; what is said of another one, or of another container, is not.
func TestUnder(t *testing.T) {
	t.Parallel()
	web, api := &manifests.Object{Name: "web"}, &manifests.Object{Name: "api"}
	findings := []Finding{
		{Severity: Warning, Object: web, Path: "a", Image: "x"},
		{Severity: Error, Object: web, Path: "a", Image: "x"},
		{Severity: Error, Object: web, Path: "a", Image: "x"},
		{Severity: Info, Object: web, Path: "b", Image: "x"},
		{Severity: Info, Object: api, Path: "a", Image: "x"},
		{Severity: Info, Object: web, Path: "a"},
		{Severity: Info},
	}
	if got, want := PrimaryErrors(findings), []int{1, -1, -1, -1, -1, -1, -1}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
