package render

import (
	"path"
	"slices"
)

// CIValues are the files of values that a chart is tested with, as chart-testing finds them, by their names in the chart: a folder, or an archive. A
// chart that cannot be read has none; what renders it complains.
func CIValues(chart string) []string {
	c, err := loadChart(chart)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(c.names("ci/"), func(name string) bool {
		ok, err := path.Match("ci/*-values.yaml", name)
		return err != nil || !ok
	})
}

// inside are the files of values in the chart as helm can read them: where they lie, or copies of what an archive holds. What is returned removes the
// copies.
func (o *Output) inside() (names []string, remove func(), err error) {
	var copies []func()
	remove = func() {
		for _, f := range copies {
			f()
		}
	}
	for _, name := range o.Inside {
		f, ok := o.chart.files[name]
		if ok && f.disk != "" {
			names = append(names, f.disk)
			continue
		}
		data, err := o.chart.read(name)
		if err != nil {
			remove()
			return nil, nil, err
		}
		written, removeOne, err := writeTemp("imagelint-values-*.yaml", data)
		if err != nil {
			remove()
			return nil, nil, err
		}
		names, copies = append(names, written), append(copies, removeOne)
	}
	return names, remove, nil
}
