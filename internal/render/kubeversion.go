package render

import (
	"bytes"
	"slices"
)

// UsesKubeVersion reports whether a template of a chart or its subcharts uses the cluster's version. If not,
// the chart renders the same for every version. It returns false for an unreadable chart; rendering reports
// the error.
func UsesKubeVersion(path string) bool {
	c, err := loadChart(path)
	if err != nil || c.lacking(0) != nil {
		return false
	}
	return c.usesKubeVersion(0)
}

func (c *chart) usesKubeVersion(depth int) bool {
	if slices.ContainsFunc(c.names("templates/"), func(name string) bool {
		data, err := c.read(name)
		return err == nil && bytes.Contains(data, []byte("KubeVersion"))
	}) {
		return true
	}
	if depth > maxDepth {
		return false
	}
	for _, sub := range c.subs {
		if sub.usesKubeVersion(depth + 1) {
			return true
		}
	}
	return false
}
