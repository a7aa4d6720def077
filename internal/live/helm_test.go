package live

import (
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	yaml "go.yaml.in/yaml/v4"
)

func TestParseHelm(t *testing.T) {
	t.Parallel()
	isChart := func(path string) bool { return path == "./web" || path == "web.tgz" }
	valued := func(flag string) bool { return flag == "-f" }
	for _, test := range []struct {
		args []string
		want HelmLine
		err  string
	}{
		{args: []string{"images", "./web", "-f", "prod.yaml", "-q"}, want: HelmLine{Command: "images", Charts: []string{"./web"}, Own: []string{"-f", "prod.yaml", "-q"}}},
		{args: []string{"web", "--revision", "3"}, want: HelmLine{Release: "web", Revision: "3"}},
		{args: []string{"--revision=3", "--", "web"}, want: HelmLine{Release: "web", Revision: "3"}},
		{args: []string{"rules"}, want: HelmLine{Command: "rules", Other: true}},
		{args: []string{"-q"}, err: "no chart or release given"},
		{args: []string{"--", "-q"}, err: `"-q" is neither a chart nor a valid release name`},
		{args: []string{"Web"}, err: `"Web" is neither a chart nor a valid release name`},
		{args: []string{"web", "web.tgz"}, err: `"web" is a release and "web.tgz" is a chart: give only one`},
	} {
		got, err := ParseHelm(test.args, []string{"lint", "images", "rules"}, valued, isChart)
		text := ""
		if err != nil {
			text, got = err.Error(), HelmLine{}
		}
		if diff := cmp.Diff(test.want, got); diff != "" || text != test.err {
			t.Errorf("%q: error %q, want %q\n%s", test.args, text, test.err, diff)
		}
	}
}

// Helm's program and namespace apply unless a flag overrides them. For a release, helm need not render.
func TestHelmFlags(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		line            HelmLine
		helm, namespace string
		want            []string
	}{
		{HelmLine{Charts: []string{"web"}}, "/bin/helm", "shop", []string{"--helm=/bin/helm", "--namespace=shop"}},
		{HelmLine{Charts: []string{"web"}, Own: []string{"--helm", "helm3"}}, "/bin/helm", "default", []string{"--helm", "helm3"}},
		{HelmLine{Charts: []string{"web"}, Own: []string{"--render=false"}}, "/bin/helm", "", []string{"--render=false"}},
		{HelmLine{Release: "web", Own: []string{"-q"}}, "/bin/helm", "shop", []string{"-q", "--namespace=shop"}},
	} {
		if got := test.line.Flags(test.helm, test.namespace); !slices.Equal(got, test.want) {
			t.Errorf("%+v: %q, want %q", test.line, got, test.want)
		}
	}
}

// plugin.yaml names the program as the archives do and passes the argument that the plugin expects.
func TestHelmPlugin(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("helm/plugin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var plugin struct{ Name, Version, Usage, Description, Command string }
	if err := yaml.Unmarshal(data, &plugin); err != nil {
		t.Fatal(err)
	}
	if plugin.Name != "imagelint" || plugin.Version == "" || plugin.Command != "$HELM_PLUGIN_DIR/imagelint __helm" {
		t.Errorf("the plugin is %+v", plugin)
	}
}
