package catalog

import (
	"slices"
	"testing"
)

// The highest version comes first, whatever the alphabet says, and a complete version before its shorter forms.
func TestNewestOrder(t *testing.T) {
	t.Parallel()
	want := []string{"8.10.1", "8.10", "8.8.2", "8.08", "8", "7.4.11", "8.10.1-alpine", "8.8.2-trixie", "v8-alpine", "latest", "20260127", "9.9.9"}
	var tags []Tag
	for i, name := range want {
		tags = append(tags, Tag{Name: name, Current: i < len(want)-1, First: Month(100 + i)})
	}
	slices.Reverse(tags)
	slices.SortFunc(tags, func(a, b Tag) int { return compareNewest(&a, &b) })
	var got []string
	for i := range tags {
		got = append(got, tags[i].Name)
	}
	slices.Sort(want[9:11])
	slices.Sort(got[9:11]) // neither is a version
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
