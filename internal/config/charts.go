package config

import "strings"

// Chart says with which values charts are rendered.
type Chart struct {
	// Paths are globs over the folders of charts.
	Paths []string
	// Values are files that every combination has, Matrix globs of files each of which makes a combination of its own; both are relative to
	// the chart's folder.
	Values, Matrix []string
	Set, SetString []string
	Release        string
}

func renderKey() key {
	return key{
		name: "render", doc: "Whether charts and kustomizations that are met in folders are rendered, too, by helm and kustomize. With false, not even those are that a path names.",
		example: "true",
		shape:   shape{kind: boolean},
	}
}

// programKey is the key of a program that renders. It takes a name alone: a repository that could name a file of its own could run anything.
func programKey(name, example, doc string) key {
	return key{name: name, doc: doc + " A name that is found on PATH; a path is given by --" + name + " alone.", example: example, shape: shape{check: checkProgram, pattern: `^[A-Za-z0-9][A-Za-z0-9_.-]*$`}}
}

func checkProgram(v string) (out, message, help string) {
	ok := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_.-", r)
	}
	if strings.TrimFunc(v, ok) != "" || strings.HasPrefix(v, "-") || strings.HasPrefix(v, ".") {
		return "", quote(v) + " is no name of a program", "write a name that is found on PATH, or give the path by the flag"
	}
	return v, "", ""
}

func chartsKey(path *shape) key {
	texts := func(name, doc string) key {
		return key{name: name, doc: doc, shape: shape{kind: list, item: &shape{}}}
	}
	return key{
		name: "charts",
		doc:  "The values that charts are rendered with. The first entry that names a chart counts; without one, a chart is rendered with its own values alone. --values, --set and --set-string stand in place of what is written here.",
		example: `- paths: [charts/web]
  values: [values-common.yaml]
  matrix: ["ci/*-values.yaml"]
  set: [image.tag=1.2.3]
  release: web`,
		shape: shape{kind: list, item: &shape{kind: mapping, keys: []key{
			{
				name: "paths", doc: "Globs over the folders of charts; ** stands for any folders.", required: true, missing: "add the folders of the charts",
				shape: shape{kind: list, filled: true, item: path},
			},
			texts("values", "Files of values for every combination, in the order in which they are laid over each other. The paths are relative to the chart's folder."),
			texts("matrix", "Files of values each of which makes a combination of its own, as globs relative to the chart's folder. Without any, there is one combination."),
			texts("set", "Values for every combination, as helm's --set takes them."),
			texts("set-string", "The same as strings, as helm's --set-string takes them."),
			{name: "release", doc: "The release's name.", shape: shape{}},
		}}},
	}
}

// charts reads the key charts, whose values the decoder has judged.
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
