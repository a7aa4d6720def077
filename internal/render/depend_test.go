//go:build unix

package render_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/render"
)

// files writes files to a new folder.
func files(t *testing.T, all map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range all {
		write(t, filepath.Join(dir, name), data)
	}
	return dir
}

// Local dependencies are rendered with the chart; disabled and missing ones are omitted, with a message.
func TestDependencies(t *testing.T) {
	t.Parallel()
	const pod = "kind: Pod\nspec: {containers: [{name: web, image: {{ .Values.image }}}]}\n"
	head := func(name, deps string) string { return "name: " + name + "\nversion: 1.0.0\n" + deps }
	for _, tt := range []struct {
		name      string
		files     map[string]string
		has, left string // substrings of the output, and of what is omitted
		err       string
		meant     bool
	}{
		{
			name: "beside", files: map[string]string{
				"web/Chart.yaml": head("web", "dependencies:\n- {name: base, repository: \"file://../base\"}\n"), "web/templates/p.yaml": pod, "web/values.yaml": "image: acme/web\nbase: {image: acme/Base}\n",
				"base/Chart.yaml": head("base", "dependencies:\n- {name: deep, repository: \"file://../deep\"}\n"), "base/templates/p.yaml": pod,
				"deep/Chart.yaml": head("deep", ""), "deep/templates/p.yaml": pod, "deep/values.yaml": "image: acme/deep\n",
			},
			has: "# Source: web/charts/base/charts/deep/templates/p.yaml",
		},
		{
			name: "not there", files: map[string]string{
				"web/Chart.yaml": head("web", "dependencies:\n- {name: db, repository: \"https://charts.example.com\"}\n- {name: cache, repository: \"https://charts.example.com\"}\n"), "web/templates/p.yaml": pod, "web/values.yaml": "image: acme/web\n",
			},
			has: "acme/web", left: "rendered without its dependencies db, cache, which are not in charts/: run helm dependency build",
		},
		{
			name: "requirements", files: map[string]string{
				"web/Chart.yaml": "apiVersion: v1\n" + head("web", ""), "web/requirements.yaml": "dependencies:\n- {name: db, repository: \"https://charts.example.com\"}\n", "web/templates/p.yaml": pod, "web/values.yaml": "image: acme/web\n",
			},
			has: "acme/web", left: "rendered without its dependency db, which is not in charts/: run helm",
		},
		{
			name: "turned off", files: map[string]string{
				"web/Chart.yaml": head("web", "dependencies:\n- {name: db, condition: \"none,db.enabled\"}\n"), "web/templates/p.yaml": pod, "web/values.yaml": "image: acme/web\ndb: {enabled: false}\n",
			},
			has: "acme/web", left: `rendered without its dependency "db": db.enabled turns it off`, meant: true,
		},
		{
			name: "turned off by a tag", files: map[string]string{
				"web/Chart.yaml": head("web", "dependencies:\n- {name: db, tags: [data]}\n"), "web/templates/p.yaml": pod, "web/values.yaml": "image: acme/web\ntags: {data: false}\n",
			},
			has: "acme/web", left: `rendered without its dependency "db": tags.data turns it off`, meant: true,
		},
		{
			name: "beside, and not there", files: map[string]string{
				"web/Chart.yaml": head("web", "dependencies:\n- {name: db, repository: \"file://../db\"}\n"), "web/templates/p.yaml": pod, "web/values.yaml": "image: acme/web\n",
			},
			has: "acme/web", left: `rendered without its dependency "db": there is no `,
		},
		{
			name: "outside", files: map[string]string{
				"a/b/web/Chart.yaml": head("web", "dependencies:\n- {name: db, repository: \"file://../../../db\"}\n"), "a/b/web/templates/p.yaml": pod, "a/b/web/values.yaml": "image: acme/web\n",
				"db/Chart.yaml": head("db", ""),
			},
			has: "acme/web", left: "leads out of the tree",
		},
		{
			name: "nothing but what is not there", files: map[string]string{"web/Chart.yaml": head("web", "dependencies:\n- {name: db, repository: \"https://charts.example.com\"}\n")},
			err: "its dependency db is not in charts/: run helm dependency build ",
		},
		{
			name: "a template of what is not there", files: map[string]string{
				"web/Chart.yaml": head("web", "dependencies:\n- {name: db, repository: \"https://charts.example.com\"}\n"), "web/templates/p.yaml": "image: {{ include \"db.image\" . }}\n",
			},
			err: "its dependency db is not in charts/",
		},
		{
			name: "in a ring", files: map[string]string{
				"web/Chart.yaml": head("web", "dependencies:\n- {name: db, repository: \"file://../db\"}\n"), "db/Chart.yaml": head("db", "dependencies:\n- {name: web, repository: \"file://../web\"}\n"),
			},
			err: "charts depend on each other in a loop",
		},
		{
			name: "a schema that is elsewhere", files: map[string]string{
				"web/Chart.yaml": head("web", ""), "web/values.schema.json": `{"$ref": "https://example.com/x.json"}`, "web/templates/p.yaml": pod, "web/values.yaml": "image: acme/web\n",
			},
			has: "acme/web", left: "its values are not validated: its schema refers to https://example.com/x.json, which is not fetched",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := files(t, tt.files)
			path := filepath.Join(dir, "web")
			if _, err := os.Stat(path); err != nil {
				path = filepath.Join(dir, "a/b/web")
			}
			out, err := render.New(render.Options{Helm: engineNamed(t, "helm")}).All(t.Context(), []render.Target{{Kind: render.Chart, Path: path}})
			if err != nil {
				t.Fatal(err)
			}
			o := out[0]
			if tt.err != "" {
				if o.Err == nil || !strings.Contains(o.Err.Error(), tt.err) || len(o.Omitted()) > 0 {
					t.Errorf("%v, %v; want %q", o.Err, o.Omitted(), tt.err)
				}
				return
			}
			if !strings.Contains(string(o.Data), tt.has) {
				t.Errorf("%v: %s\nwant %q", o.Err, o.Data, tt.has)
			}
			left := o.Omitted()
			if tt.left == "" && len(left) > 0 || tt.left != "" && (len(left) != 1 || !strings.Contains(left[0].String(), tt.left) || left[0].Intended != tt.meant) {
				t.Errorf("left out %+v, want %q", left, tt.left)
			}
		})
	}
}

// A value of a local dependency is traced to its original file, and helm's messages name the chart, not its
// copy.
func TestBeside(t *testing.T) {
	t.Parallel()
	dir := files(t, map[string]string{
		"web/Chart.yaml":      "name: web\nversion: 1.0.0\ndependencies:\n- {name: db, alias: store, repository: \"file://../db\"}\n",
		"db/Chart.yaml":       "name: db\nversion: 1.0.0\n",
		"db/values.yaml":      "image: acme/Db\n",
		"db/templates/p.yaml": "kind: Pod\nspec: {containers: [{name: db, image: {{ .Values.image }}}]}\n",
	})
	r := render.New(render.Options{Helm: engineNamed(t, "helm")})
	out, err := r.All(t.Context(), []render.Target{{Kind: render.Chart, Path: filepath.Join(dir, "web")}})
	if err != nil {
		t.Fatal(err)
	}
	p := r.Origins(t.Context(), out[0], []render.OutputSpan{spotOf(t, out[0], "acme/Db", 1)})[0]
	if len(p.Origins) != 1 || placed(dir, p.Origins[0].Span) != "db/values.yaml:1" || placed(dir, p.Template) != "db/templates/p.yaml:2" {
		t.Errorf("%+v", p)
	}
	write(t, filepath.Join(dir, "db/templates/p.yaml"), "{{ fail }}")
	out, err = r.All(t.Context(), []render.Target{{Kind: render.Chart, Path: filepath.Join(dir, "web")}})
	if err != nil {
		t.Fatal(err)
	}
	if out[0].Err == nil || strings.Contains(out[0].Err.Error(), "imagelint-chart-") {
		t.Errorf("%v", out[0].Err)
	}
}

// LocalDependencies knows charts that others use as local dependencies, and IncludesChart whether
// they were rendered with them.
func TestHolds(t *testing.T) {
	t.Parallel()
	dir := files(t, map[string]string{
		"web/Chart.yaml":       "name: web\nversion: 1.0.0\ndependencies:\n- {name: db, repository: \"file://../db\"}\n- {name: off, repository: \"file://../off\", condition: off.on}\n",
		"web/values.yaml":      "off: {on: false}\n",
		"web/templates/p.yaml": "kind: Pod\n",
		"db/Chart.yaml":        "name: db\nversion: 1.0.0\nappVersion: 1.10\n",
		"db/templates/p.yaml":  "kind: Pod\nspec: {containers: [{name: db, image: \"db:{{ .Chart.AppVersion }}\"}]}\n",
		"off/Chart.yaml":       "name: off\nversion: 1.0.0\n",
		"alone/Chart.yaml":     "name: alone\nversion: 1.0.0\n",
	})
	at := func(name string) string { return filepath.Join(dir, name) }
	part := render.LocalDependencies([]string{at("web"), at("db"), at("off"), at("alone"), at("none")})
	if len(part) != 2 || !part[at("db")] || !part[at("off")] {
		t.Errorf("dependencies %v", part)
	}
	out, err := render.New(render.Options{Helm: engineNamed(t, "helm")}).All(t.Context(), []render.Target{{Kind: render.Chart, Path: at("web")}})
	if err != nil || out[0].Err != nil {
		t.Fatal(err, out[0].Err)
	}
	for name, want := range map[string]bool{"db": true, "off": false, "alone": false} {
		if got := out[0].IncludesChart(at(name)); got != want {
			t.Errorf("contains %s: %v", name, got)
		}
	}
	if v := out[0].AppVersions(); len(v) != 1 || placed(dir, v[0].Span) != "db/Chart.yaml:3" || v[0].Written != "1.10" || v[0].Printed != "1.1" {
		t.Errorf("versions %+v", v)
	}
}

// Packaged subcharts and charts are read, and their values are traced to the archive. Values from the command
// line take precedence.
func TestPackaged(t *testing.T) {
	t.Parallel()
	const pod = "kind: Pod\nspec: {containers: [{name: a, image: \"{{ .Values.image }}\"}]}\n"
	db := archive(t, map[string]string{"db/Chart.yaml": "name: db\nversion: 1.0.0\n", "db/values.yaml": "image: acme/Db\n", "db/templates/p.yaml": pod})
	dir := files(t, map[string]string{
		"web/Chart.yaml": "name: web\nversion: 1.0.0\ndependencies:\n- {name: db, version: 1.0.0}\n", "web/charts/db-1.0.0.tgz": db, "web/values.yaml": "image: acme/web\n", "web/templates/p.yaml": pod,
		"web/crds/crd.yaml": "kind: CustomResourceDefinition\n", "more.yaml": "db: {image: acme/More}\n",
	})
	// The tests' helm does not unpack archives, so only the data read from the chart is checked.
	out, err := render.New(render.Options{Helm: engineNamed(t, "helm")}).All(t.Context(), []render.Target{{Kind: render.Chart, Path: filepath.Join(dir, "web"), Values: []string{filepath.Join(dir, "more.yaml")}}})
	if err != nil {
		t.Fatal(err)
	}
	o := out[0]
	if o.Err == nil || !strings.Contains(o.Err.Error(), "missing in charts/ directory: db") {
		t.Errorf("%v", o.Err)
	}
	if uses := o.VerbatimFiles(); len(uses) != 1 || filepath.Base(uses[0]) != "crd.yaml" {
		t.Errorf("uses %v", uses)
	}
}
