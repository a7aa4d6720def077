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
		name: "render", trust: Harmless, doc: "Whether to render charts and build kustomizations. If false, nothing is rendered, not even charts and kustomizations given as arguments. If true, runs that change files also render those found in folders.",
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
		return "", quote(v) + " is not a program that a configuration may name", "write " + or(programs) + ", or give any other program with --" + name
	}
	return key{
		name: name, trust: Program, doc: doc + " It is looked up in PATH, outside of the repository. On the command line, --" + name + " can name any other program.", example: example,
		shape: shape{check: check, pattern: "^(" + strings.Join(programs, "|") + ")$"},
	}
}

func chartsKey(path *shape) key {
	texts := func(name string, trust Trust, doc string) key {
		return key{name: name, trust: trust, doc: doc, shape: shape{kind: list, item: &shape{}}}
	}
	return key{
		name: "charts",
		doc:  "The values that charts are rendered with. The first entry that matches a chart is used; without one, a chart is rendered with only its own values. On the command line, --values, --set and --set-string replace the entry.",
		example: `- paths: [charts/web]
  values: [values-common.yaml]
  matrix: ["ci/*-values.yaml"]
  set: [image.tag=1.2.3]
  release: web`,
		shape: shape{kind: list, item: &shape{kind: mapping, keys: []key{
			{
				name: "paths", trust: Harmless, doc: "Globs of chart folders; ** matches any folders.", required: true, missing: "add the folders of the charts",
				shape: shape{kind: list, filled: true, item: path},
			},
			texts("values", InsideChart, "Values files for every combination; later files override earlier ones. Paths are relative to the chart's folder."),
			texts("matrix", InsideChart, "Globs of values files, relative to the chart's folder. Each file makes its own combination; without any, there is one combination."),
			texts("set", Harmless, "Values for every combination, in the syntax of helm's --set."),
			texts("set-string", Harmless, "String values for every combination, in the syntax of helm's --set-string."),
			{name: "release", trust: Harmless, doc: "The release name.", shape: shape{}},
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
