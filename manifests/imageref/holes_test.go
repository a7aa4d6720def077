package imageref_test

import (
	"testing"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// A hole anywhere in a valid reference fits: with what was cut out there, it is valid.
func TestFitsValid(t *testing.T) {
	t.Parallel()
	for _, valid := range []string{
		"nginx", "nginx:1.27", "library/nginx:1.27-alpine_X", "ghcr.io/acme/a__b/c-d.e:V1", "localhost:5000/web", "[2001:db8::1]:5000/web:1", "Acme.io:443/web/x",
		"web:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
	} {
		if _, err := imageref.Parse(valid); err != nil {
			t.Fatal(err)
		}
		for i := range len(valid) + 1 {
			for j := i; j <= len(valid); j++ {
				const hole = "${X}"
				raw, holes := valid[:i]+hole+valid[j:], []imageref.Range{{Start: i, End: i + len(hole)}}
				if at, ok := imageref.Fits(raw, holes); !ok {
					t.Errorf("%s: wrong at %d", raw, at)
				}
				raw, holes = hole+raw, []imageref.Range{{Start: 0, End: len(hole)}, {Start: i + len(hole), End: i + 2*len(hole)}}
				if at, ok := imageref.Fits(raw, holes); !ok {
					t.Errorf("%s: wrong at %d", raw, at)
				}
			}
		}
	}
}

func TestFits(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]int{ // -1 if something fits into "$"
		"shop/D:$":         5,
		"$/D":              2,
		"$D/web":           -1, // the hole may end with a registry, of which D is a part
		"shop/$D":          -1, // or with a tag
		"D:$":              -1, // or with a port
		"shop//d:$":        5,
		"/d:$":             0,
		"https://d:$":      7,
		"shop/d:1:$":       8,
		"shop/d: $":        7,
		"shop/d:$ ":        8,
		"shop/d:${$}":      7,
		"$/":               2,
		"$:":               -1, // Fits does not know where a registry has its colon
		"shop/d:$/x":       8,
		"shop/d@$/x":       8,
		"shop/d@sha256:$":  -1,
		"shop/d@@$":        7,
		"shop/d:$@sha256:": -1,
		"shop/d:$@":        9,
		"$":                -1,
		"$$":               -1,
	} {
		var holes []imageref.Range
		for i := range raw {
			if raw[i] == '$' && (i+1 == len(raw) || raw[i+1] != '{') {
				holes = append(holes, imageref.Range{Start: i, End: i + 1})
			}
		}
		at, ok := imageref.Fits(raw, holes)
		if ok {
			at = -1
		}
		if at != want {
			t.Errorf("%s: %d, want %d", raw, at, want)
		}
	}
}
