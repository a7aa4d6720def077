package manifests

import "testing"

// The values of a reference are found by their clean path, however the user wrote the inputs; of two inputs with one path, in the last.
func TestInputByPath(t *testing.T) {
	t.Parallel()
	var inputs []Input
	for _, name := range []string{"../c.yaml", "./b.yaml", "a.yaml", "b.yaml", "d.yaml", "d.yaml", "x//y.yaml", "z.yaml"} {
		inputs = append(inputs, Input{Name: name})
	}
	g := variableLookup{inputs: inputs, files: unclean(inputs)}
	for name, want := range map[string]int{"../c.yaml": 0, "a.yaml": 2, "b.yaml": 3, "c.yaml": -1, "d.yaml": 5, "e.yaml": -1, "x/y.yaml": 6, "z.yaml": 7, "zz.yaml": -1, "": -1} {
		if got := g.input(name); got != want {
			t.Errorf("%q is input %d, want %d", name, got, want)
		}
	}
}
