package render

import (
	"path"
	"strings"
)

// ReadFiles returns the files, by absolute path, that the output was rendered from. A packaged chart is one file.
func (o *Output) ReadFiles() []string {
	out := o.VerbatimFiles()
	for _, u := range o.UsedFiles() {
		out = append(out, u.File)
	}
	if o.chart == nil {
		return out
	}
	if o.chart.archive != "" {
		if abs, err := absolute(o.chart.archive); err == nil {
			out = append(out, abs)
		}
		return out
	}
	for name, f := range o.chart.files {
		if f.disk == "" || !isRenderedFrom(name) {
			continue
		}
		if abs, err := absolute(f.disk); err == nil {
			out = append(out, abs)
		}
	}
	return out
}

// isRenderedFrom reports whether helm renders a chart from a file in its folder, or in that of a subchart. A chart may hold any other files.
func isRenderedFrom(name string) bool {
	switch base := path.Base(name); {
	case base == "Chart.yaml", base == "values.yaml":
		return true
	case path.Ext(base) == ".tgz":
		return strings.HasPrefix(name, "charts/") || strings.Contains(name, "/charts/")
	}
	return strings.HasPrefix(name, "templates/") || strings.Contains(name, "/templates/")
}
