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
	in.Values = true
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
	if set := loadValues(t, Options{}, data); len(set.Values) != 1 || len(set.Numbers) != 1 || set.Stats.Values != 1 || len(set.Skipped) != 0 {
		t.Errorf("values: %s", describe(set))
	}
	if set := mustLoad(t, Options{}, data); len(set.Values)+len(set.Numbers) != 0 || set.Stats.Values != 0 || len(set.Skipped) != 1 {
		t.Errorf("any file: %s", describe(set))
	}
	in := textInput("values.yaml", data)
	in.Values, in.Context = true, true
	set, err := Load(context.Background(), []Input{in}, Options{})
	if err != nil || len(set.Values)+len(set.Numbers) != 0 || set.Stats.Values != 0 {
		t.Errorf("a context: %s, %v", describe(set), err)
	}
}

// Helm's numbers are float64, which its templates print with %v. The right-hand sides are what helm template 3.21 printed.
func TestPrintedNumber(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ written, printed string }{
		{"1.10", "1.1"},
		{"7e10", "7e+10"},
		{"0777", "511"},
		{"1_000", "1000"},
		{"20240101", "2.0240101e+07"},
		{"1.0", "1"},
		{"999999", "999999"},
		{"1000000", "1e+06"},
		{"0x1F", "31"},
		{"08", "8"},
		{"1.35", "1.35"},
		{"1e3", "1000"},
		{"123456789012345678", "1.2345678901234568e+17"},
		{"0987654", "987654"},
		{"+5", "5"},
		{"1.", "1"},
		{".5", "0.5"},
		{"0o17", "15"},
		{"0b11", "3"},
		{"1.2345678901234567890", "1.2345678901234567"},
		{"12345678.5", "1.23456785e+07"},
		{"1e5", "100000"},
		{"1.0e+5", "100000"},
		{"00", "0"},
		{"1_0.5", "10.5"},
		{"2024-01-01", ""},
		{"12:30", ""},
		{"12e4567", ""},
		{"on", ""},
		{"~", ""},
		{`"1.10"`, ""},
		{"'7e10'", ""},
		{"!!str 1.10", ""},
		{".inf", ""},
		{".nan", ""},
		{"1.10-alpine", ""},
		{"v1.10", ""},
		{"1.10.0", ""},
	} {
		set := loadValues(t, Options{}, "image: {tag: "+tt.written+"}\n")
		want := tt.printed
		if want == tt.written {
			want = ""
		}
		got := ""
		if len(set.Numbers) == 1 {
			got = set.Numbers[0].Printed
			if set.Numbers[0].Text != tt.written {
				t.Errorf("%s is said to be %s", tt.written, set.Numbers[0].Text)
			}
		}
		if got != want {
			t.Errorf("%s is said to be printed as %q, want %q", tt.written, got, want)
		}
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
			t.Fatalf("the look-ahead changes what is found (-parsed +looked at):\n%s", diff)
		}
		if set.Stats.Images+len(set.Numbers) > len(data) {
			t.Fatalf("%d images and %d numbers in %d bytes", set.Stats.Images, len(set.Numbers), len(data))
		}
		outer := "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec:\n  source:\n    helm:\n      values: |2\n        " +
			strings.ReplaceAll(data, "\n", "\n        ") + "\n"
		checkPlaces(t, mustLoad(t, Options{Workers: 1}, outer), []byte(outer))
	})
}
