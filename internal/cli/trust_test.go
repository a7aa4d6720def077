//go:build unix

package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/cli"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/slow"
	"github.com/imagelint-dev/imagelint/rules"
)

// schemaNode is the part of a JSON Schema that shows where values are.
type schemaNode struct {
	Properties map[string]*schemaNode
	Items      *schemaNode
	Required   []string
	Enum       []string
}

// leaves yields each key of the schema that holds a value, by its path, with a configuration that sets only
// this key to a given value.
func (s *schemaNode) leaves(path string, wrap func(any) any, yield func(path string, config func(value any) any)) {
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		child, at := s.Properties[name], path+name
		around := func(v any) any {
			m := map[string]any{name: v}
			for _, r := range s.Required {
				if r != name {
					m[r] = s.Properties[r].any()
				}
			}
			return wrap(m)
		}
		switch {
		case child.Properties != nil:
			child.leaves(at+".", around, yield)
		case child.Items != nil && child.Items.Properties != nil:
			child.Items.leaves(at+"[].", func(v any) any { return around([]any{v}) }, yield)
		case child.Items != nil:
			yield(at, func(v any) any { return around([]any{v}) })
		default:
			yield(at, around)
		}
	}
}

// any returns some valid value of a node.
func (s *schemaNode) any() any {
	switch {
	case s.Items != nil && s.Items.Enum != nil:
		return []any{s.Items.Enum[0]}
	case s.Items != nil:
		return []any{"**"}
	}
	return "a.example"
}

// TestHostileConfig puts hostile values under every key of the schema, in a discovered configuration: none
// reads a file outside of the repository, starts another program or changes which hosts are contacted. A key
// missing from the table of trust has not been reviewed.
func TestHostileConfig(t *testing.T) {
	slow.Skip(t)
	top := t.TempDir()
	repo := filepath.Join(top, "repo")
	put := func(name, text string, mode os.FileMode) {
		t.Helper()
		name = filepath.Join(top, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), mode)); err != nil {
			t.Fatal(err)
		}
	}
	const secret = "c2VjcmV0IG9mIHRoZSBtYWNoaW5l"
	put("home/config.json", `{"auths":{"ghcr.io":{"auth":"`+secret+`"}}}`, 0o600)
	for _, name := range []string{"dotnet", "docker", "helm", "kustomize"} {
		put("bin/"+name, "#!/bin/sh\ncase $1 in version) echo v3.21.4; exit ;; esac\necho \"${0##*/} $*\" >>\"${0%/*}/ran\"\n", 0o755)
	}
	put("repo/.git/x", "", 0o600)
	put("repo/chart/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n", 0o600)
	put("repo/app/kustomization.yaml", "resources: []\n", 0o600)
	put("repo/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: \"registry.example.com/a:1\"}]}\n", 0o600)
	if err := errors.Join(os.Symlink("../home/config.json", filepath.Join(repo, "link.yaml")), os.Symlink("../home", filepath.Join(repo, "linked"))); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", filepath.Join(top, "bin")+string(filepath.ListSeparator)+os.Getenv("PATH"))
	t.Chdir(repo)

	// run lints the repository with a configuration; asked are the addresses that it contacted.
	run := func(configuration any) (code int, out, ran string, asked []string) {
		t.Helper()
		data, err := json.Marshal(configuration)
		if err != nil {
			t.Fatal(err)
		}
		if m, ok := configuration.(map[string]any); ok && m["render"] == nil {
			data = append([]byte(`{"render": true, `), data[1:]...)
		}
		put("repo/.imagelint.yaml", string(data), 0o600)
		_ = os.Remove(filepath.Join(top, "bin", "ran"))
		var screen bytes.Buffer
		seen := map[string]bool{}
		c := cli.Command{Stdin: strings.NewReader(""), Stdout: &screen, Stderr: &screen, Dial: func(_ context.Context, _, address string) (net.Conn, error) {
			seen[address] = true
			return nil, errors.New("no network here")
		}}
		code = c.Main(t.Context(), []string{"imagelint", ".", "--probe", "--no-cache", "--verbose"})
		log, _ := os.ReadFile(filepath.Join(top, "bin", "ran"))
		return code, screen.String(), string(log), slices.Sorted(maps.Keys(seen))
	}
	_, _, _, usual := run(map[string]any{"fail-on": "never"})

	var schema schemaNode
	if err := json.Unmarshal(config.Schema(rules.All()), &schema); err != nil {
		t.Fatal(err)
	}
	trusts := config.Trusts(rules.All())
	left := maps.Clone(trusts)
	schema.leaves("", func(v any) any { return v }, func(path string, with func(any) any) {
		trust, known := trusts[path]
		delete(left, path)
		if !known || trust == 0 {
			t.Errorf("%s: the risk of this key is not classified", path)
			return
		}
		if strings.HasPrefix(path, "rules.") && !strings.HasSuffix(path, "image-latest") {
			return // one key of many that are made alike
		}
		for _, value := range []string{"../home/config.json", "../../home/config.json", "/etc/passwd", "/dev/zero", "link.yaml", "../link.yaml", "linked", "dotnet", "evil.example.com"} {
			what := fmt.Sprintf("%s: %s", path, value)
			code, out, ran, asked := run(with(value))
			placed := strings.Contains(out, "imagelint: .imagelint.yaml:1:") && code == cli.ExitUsage
			if strings.Contains(out, secret) {
				t.Errorf("%s: the secret is shown:\n%s", what, out)
			}
			for line := range strings.Lines(ran) {
				if !strings.HasPrefix(line, "helm template ") && !strings.HasPrefix(line, "kustomize build ") || strings.Contains(line, "--values") && !strings.Contains(line, "--values "+repo) {
					t.Errorf("%s: ran %s", what, line)
				}
			}
			if code != cli.ExitUsage && !slices.Equal(asked, usual) {
				t.Errorf("%s: asked %q, and %q otherwise", what, asked, usual)
			}
			out1 := value == "../home/config.json" || value == "/etc/passwd" || value == "/dev/zero"
			switch {
			case trust&config.Inside != 0 && (out1 || strings.Contains(value, "link") && value != "../link.yaml") && !placed,
				trust&config.InsideChart != 0 && (value == "../../home/config.json" || value == "../link.yaml") && !placed,
				trust&config.Program != 0 && !placed:
				t.Errorf("%s: not rejected with its position: %d\n%s", what, code, out)
			case trust&config.Reaches != 0 && code != cli.ExitUsage && !strings.Contains(out, "ignored when registries are asked, because this configuration was found automatically"):
				t.Errorf("%s: no message about it:\n%s", what, out)
			}
		}
	})
	for path := range left {
		t.Errorf("%s: the table has it, and the schema does not", path)
	}
}
