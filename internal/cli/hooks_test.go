package cli_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/internal/cli"
)

// hook is an entry of .pre-commit-hooks.yaml, as far as the tests need it.
type hook struct {
	ID            string   `yaml:"id"`
	Entry         string   `yaml:"entry"`
	Args          []string `yaml:"args"`
	Language      string   `yaml:"language"`
	Types         []string `yaml:"types_or"`
	PassFilenames *bool    `yaml:"pass_filenames"`
	RequireSerial bool     `yaml:"require_serial"`
	Verbose       bool     `yaml:"verbose"`
}

func hooks(t *testing.T) []hook {
	t.Helper()
	var all []hook
	if err := yaml.Unmarshal([]byte(read(t, ".pre-commit-hooks.yaml")), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// Each hook runs the program with existing flags: it is silent about correct manifests and other files,
// distinguishes errors and warnings, and reports nothing about unchanged files.
func TestHooks(t *testing.T) {
	t.Chdir("../..")
	all := hooks(t)
	for _, h := range all {
		if diff := cmp.Diff([]string{"--"}, h.Args); diff != "" {
			t.Errorf("args of %s (-want +got):\n%s", h.ID, diff)
		}
	}
	languages := map[string]string{}
	for _, h := range all {
		languages[h.ID] = h.Language
		if diff := cmp.Diff([]string{"yaml", "json"}, h.Types); diff != "" || !h.RequireSerial || !h.Verbose {
			t.Errorf("%s: types %v, require_serial %t, verbose %t", h.ID, h.Types, h.RequireSerial, h.Verbose)
		}
	}
	if diff := cmp.Diff(map[string]string{"imagelint": "golang", "imagelint-all": "golang", "imagelint-system": "system"}, languages); diff != "" {
		t.Errorf("hooks (-want +got):\n%s", diff)
	}
	t.Setenv("PATH", t.TempDir()) // without helm
	t.Chdir(t.TempDir())
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  imagePullSecrets: [{name: regcred}]\n  containers:\n  - {name: app, image: IMAGE}\n"
	for name, text := range map[string]string{
		"secret.yaml":              "apiVersion: v1\nkind: Secret\nmetadata: {name: regcred, namespace: shop}\ntype: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{\"auths\": {\"ghcr.io\": {\"username\": \"bob\", \"password\": \"p\"}}}'}\n",
		"good.yaml":                strings.Replace(pod, "IMAGE", "ghcr.io/acme/web:1.2.3", 1),
		"warn.yaml":                strings.Replace(pod, "IMAGE", "ghcr.io/acme/web:latest", 1),
		"bad one.yaml":             strings.Replace(pod, "IMAGE", "ghcr.io/acme/Web:1.2.3", 1),
		"excluded/bad.yaml":        strings.Replace(pod, "IMAGE", "ghcr.io/acme/Web:1.2.3", 1),
		".imagelint.yaml":          "exclude: [excluded]\n",
		"package.json":             "{\"name\": \"web\"}\n",
		"chart/Chart.yaml":         "apiVersion: v2\nname: web\nversion: 1.0.0\n",
		"chart/values.yaml":        "image: nginx\n",
		"chart/templates/web.yaml": "{{ if .Values.x }}\nimage: {{ .Values.image }}\n{{ end }}\n",
		"base/kustomization.yaml":  "resources: [../good.yaml]\n",
		"empty.yaml":               "",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		files []string
		code  int
		says  []string // rules
	}{
		{[]string{"good.yaml"}, 0, nil},
		{[]string{"warn.yaml"}, 0, []string{"image-latest"}},
		{[]string{"bad one.yaml"}, 1, []string{"image-uppercase"}},
		{[]string{"good.yaml", "bad one.yaml", "warn.yaml"}, 1, []string{"image-latest", "image-uppercase"}},
		{[]string{"secret.yaml"}, 0, nil},
		{[]string{"excluded/bad.yaml"}, 0, nil},
		{[]string{".imagelint.yaml", "package.json", "chart/Chart.yaml", "chart/values.yaml", "chart/templates/web.yaml", "base/kustomization.yaml", "empty.yaml"}, 0, nil},
	} {
		for _, h := range all {
			args := append(strings.Fields(h.Entry), h.Args...)
			want, code := c.says, c.code
			if h.PassFilenames == nil || *h.PassFilenames {
				args = append(args, c.files...)
			} else {
				want, code = []string{"image-latest", "image-uppercase"}, 1
			}
			var out, errs bytes.Buffer
			got := cli.Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs}.Main(t.Context(), args)
			if got != code || errs.Len() > 0 || strings.Count(out.String(), "= in: ") != len(want) {
				t.Errorf("%s of %q: exit code %d, want %d and %v\n%s%s", h.ID, c.files, got, code, want, &out, &errs)
			}
			for _, rule := range want {
				if !strings.Contains(out.String(), "["+rule+"]") {
					t.Errorf("%s of %q does not mention %s:\n%s", h.ID, c.files, rule, &out)
				}
			}
		}
	}
}

// File names come last, and others choose them: with the hook's args, they are neither flags nor commands;
// with those of a configuration, they are never obeyed.
func TestHookNames(t *testing.T) {
	t.Chdir("../..")
	all := hooks(t)
	dir := t.TempDir()
	t.Chdir(dir)
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  containers:\n  - {name: app, image: ghcr.io/acme/Web:1.2.3}\n"
	names := []string{"--exclude=bad.yaml", "--output=x", "-o", "-q", "--fail-on=never", "--help", "--version", "images"}
	if runtime.GOOS != "windows" {
		names = append(names, "--exclude=*", "--output=../zz.yaml")
	}
	for _, name := range append(names, "bad.yaml") {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(pod), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before := content(t, dir)
	for _, h := range all {
		if h.PassFilenames != nil && !*h.PassFilenames {
			continue
		}
		for _, name := range names {
			var out, errs bytes.Buffer
			args := append(append(strings.Fields(h.Entry), h.Args...), name, "bad.yaml")
			code := cli.Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs}.Main(t.Context(), args)
			if code != 1 || errs.Len() > 0 || !strings.Contains(out.String(), name+":6:") || !strings.Contains(out.String(), "bad.yaml:6:") {
				t.Errorf("%s of %s: exit code %d\n%s%s", h.ID, name, code, &out, &errs)
			}
			out.Reset()
			errs.Reset()
			args = append(append(strings.Fields(h.Entry), "--fail-on", "warning"), name, "bad.yaml")
			code = cli.Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs}.Main(t.Context(), args)
			if name == "images" {
				if code != 1 || errs.Len() > 0 {
					t.Errorf("%s with args of %s: exit code %d\n%s%s", h.ID, name, code, &out, &errs)
				}
			} else if code != 2 || !strings.Contains(errs.String(), name) || out.Len() > 0 {
				t.Errorf("%s with args of %s: exit code %d\n%s%s", h.ID, name, code, &out, &errs)
			}
		}
	}
	if diff := cmp.Diff(before, content(t, dir)); diff != "" {
		t.Errorf("files (-before +after):\n%s", diff)
	}
	if _, err := os.Stat("../zz.yaml"); err == nil {
		t.Error("a file outside is written")
	}
}

// content returns the contents of the files in a folder.
func content(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		out[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
