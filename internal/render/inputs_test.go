package render

import "testing"

func TestIsRenderedFrom(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"Chart.yaml": true, "values.yaml": true, "templates/pod.yaml": true, "templates/_image.tpl": true, "charts/db/Chart.yaml": true,
		"charts/db/templates/x/pod.yaml": true, "charts/db-1.0.0.tgz": true, "charts/db/charts/x-1.tgz": true,
		"README.md": false, "ci/values-prod.yaml": false, "files/templates.yaml": false, "old.tgz": false, "Chart.lock": false,
	} {
		if got := isRenderedFrom(name); got != want {
			t.Errorf("%s: %t, want %t", name, got, want)
		}
	}
}
