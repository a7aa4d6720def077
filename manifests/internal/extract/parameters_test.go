package extract

import (
	"testing"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// What is wrong with an image is only said if it is certain, and not about what stands in for a parameter.
func TestWrongAnyway(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string][2]string{
		"shop/Web:${A}":      {"uppercase", "shop/web:${A}"},
		"${A}/Web:${A}0":     {"uppercase", "${A}/web:${A}0"},
		"shop/Web:${AB}${A}": {"uppercase", "shop/web:${AB}${A}"},
		"shop/Web0:0${A}":    {"uppercase", ""}, // the zeros are not told from the parameter
		" ${A}":              {"whitespace", "${A}"},
		"shop//${A}/web":     {"empty-path-segment", "shop/${A}/web"},
		" ${A}/.web":         {}, // wrong at the space, but the parser first names the dot
		"web:${A}:1 ":        {}, // it names the second tag, and quotes the first one
		"Web${A} ":           {}, // it names the capital, which may be one of a registry
	} {
		holes, left := holesOf(raw, map[string]*yaml.Node{"A": nil, "AB": nil})
		if left != (imageref.Range{}) {
			t.Errorf("%s: %v is left", raw, left)
		}
		at, fits := imageref.Fits(raw, holes)
		if fits {
			t.Errorf("%s fits", raw)
		}
		var got [2]string
		if e := wrongAnyway(raw, holes, at); e != nil {
			got = [2]string{e.Cause.String(), e.Corrected}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}
