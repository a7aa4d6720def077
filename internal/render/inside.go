package render

import (
	"path"
	"slices"
)

// CIValues returns the values files with which a chart is tested, as chart-testing finds them, by their names
// in the chart. The chart is a folder or an archive. It returns none for an unreadable chart; rendering
// reports the error.
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

// inside returns the paths of the chart's own values files: the originals, or copies if the chart is an
// archive. remove deletes the copies.
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
