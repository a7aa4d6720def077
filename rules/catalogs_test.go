package rules_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// said runs rules over pods and tells rule and severity of what they find.
func said(t *testing.T, all []lint.Rule, settings lint.Settings, pod []byte) []string {
	t.Helper()
	set, err := manifests.Load(t.Context(), []manifests.Input{input("pod.yaml", pod)}, manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	settings.Kubernetes = lint.NewestKubernetes
	result, err := (&lint.Linter{Rules: all, Settings: settings}).Run(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range result.Findings {
		out = append(out, f.Rule+" "+f.Severity.String())
	}
	return out
}

// A catalog of the user's answers in place of the built-in one, whatever that knows.
func TestWithCatalog(t *testing.T) {
	t.Parallel()
	day := catalog.DayOf(time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC))
	tags := func(names ...string) (out []catalog.Tag) {
		for _, n := range names {
			out = append(out, catalog.Tag{Name: n, First: catalog.MonthOf(2020, 1), Current: true})
		}
		return out
	}
	data, err := catalog.Encode(catalog.Contents{
		Sources: []catalog.Source{{Name: "test", Day: day}},
		Images: []catalog.ImageTags{
			{Name: "brandnew", Tags: tags("1.0", "1.0-alpine", "latest")},
			{Name: "brandold", Tags: tags("1.0", "latest"), Deprecated: true, Replacement: "brandnew"},
			{Name: "nginx", Tags: tags("1.14.22", "1.14.22-alpine")},
		},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	for image, want := range map[string][2][]string{
		"brandnew:1.0":        {{"image-unknown-official warning"}, nil},
		"brandnew:1.0-apline": {{"image-unknown-official warning"}, {"image-tag-unknown error"}},
		"brandold:1.0":        {{"image-unknown-official warning"}, {"image-deprecated info"}},
		"nginx:1.14.22":       {{"image-tag-unknown error"}, nil},
		"nginx:latest":        {{"image-latest warning"}, {"image-latest error"}},
		"nginx":               {{"image-tag-missing warning"}, {"image-tag-missing error"}},
		"redis:v7.2.4":        {{"image-tag-unknown error"}, nil},
	} {
		pod := podOf(fmt.Sprintf("image: %q", image))
		for i, all := range [][]lint.Rule{rules.All(), rules.With(c)} {
			if diff := cmp.Diff(want[i], said(t, all, lint.Settings{}, pod)); diff != "" {
				t.Errorf("%s, catalog %d (-want +got):\n%s", image, i, diff)
			}
		}
	}
}

func TestPlatforms(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		image     string
		platforms []string
		want      []string
	}{
		{"mysql:5.7.44", nil, nil},
		{"mysql:5.7.44", []string{"linux/amd64"}, nil},
		{"mysql:5.7.44", []string{"linux/arm64"}, []string{"image-tag-unknown error"}},
		{"mysql:5.7.44", []string{"linux/amd64", "linux/arm64"}, []string{"image-tag-unknown warning"}},
		{"mysql:8.0.40", []string{"linux/amd64", "linux/arm64/v8"}, nil},
		{"nginx:1.27.3", []string{"linux/arm/v6"}, nil},
		{"mysql:5.7.44@" + digest, []string{"linux/arm64"}, nil},
		{"acme/mysql:5.7.44", []string{"linux/arm64"}, nil},
		{"registry.k8s.io/kube-proxy:v1.29.15", []string{"linux/arm64"}, nil},
	} {
		got := said(t, rules.All(), lint.Settings{Platforms: tt.platforms}, podOf(fmt.Sprintf("image: %q", tt.image)))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s on %v (-want +got):\n%s", tt.image, tt.platforms, diff)
		}
	}
}

// Where all tags are known, the lack of "latest" is told; it may have come since, so that it is no error.
func TestNoLatest(t *testing.T) {
	t.Parallel()
	lists, err := catalog.ParseLists([]byte("image: registry.acme.io/team/app\nkind: learned\nsource: registry.acme.io\ndate: 2027-01-05\ntags: 1.0.0\n\n" +
		"image: registry.acme.io/team/other\nkind: learned\nsource: registry.acme.io\ndate: 2027-01-05\ntags: 1.0.0 latest\n"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Builtin().With(lists)
	if err != nil {
		t.Fatal(err)
	}
	for image, want := range map[string]string{
		"registry.acme.io/team/app":       `image "registry.acme.io/team/app" has no tag, so the runtime pulls "latest", which its registry did not have on 2027-01-05`,
		"registry.acme.io/team/other":     `image "registry.acme.io/team/other" has no tag, so the runtime pulls "latest"`,
		"rancher/mirrored-metrics-server": `image "rancher/mirrored-metrics-server" has no tag, so the runtime pulls "latest", which this image never had (catalog of 2026-02-10)`,
		"grafana/grafana":                 `image "grafana/grafana" has no tag, so the runtime pulls "latest"`,
	} {
		set, err := manifests.Load(t.Context(), []manifests.Input{input("pod.yaml", podOf("image: "+image))}, manifests.Options{})
		if err != nil {
			t.Fatal(err)
		}
		result, err := (&lint.Linter{Rules: rules.With(c), Settings: lint.Settings{Kubernetes: lint.NewestKubernetes}}).Run(t.Context(), set)
		if err != nil {
			t.Fatal(err)
		}
		if len(result.Findings) != 1 || result.Findings[0].Message != want || result.Findings[0].Severity != lint.Warning {
			t.Errorf("%s: %+v", image, result.Findings)
		}
	}
}
