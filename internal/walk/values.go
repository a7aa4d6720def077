package walk

import (
	"path/filepath"
	"strings"
)

// maxBelowChart is how many folders below a chart its values files may be: ci/, or environments/prod/.
const maxBelowChart = 2

// isValuesName reports whether charts usually get values from files of this name: values.yaml,
// values-prod.yaml, values.prod.yaml, web-values.yaml.
func isValuesName(name string) bool {
	name = strings.ToLower(name)
	stem, ok := strings.CutSuffix(name, ".yaml")
	if !ok {
		stem, ok = strings.CutSuffix(name, ".yml")
	}
	if !ok {
		return false
	}
	rest, begins := strings.CutPrefix(stem, "values")
	return strings.HasSuffix(stem, "values") || begins && strings.ContainsAny(rest[:1], "-_.")
}

// aboveChart returns how many folders a folder is below the nearest chart, or -1 if there is none close
// enough.
func (w *walker) aboveChart(abs string) int {
	for n := range maxBelowChart + 1 {
		if _, err := w.files.Stat(filepath.Join(abs, "Chart.yaml")); err == nil {
			return n
		}
		abs = filepath.Dir(abs)
	}
	return -1
}
