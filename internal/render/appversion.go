package render

import (
	"bytes"
	"maps"
	"slices"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/yamlnode"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// AppVersion is an unquoted appVersion, or tag in values, that is a number and that helm prints differently than written.
type AppVersion struct {
	Span             source.Span
	Path             string // of a value
	Written, Printed string
}

// StillIn reports whether new content of the chart's file has the same number.
func (v *AppVersion) StillIn(data []byte) bool {
	n := yamlnode.Field(rootOf(v.Span.File().Name, data), "appVersion")
	return n != nil && n.Value == v.Written && (&value{node: n}).isNumber()
}

// ReprintsAppVersion reports whether the appVersion of the chart in a folder is a number that helm may print differently.
func ReprintsAppVersion(folder string) bool {
	name := join(folder, "Chart.yaml")
	data, err := readFrom(files.OS, name)
	n := yamlnode.Field(rootOf(name, data), "appVersion")
	if err != nil || n == nil {
		return false
	}
	v := &value{node: n}
	return v.isNumber() && len(v.texts()) > 1
}

// AppVersions returns those of a chart and its subcharts that a template uses.
func (o *Output) AppVersions() []AppVersion {
	if o.chart == nil || o.Reason != "" {
		return nil
	}
	return o.chart.appVersions(0)
}

func (c *chart) appVersions(depth int) []AppVersion {
	var out []AppVersion
	if n := yamlnode.Field(c.meta.root, "appVersion"); n != nil && c.archive == "" && c.usesAppVersion() {
		if v := (&value{node: n}); v.isNumber() {
			if all := v.texts(); len(all) > 1 {
				out = append(out, AppVersion{Span: c.meta.span(n), Written: n.Value, Printed: all[len(all)-1]})
			}
		}
	}
	if depth > maxDepth {
		return out
	}
	for _, key := range slices.Sorted(maps.Keys(c.subs)) {
		out = append(out, c.subs[key].appVersions(depth+1)...)
	}
	return out
}

// usesAppVersion reports whether a template of the chart prints appVersion.
func (c *chart) usesAppVersion() bool {
	return slices.ContainsFunc(c.names("templates/"), func(name string) bool {
		data, err := c.read(name)
		return err == nil && bytes.Contains(data, []byte(".AppVersion"))
	})
}
