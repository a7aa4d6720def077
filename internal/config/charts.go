package config

import (
	"slices"
	"strings"
)

// Chart sets the values that some charts are rendered with.
type Chart struct {
	// Paths are globs of chart folders.
	Paths []string
	// Values are files that every combination uses. Matrix are globs of files, each of which makes its own combination. Both are relative to the
	// chart's folder.
	Values, Matrix []string
	Set, SetString []string
	Release        string
}

func renderKey() key {
	return key{
		// The keys helm and kustomize bound what it starts, and the tree bounds what that reads.
		name: "render", trust: Harmless, doc: "Whether charts are rendered and kustomizations are built. With false, none is, whether met or named. With true, those that are met in folders are by runs that change files, too.",
		example: "true",
		shape:   shape{kind: boolean},
	}
}

// programKey returns the key of a renderer. It accepts a fixed set of names: a repository that could name any other program could run arbitrary
// code, such as a file of its own or a build tool of the machine.
func programKey(name, example, doc string, programs ...string) key {
	check := func(v string) (out, message, help string) {
		if slices.Contains(programs, v) {
			return v, "", ""
		}
		return "", quote(v) + " is not one of the programs that a configuration may name", "write " + or(programs) + ", or give any other program with --" + name
	}
	return key{
		name: name, trust: Program, doc: doc + " It is looked for on PATH, outside of the repository. Any other program is given with --" + name + " alone.", example: example,
		shape: shape{check: check, pattern: "^(" + strings.Join(programs, "|") + ")$"},
	}
}

func chartsKey(path *shape) key {
	texts := func(name string, trust Trust, doc string) key {
		return key{name: name, trust: trust, doc: doc, shape: shape{kind: list, item: &shape{}}}
	}
	return key{
		name: "charts",
		doc:  "The values that charts are rendered with. The first entry that names a chart counts; without one, a chart is rendered with only its own values. --values, --set and --set-string replace this entry.",
		example: `- paths: [charts/web]
  values: [values-common.yaml]
  matrix: ["ci/*-values.yaml"]
  set: [image.tag=1.2.3]
  release: web`,
		shape: shape{kind: list, item: &shape{kind: mapping, keys: []key{
			{
				name: "paths", trust: Harmless, doc: "Globs over chart folders; ** matches any folders.", required: true, missing: "add the folders of the charts",
				shape: shape{kind: list, filled: true, item: path},
			},
			texts("values", InsideChart, "Files of values for every combination, in the order in which they are laid over each other. The paths are relative to the chart's folder."),
			texts("matrix", InsideChart, "Files of values each of which makes a combination of its own, as globs relative to the chart's folder. Without any, there is one combination."),
			texts("set", Harmless, "Values for every combination, as helm's --set takes them."),
			texts("set-string", Harmless, "The same as strings, as helm's --set-string takes them."),
			{name: "release", trust: Harmless, doc: "The release's name.", shape: shape{}},
		}}},
	}
}

// charts reads the decoded key charts.
func (v *value) charts() []Chart {
	var out []Chart
	for _, e := range v.keys["charts"].list {
		out = append(out, Chart{
			Paths: e.texts("paths"), Values: e.texts("values"), Matrix: e.texts("matrix"), Set: e.texts("set"), SetString: e.texts("set-string"),
			Release: e.keys["release"].text,
		})
	}
	return out
}
