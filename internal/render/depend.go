package render

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/yamlnode"
)

// Omitted is a part of a target that was not rendered.
type Omitted struct {
	// Path is the chart that lacks the part, or "" if Why names the place.
	Path, Why string
	// Intended is true if the target itself disables the part.
	Intended bool
}

// String describes what was omitted and where.
func (l Omitted) String() string {
	if l.Path == "" {
		return l.Why
	}
	return l.Path + ": " + l.Why
}

// dependency is a dependency that is missing from the chart's charts folder.
type dependency struct {
	name, alias string
	node        *yaml.Node
	// local is the chart in a nearby folder, or nil if there is none.
	local *chart
	// why says why a missing dependency cannot be used, if known.
	why string
}

// list returns the dependencies, and the file that lists them; "" if there is none.
func (c *chart) list() (name string, deps []*yaml.Node) {
	for _, name := range []string{"Chart.yaml", "requirements.yaml"} {
		if d := c.document(name); d != nil {
			if deps := yamlnode.Items(yamlnode.Field(d.root, "dependencies")); len(deps) > 0 {
				return name, deps
			}
		}
	}
	return "", nil
}

// lacking finds the dependencies that helm would miss. Those in nearby folders are read, with their own
// dependencies.
func (c *chart) lacking(depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%s: charts depend on each other in a loop", c.path)
	}
	_, deps := c.list()
	var out []*dependency
	for _, n := range deps {
		d := &dependency{name: yamlnode.Text(n, "name"), alias: yamlnode.Text(n, "alias"), node: n}
		if d.name == "" || c.subs[d.name] != nil {
			continue
		}
		if p, ok := strings.CutPrefix(yamlnode.Text(n, "repository"), "file://"); ok && c.archive == "" {
			if err := d.readLocal(c, p, depth); err != nil {
				return err
			}
		}
		out = append(out, d)
	}
	for _, d := range out {
		if d.local != nil {
			c.subs[d.name] = d.local
			if d.alias != "" {
				c.subs[d.alias] = d.local
			}
		}
	}
	c.absent = out
	return nil
}

// readLocal reads a dependency from a folder in the same tree.
func (d *dependency) readLocal(c *chart, p string, depth int) error {
	root, err := treeOf(files.OS, c.path)
	if err != nil {
		return err
	}
	at := join(c.path, p)
	if filepath.IsAbs(p) {
		at = p
	}
	abs, err := real(at)
	switch {
	case err != nil:
		d.why = fmt.Sprintf("there is no %s", at)
		return nil //nolint:nilerr // omitted and reported
	case !files.Below(abs, root):
		d.why = fmt.Sprintf("%s leads out of the tree", at)
		return nil
	}
	local, err := loadChart(at)
	if err != nil {
		d.why = err.Error()
		return nil //nolint:nilerr // omitted and reported
	}
	d.local = local
	return local.lacking(depth + 1)
}

// left returns the dependencies that are omitted.
func (c *chart) left(values *value) []Omitted {
	var out []Omitted
	var missing []string
	for _, d := range c.absent {
		if d.local != nil {
			out = append(out, d.local.left(values.find([]string{d.key()}))...)
			continue
		}
		if key, off := d.off(values); off {
			out = append(out, Omitted{Path: c.path, Why: fmt.Sprintf("rendered without its dependency %q: %s turns it off", d.name, key), Intended: true})
			continue
		}
		if d.why == "" {
			missing = append(missing, d.name)
			continue
		}
		out = append(out, Omitted{Path: c.path, Why: fmt.Sprintf("rendered without its dependency %q: %s", d.name, d.why)})
	}
	if len(missing) > 0 {
		out = append(out, Omitted{Path: c.path, Why: fmt.Sprintf("rendered without its %s not in charts/: run helm dependency build %s", dependencies(missing, "which "), c.path)})
	}
	return out
}

// dependencies returns names as a subject with its verb: "dependency a is", "dependencies a, b are".
func dependencies(names []string, which string) string {
	if len(names) == 1 {
		return "dependency " + names[0] + strings.TrimRight(", "+which, ", ") + " is"
	}
	return "dependencies " + strings.Join(names, ", ") + strings.TrimRight(", "+which, ", ") + " are"
}

// LocalDependencies returns those of the chart folders that others use as a dependency through a local path.
func LocalDependencies(folders []string) map[string]bool {
	shown := map[string]string{}
	for _, folder := range folders {
		if abs, err := real(folder); err == nil {
			shown[abs] = folder
		}
	}
	out := map[string]bool{}
	for _, folder := range folders {
		for _, name := range []string{"Chart.yaml", "requirements.yaml"} {
			data, err := readFile(join(folder, name))
			if err != nil {
				continue
			}
			d, err := parse(name, data)
			if err != nil {
				continue
			}
			for _, dep := range yamlnode.Items(yamlnode.Field(d.root, "dependencies")) {
				p, ok := strings.CutPrefix(yamlnode.Text(dep, "repository"), "file://")
				if abs, err := real(filepath.Join(folder, filepath.FromSlash(p))); ok && err == nil && shown[abs] != "" && shown[abs] != folder {
					out[shown[abs]] = true
				}
			}
		}
	}
	return out
}

// real returns the absolute path of a file with all links resolved.
func real(path string) (string, error) {
	abs, err := absolute(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

// IncludesChart reports whether a chart was rendered with the local dependency in a folder.
func (o *Output) IncludesChart(folder string) bool {
	abs, err := real(folder)
	return err == nil && o.Kind == Chart && o.Reason == "" && o.chart.holds(abs, o.values())
}

func (c *chart) holds(abs string, values *value) bool {
	for _, d := range c.absent {
		if d.local == nil {
			continue
		}
		if _, off := d.off(values); off {
			continue
		}
		if at, err := real(d.local.path); err == nil && at == abs || d.local.holds(abs, values.find([]string{d.key()})) {
			return true
		}
	}
	return false
}

// key returns the key of the dependency's values.
func (d *dependency) key() string {
	if d.alias != "" {
		return d.alias
	}
	return d.name
}

// off reports whether a value disables a dependency, and which value. It follows helm's rules for
// conditions and tags.
func (d *dependency) off(values *value) (key string, off bool) {
	for path := range strings.SplitSeq(yamlnode.Text(d.node, "condition"), ",") {
		path = strings.TrimSpace(path)
		if v := values.find(strings.Split(path, ".")); v != nil && v.node != nil && v.node.ShortTag() == "!!bool" {
			return path, isFalse(v.node)
		}
	}
	for _, n := range yamlnode.Items(yamlnode.Field(d.node, "tags")) {
		if n = yamlnode.Resolve(n); n == nil {
			continue
		}
		v := values.find([]string{"tags", n.Value})
		if v == nil || v.node == nil || v.node.ShortTag() != "!!bool" {
			continue
		}
		if !isFalse(v.node) {
			return "", false
		}
		key, off = "tags."+n.Value, true
	}
	return key, off
}

func isFalse(n *yaml.Node) bool { return strings.EqualFold(n.Value, "false") }

// incomplete returns the missing dependencies that no value disables.
func (c *chart) incomplete(values *value) []string {
	var out []string
	for _, d := range c.absent {
		if _, off := d.off(values); d.local == nil && !off {
			out = append(out, d.name)
		}
	}
	return out
}

// folder returns a folder in which helm can render the chart: the original, or a copy that contains local
// dependencies and omits missing ones or the notes. remove deletes the copy.
func (o *Output) folder() (name string, remove func(), err error) {
	if len(o.chart.absent) == 0 && !o.withoutNotes {
		name, err = absolute(o.Path)
		return name, func() {}, err
	}
	dir, err := os.MkdirTemp("", "imagelint-chart-")
	if err != nil {
		return "", nil, fmt.Errorf("make a temporary folder: %w", err)
	}
	remove = func() { _ = os.RemoveAll(dir) } // leftover temporary folders are harmless
	name = filepath.Join(dir, "chart")
	left := int64(maxBytes)
	if err := o.chart.copyTo(name, o.withoutNotes, &left); err != nil {
		remove()
		return "", nil, err
	}
	return name, remove, nil
}

// copyTo copies a chart into a folder, optionally without the notes.
func (c *chart) copyTo(folder string, withoutNotes bool, left *int64) error {
	list, deps := c.list()
	for name := range c.files {
		if withoutNotes && isNotes(name) {
			continue
		}
		data, err := c.read(name)
		if err != nil {
			continue // too large to be a template, or deleted
		}
		if name == list && len(c.absent) > 0 {
			if data, err = c.withoutDependencies(name, deps); err != nil {
				return err
			}
		}
		if *left -= int64(len(data)); *left < 0 {
			return fmt.Errorf("%s holds more than %d MiB with its dependencies", c.path, maxBytes>>20)
		}
		to := filepath.FromSlash(name)
		if !filepath.IsLocal(to) {
			continue
		}
		to = filepath.Join(folder, to)
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return fmt.Errorf("copy %s: %w", c.path, files.Cause(err))
		}
		if err := os.WriteFile(to, data, 0o600); err != nil {
			return fmt.Errorf("copy %s: %w", c.path, files.Cause(err))
		}
	}
	for _, d := range c.absent {
		if d.local != nil {
			if err := d.local.copyTo(filepath.Join(folder, "charts", d.local.name), withoutNotes, left); err != nil {
				return err
			}
		}
	}
	return nil
}

// withoutDependencies returns the file that lists dependencies, without the missing ones.
func (c *chart) withoutDependencies(name string, deps []*yaml.Node) ([]byte, error) {
	d := c.document(name)
	_, list := yamlnode.Entry(d.root, "dependencies")
	var kept []*yaml.Node
	for i, n := range yamlnode.Items(list) {
		if !slices.ContainsFunc(c.absent, func(a *dependency) bool {
			return a.local == nil && a.node.Line == deps[i].Line && a.node.Column == deps[i].Column
		}) {
			kept = append(kept, n)
		}
	}
	list.Content = kept
	data, err := yaml.Marshal(d.root)
	if err != nil {
		return nil, fmt.Errorf("copy %s: %w", c.path, err)
	}
	return data, nil
}
