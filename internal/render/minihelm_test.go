//go:build unix

package render_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"

	"sigs.k8s.io/yaml"
)

// miniHelm implements the part of "helm template" that the tests of origins need: merged values, templates
// with the functions below, subcharts, source names, and errors about dependencies and schemas. .ci/engines
// runs the real one.
func miniHelm(args []string, stdout, stderr io.Writer) int {
	var values []map[string]any
	set := map[string]any{}
	lax := false
	for len(args) > 0 && args[0] != "--" {
		switch flag := args[0]; flag {
		case "--skip-schema-validation":
			lax = true
		case "--values":
			values = append(values, readValues(args[1]))
		case "--set", "--set-string":
			path, val, _ := strings.Cut(args[1], "=")
			assign(set, strings.Split(path, "."), val)
		}
		if slices.Contains([]string{"--values", "--set", "--set-string", "--namespace", "--kube-version", "--api-versions"}, args[0]) {
			args = args[1:]
		}
		args = args[1:]
	}
	c := loadMini(args[2])
	if _, err := os.Stat(filepath.Join(args[2], "slow")); err == nil && len(values) > 0 {
		time.Sleep(time.Hour)
	}
	for _, v := range append(values, set) {
		c.values = merged(c.values, v)
	}
	if err := c.render(stdout, args[1], lax); err != nil {
		fmt.Fprintln(stderr, "Error:", err)
		return 1
	}
	return 0
}

type miniChart struct {
	folder string
	meta   map[string]any
	values map[string]any
	subs   map[string]*miniChart
}

func readValues(name string) map[string]any {
	data, _ := os.ReadFile(name)
	out := map[string]any{}
	_ = yaml.Unmarshal(data, &out)
	return out
}

func loadMini(folder string) *miniChart {
	c := &miniChart{folder: folder, meta: readValues(filepath.Join(folder, "Chart.yaml")), values: readValues(filepath.Join(folder, "values.yaml")), subs: map[string]*miniChart{}}
	all, _ := filepath.Glob(filepath.Join(folder, "charts", "*", "Chart.yaml"))
	for _, name := range all {
		sub := loadMini(filepath.Dir(name))
		c.subs[sub.name()] = sub
	}
	return c
}

func (c *miniChart) name() string { return fmt.Sprint(c.meta["name"]) }

func (c *miniChart) render(out io.Writer, release string, lax bool) error {
	deps, _ := c.meta["dependencies"].([]any)
	for _, d := range deps {
		if name := fmt.Sprint(d.(map[string]any)["name"]); c.subs[name] == nil {
			return errors.New("An error occurred while checking for chart dependencies: found in Chart.yaml, but missing in charts/ directory: " + name)
		}
	}
	if schema, err := os.ReadFile(filepath.Join(c.folder, "values.schema.json")); err == nil && !lax {
		url := string(schema[bytes.Index(schema, []byte("https://")):])
		return fmt.Errorf("values don't meet the specifications of the schema(s) in the following chart(s):\nweb:\nfailing loading %q: dial tcp: no such host", url[:strings.IndexByte(url, '"')])
	}
	t := template.New("").Option("missingkey=zero")
	t.Funcs(template.FuncMap{
		"default": func(d, v any) any {
			if v == nil || v == "" {
				return d
			}
			return v
		},
		"quote":  func(v any) string { return strconv.Quote(fmt.Sprint(v)) },
		"toYaml": func(v any) string { data, _ := yaml.Marshal(v); return strings.TrimSpace(string(data)) },
		"nindent": func(n int, s string) string {
			pad := "\n" + strings.Repeat(" ", n)
			return pad + strings.ReplaceAll(s, "\n", pad)
		},
		"get": func(m map[string]any, key string) any {
			if v, ok := m[key]; ok {
				return v
			}
			return ""
		},
		"whole": strconv.Atoi,
		"fail":  func(text string) (string, error) { return "", errors.New(text) },
		"include": func(name string, data any) (string, error) {
			var b strings.Builder
			err := t.ExecuteTemplate(&b, name, data)
			return b.String(), err
		},
		"tpl": func(text string, data any) (string, error) {
			one, err := template.New("tpl").Parse(text)
			if err != nil {
				return "", err
			}
			var b strings.Builder
			err = one.Execute(&b, data)
			return b.String(), err
		},
	})
	if err := c.parse(t, c.name()); err != nil {
		return err
	}
	return c.execute(t, out, c.name(), release)
}

// parse reads the templates of a chart and of its subcharts under the names of their sources.
func (c *miniChart) parse(t *template.Template, prefix string) error {
	all, _ := filepath.Glob(filepath.Join(c.folder, "templates", "*"))
	for _, name := range all {
		data, _ := os.ReadFile(name)
		if _, err := t.New(prefix + "/templates/" + filepath.Base(name)).Parse(string(data)); err != nil {
			return err
		}
	}
	for name, sub := range c.subs {
		if err := sub.parse(t, prefix+"/charts/"+name); err != nil {
			return err
		}
	}
	return nil
}

func (c *miniChart) execute(t *template.Template, out io.Writer, prefix, release string) error {
	for _, name := range slices.Sorted(maps.Keys(c.subs)) {
		sub := c.subs[name]
		if over, ok := c.values[name].(map[string]any); ok {
			sub.values = merged(sub.values, over)
		}
		if err := sub.execute(t, out, prefix+"/charts/"+name, release); err != nil {
			return err
		}
	}
	data := map[string]any{
		"Values": c.values, "Chart": map[string]any{"AppVersion": fmt.Sprint(c.meta["appVersion"]), "Name": c.name()}, "Release": map[string]any{"Name": release},
	}
	if t.Lookup(prefix+"/templates/NOTES.txt") != nil {
		if err := t.ExecuteTemplate(io.Discard, prefix+"/templates/NOTES.txt", data); err != nil {
			return err
		}
	}
	all, _ := filepath.Glob(filepath.Join(c.folder, "templates", "*.yaml"))
	for _, file := range all {
		source := prefix + "/templates/" + filepath.Base(file)
		var b strings.Builder
		if err := t.ExecuteTemplate(&b, source, data); err != nil {
			return err
		}
		for doc := range strings.SplitSeq("\n"+strings.ReplaceAll(b.String(), "<no value>", ""), "\n---") {
			if strings.TrimSpace(doc) != "" {
				fmt.Fprintf(out, "---\n# Source: %s\n%s\n", source, strings.Trim(doc, "\n"))
			}
		}
	}
	return nil
}

func assign(m map[string]any, keys []string, val any) {
	if len(keys) == 1 {
		m[keys[0]] = val
		return
	}
	below, ok := m[keys[0]].(map[string]any)
	if !ok {
		below = map[string]any{}
		m[keys[0]] = below
	}
	assign(below, keys[1:], val)
}

func merged(base, over map[string]any) map[string]any {
	out := maps.Clone(base)
	if out == nil {
		out = map[string]any{}
	}
	for key, v := range over {
		below, isMap := out[key].(map[string]any)
		if m, ok := v.(map[string]any); ok && isMap {
			v = merged(below, m)
		}
		out[key] = v
	}
	return out
}
