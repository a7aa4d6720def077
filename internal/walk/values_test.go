package walk

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestValues(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{
		"c/Chart.yaml": "", "c/values.yaml": "", "c/values-prod.yml": "", "c/values.eu.yaml": "", "c/values_eu.yaml": "", "c/other.yaml": "", "c/valuesof.yaml": "",
		"c/values.json": "", "c/ci/b-values.yaml": "", "c/env/eu/Values.yaml": "", "c/env/eu/west/values.yaml": "", "c/charts/sub/values.yaml": "",
		"c/charts/d/Chart.yaml": "", "c/charts/d/a/b/values.yaml": "", "values.yaml": "", "x/web-values.yaml": "",
	})
	for _, tt := range []struct {
		paths, want []string
	}{
		{[]string{"."}, []string{
			"c/charts/d/a/b/values.yaml", "c/charts/sub/values.yaml", "c/ci/b-values.yaml", "c/env/eu/Values.yaml",
			"c/values-prod.yml", "c/values.eu.yaml", "c/values.yaml", "c/values_eu.yaml",
		}},
		{[]string{"values.yaml", "x/web-values.yaml", "c/other.yaml"}, []string{"values.yaml", "x/web-values.yaml"}},
		{[]string{"c/env/eu"}, []string{"c/env/eu/Values.yaml"}},
		{[]string{"c/env/eu/west"}, nil},
		{[]string{"x"}, nil},
	} {
		res, err := walkIn(t, root, Options{}, tt.paths...)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range res.Files {
			if f.Values {
				got = append(got, strings.TrimPrefix(f.Name, "./"))
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.paths, diff)
		}
	}
}
