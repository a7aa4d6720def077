package manifests

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// loadValues loads a text as a file of values.
func loadValues(t testing.TB, o Options, data string) *Set {
	t.Helper()
	in := inputOf("values.yaml", func() io.Reader { return strings.NewReader(data) })
	in.ChartValues = true
	set, err := Load(context.Background(), []Input{in}, o)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// What is values of a chart is so by the input's word alone: it is read for nothing in a context, and in no other file.
func TestValuesAsked(t *testing.T) {
	t.Parallel()
	const data = "image: {repository: acme/web, tag: 1.10}\n"
	if set := loadValues(t, Options{}, data); len(set.Values) != 1 || len(set.NumberTags) != 1 || set.Stats.Values != 1 || len(set.Skipped) != 0 {
		t.Errorf("values: %s", describe(set))
	}
	if set := mustLoad(t, Options{}, data); len(set.Values)+len(set.NumberTags) != 0 || set.Stats.Values != 0 || len(set.Skipped) != 1 {
		t.Errorf("any file: %s", describe(set))
	}
	in := textInput("values.yaml", data)
	in.ChartValues, in.Context = true, true
	set, err := Load(context.Background(), []Input{in}, Options{})
	if err != nil || len(set.Values)+len(set.NumberTags) != 0 || set.Stats.Values != 0 {
		t.Errorf("a context: %s, %v", describe(set), err)
	}
}

// FuzzValues reads texts as values: in a file, and in a field of an Application as a block of text, where places must be those of the file.
func FuzzValues(f *testing.F) {
	addFixtures(f)
	f.Fuzz(func(t *testing.T, data string) {
		if len(data) > maxFuzz {
			return
		}
		set := loadValues(t, Options{Workers: 1}, data)
		checkPlaces(t, set, []byte(data))
		if diff := cmp.Diff(findable(loadValues(t, Options{Workers: 1, NoLookAhead: true}, data)), findable(set)); diff != "" {
			t.Fatalf("the result differs with the look-ahead (-parsed +looked at):\n%s", diff)
		}
		if set.Stats.Images+len(set.NumberTags) > len(data) {
			t.Fatalf("%d images and %d numbers in %d bytes", set.Stats.Images, len(set.NumberTags), len(data))
		}
		outer := "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec:\n  source:\n    helm:\n      values: |2\n        " +
			strings.ReplaceAll(data, "\n", "\n        ") + "\n"
		checkPlaces(t, mustLoad(t, Options{Workers: 1}, outer), []byte(outer))
	})
}
