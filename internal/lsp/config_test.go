package lsp

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// A configuration is checked while it is typed, and errors in it do not stop the linting.
func TestConfig(t *testing.T) {
	t.Parallel()
	latest := strings.Replace(deployment, "acme/web:1", "acme/web:latest", 1)
	c := newClient(t, map[string]string{".imagelint.yaml": "rules: {image-latest: off}\n", "web.yaml": latest, "secret.yaml": secret})
	c.open("web.yaml", latest)
	c.open(".imagelint.yaml", "rules: {image-latest: off}\n")
	if got := c.still("web.yaml"); len(got) > 0 {
		t.Errorf("the configuration is not used: %q", got)
	}
	c.change(".imagelint.yaml", "rules: {image-latest: off}\n\"é\U0001F40B\": 1\nfail-on: high # x\n")
	c.want(".imagelint.yaml", "1:0-5 configuration", "2:9-14 configuration")
	if got := c.still("web.yaml"); len(got) > 0 {
		t.Errorf("the unsaved configuration is used: %q", got)
	}
	c.save(".imagelint.yaml", "nothing: 1\n") // invalid: the previous configuration still applies
	c.change(".imagelint.yaml", "nothing: 1\n")
	c.want(".imagelint.yaml", "0:0-7 configuration")
	if got := c.still("web.yaml"); len(got) > 0 {
		t.Errorf("a wrong configuration is used: %q", got)
	}
	c.change(".imagelint.yaml", "namespace: shop\n")
	c.save(".imagelint.yaml", "namespace: shop\n")
	c.want(".imagelint.yaml")
	c.want("web.yaml", "9:34-40 image-latest")
}

// An invalid configuration leaves manifests without findings, so the user gets a message, once for
// each error.
func TestConfigErrorShown(t *testing.T) {
	t.Parallel()
	latest := strings.Replace(deployment, "acme/web:1", "acme/web:latest", 1)
	c := newClient(t, map[string]string{".imagelint.yaml": "rules: {}\nnothing: 1\nfail-on: high\n", "web.yaml": latest, "secret.yaml": secret})
	c.open("web.yaml", latest)
	if got := c.still("web.yaml"); len(got) > 0 {
		t.Errorf("linted: %q", got)
	}
	none := "nothing is linted while the configuration has errors: " + c.path(".imagelint.yaml")
	c.shown(severityError, none+":2: ")
	c.save(".imagelint.yaml", "rules: {}\nnothing: 1\nfail-on: high\nmore: 1\n") // the first error is the same
	c.still("web.yaml")
	c.shown(severityError, none+":2: ")
	c.save(".imagelint.yaml", "fail-on: high\n")
	c.still("web.yaml")
	c.shown(severityError, none+":2: ", none+":1: ")
	c.save(".imagelint.yaml", "rules: {}\n")
	c.want("web.yaml", "9:34-40 image-latest")
	c.save(".imagelint.yaml", "fail-on: high\n") // the previous configuration still applies
	c.want("web.yaml", "9:34-40 image-latest")
	c.still("web.yaml")
	c.shown(severityError, none+":2: ", none+":1: ", "the previous configuration is used while this one has errors: "+c.path(".imagelint.yaml")+":1: ")
}

// Editor settings have the configuration's keys, and override it.
func TestSettings(t *testing.T) {
	t.Parallel()
	latest := strings.Replace(deployment, "acme/web:1", "acme/web:latest", 1)
	tree := func() map[string]string {
		return map[string]string{".imagelint.yaml": "allow-registries: [ghcr.io/acme]\nexclude: [old/**]\n", "web.yaml": latest, "secret.yaml": secret, "old/web.yaml": latest, "other.yml": "rules: {image-latest: error}\n"}
	}
	options := func(v any) func(map[string]any) {
		return func(params map[string]any) { params["initializationOptions"] = v }
	}
	off := map[string]any{"rules": map[string]any{"image-latest": "off"}}
	for name, q := range map[string]struct {
		options any
		want    []string // of web.yaml
	}{
		"none":                  {nil, []string{"9:34-40 image-latest"}},
		"a rule":                {off, nil},
		"within the section":    {map[string]any{"imagelint": off}, nil},
		"null is not set":       {map[string]any{"namespace": nil, "rules": map[string]any{"image-latest": nil}, "probe": map[string]any{"timeout": nil}}, []string{"9:34-40 image-latest"}},
		"overrides":             {map[string]any{"allow-registries": []string{"quay.io"}}, []string{"9:17-24 registry-not-allowed", "9:34-40 image-latest"}},
		"of editors alone":      {map[string]any{"path": "/x", "trace": map[string]any{"server": "off"}}, []string{"9:34-40 image-latest"}},
		"another configuration": {map[string]any{"configFile": "other.yml", "rules": map[string]any{"image-latest": "off"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, tree(), options(q.options))
			c.open("web.yaml", latest)
			c.want("web.yaml", q.want...)
			if got := c.still("old/web.yaml"); len(got) > 0 && name != "another configuration" {
				t.Errorf("an excluded file has %q", got)
			}
		})
	}
	t.Run("wrong", func(t *testing.T) {
		t.Parallel()
		c := newClient(t, tree(), options(map[string]any{"namespce": "x"}))
		c.open("web.yaml", latest)
		c.want("web.yaml", "9:34-40 image-latest") // and the file's settings apply
		c.still("web.yaml")
		c.mu.Lock()
		defer c.mu.Unlock()
		if all := strings.Join(c.messages, "\n"); !strings.Contains(all, "namespce") || !strings.Contains(all, "namespace") {
			t.Errorf("messages %q", all)
		}
	})
	t.Run("asked for, and changed", func(t *testing.T) {
		t.Parallel()
		c := newClient(t, tree(), func(params map[string]any) {
			params["capabilities"].(map[string]any)["workspace"].(map[string]any)["configuration"] = true
		})
		c.open("web.yaml", latest)
		c.want("web.yaml", "9:34-40 image-latest")
		answer, err := json.Marshal(off)
		if err != nil {
			t.Fatal(err)
		}
		c.mu.Lock()
		c.settings = answer
		c.mu.Unlock()
		c.notify("workspace/didChangeConfiguration", map[string]any{"settings": nil})
		c.want("web.yaml")
		c.notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{"imagelint": map[string]any{"guess": true}}})
		c.want("web.yaml", "9:34-40 image-latest")
	})
}

// A configuration below the workspace's applies to its folder. Policies of both become rules, without saving.
func TestNestedConfig(t *testing.T) {
	t.Parallel()
	policy := "policies:\n  - id: no-web\n    expression: image.repository != \"acme/web\"\n    message: '\"web is not wanted\"'\n"
	c := newClient(t, map[string]string{
		".git/HEAD": "", ".imagelint.yaml": "rules: {image-latest: off}\n", "web.yaml": deployment, "secret.yaml": secret,
		"team/.imagelint.yaml": policy + "rules: {image-latest: error}\n", "team/web.yaml": strings.Replace(deployment, "web:1", "web:latest", 1),
	})
	c.open(".imagelint.yaml", strings.Replace(policy, "image.repository", "image.repo", 1))
	c.want(".imagelint.yaml", "2:16-40 configuration")
	c.open("web.yaml", deployment)
	c.want("web.yaml")
	if got := c.still("team/web.yaml"); len(got) != 2 || !strings.HasSuffix(got[0], " no-web") && !strings.HasSuffix(got[1], " no-web") {
		t.Errorf("%q", got)
	}
}

// An open nested configuration may name the policies of those above it, and a comment those of any other: they are
// known as on the command line, and misspelled names are not.
func TestNamesOfOtherConfigs(t *testing.T) {
	t.Parallel()
	policy := func(id string) string {
		return "policies:\n  - id: " + id + "\n    expression: image.repository != \"acme/none\"\n    message: '\"not wanted\"'\n"
	}
	c := newClient(t, map[string]string{
		".git/HEAD": "", ".imagelint.yaml": policy("above-all"), "team/.imagelint.yaml": policy("of-team"),
		"team/apps/.imagelint.yaml": "rules: {of-team: error, above-all: off}\n",
	})
	c.open("team/apps/.imagelint.yaml", "rules: {of-team: error, above-all: off}\n")
	if got := c.still("team/apps/.imagelint.yaml"); len(got) > 0 {
		t.Errorf("policies of configurations above: %q", got)
	}
	c.change("team/apps/.imagelint.yaml", "rules: {of-teams: error}\n")
	c.want("team/apps/.imagelint.yaml", "0:8-16 configuration")

	c = newClient(t, nil) // a file is linted alone, so the other configuration is not met
	c.write(".git/HEAD", "")
	c.write("team/.imagelint.yaml", policy("of-team"))
	web := strings.Replace(deployment, "      imagePullSecrets: [{name: regcred}]\n", "", 1)
	comment := func(id string) string { return "# imagelint:ignore " + id + " -- agreed\n" + web }
	c.open("web.yaml", comment("of-team"))
	c.open("late.yaml", comment("of-teams"))
	c.want("late.yaml", "0:2-37 ignore-unused")
	if got := c.still("web.yaml"); len(got) > 0 {
		t.Errorf("a policy of another configuration: %q", got)
	}
}

// Of nested configurations, an inner one precedes an outer one whatever their names, a broken one is skipped, and a file that the user names replaces
// them all, as on the command line.
func TestNestedConfigs(t *testing.T) {
	t.Parallel()
	latest := strings.Replace(deployment, "web:1", "web:latest", 1)
	tree := map[string]string{
		".git/HEAD": "", "own.yaml": "rules: {image-latest: warning}\n", "web.yaml": latest, "secret.yaml": secret,
		"team/.imagelint.yaml": "rules: {image-latest: off}\n", "team/-a/.imagelint.yaml": "rules: {image-latest: error}\n", "team/-a/web.yaml": latest,
		"broken/.imagelint.yaml": "rules: {none: off}\n", "team/web.yaml": latest,
	}
	c := newClient(t, tree)
	c.open("web.yaml", latest)
	c.want("web.yaml", "9:34-40 image-latest")
	if got := c.still("team/web.yaml"); len(got) > 0 {
		t.Errorf("outer: %q", got)
	}
	if got := c.still("team/-a/web.yaml"); len(got) != 1 {
		t.Errorf("inner: %q", got)
	}
	c = newClient(t, tree, func(params map[string]any) {
		params["initializationOptions"] = map[string]any{"configFile": "own.yaml"}
	})
	c.open("web.yaml", latest)
	c.want("web.yaml", "9:34-40 image-latest")
	if got := c.still("team/web.yaml"); len(got) != 1 {
		t.Errorf("with a named file: %q", got)
	}
}

// If the user chooses so, only open files have diagnostics, which disappear when they are closed.
func TestOpenFilesOnly(t *testing.T) {
	t.Parallel()
	bad := strings.Replace(deployment, "acme/web", "acme/Web", 1)
	c := newClient(t, map[string]string{"a.yaml": bad, "b.yaml": bad, "secret.yaml": secret}, func(params map[string]any) {
		params["initializationOptions"] = map[string]any{"openFilesOnly": true}
	})
	c.open("a.yaml", bad)
	c.want("a.yaml", "9:30-33 image-uppercase")
	if got := c.still("b.yaml"); len(got) > 0 {
		t.Errorf("%q", got)
	}
	c.close("a.yaml")
	c.want("a.yaml")
}

// A file that is open outside of all folders is linted alone; folders can be added and removed.
func TestFolders(t *testing.T) {
	t.Parallel()
	c := newClient(t, nil)
	c.write("k8s/secret.yaml", secret)
	c.open("k8s/web.yaml", deployment)
	c.want("k8s/web.yaml", "6:32-39 pull-secret-missing")
	c.notify("workspace/didChangeWorkspaceFolders", map[string]any{"event": map[string]any{"added": []folder{{URI: c.uri("k8s")}}, "removed": []folder{}}})
	c.want("k8s/web.yaml")
	c.notify("workspace/didChangeWorkspaceFolders", map[string]any{"event": map[string]any{"added": []folder{}, "removed": []folder{{URI: c.uri("k8s")}}}})
	c.want("k8s/web.yaml", "6:32-39 pull-secret-missing")
	c.close("k8s/web.yaml")
	c.want("k8s/web.yaml")
}

// Files changed outside the editor are read again when the client reports it.
func TestWatchedFiles(t *testing.T) {
	t.Parallel()
	c := newClient(t, map[string]string{"web.yaml": deployment})
	c.want("web.yaml", "6:32-39 pull-secret-missing")
	deadline := time.Now().Add(10 * time.Second)
	for {
		c.mu.Lock()
		asked := strings.Join(c.asked, " ")
		c.mu.Unlock()
		if asked == "client/registerCapability" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server asked for %q", asked)
		}
		time.Sleep(5 * time.Millisecond)
	}
	c.write("secret.yaml", secret)
	c.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": c.uri("secret.yaml"), "type": 1}}})
	c.want("web.yaml")
}

// The message about an invalid setting names it in plain words. The other settings apply.
func TestWrongSettings(t *testing.T) {
	t.Parallel()
	bad := strings.Replace(deployment, "acme/web:1", "acme/web:latest", 1)
	off := map[string]any{"image-latest": "off"}
	for name, q := range map[string]struct {
		options any
		want    []string
	}{
		"misspelled":                   {map[string]any{"rules": off, "openFileOnly": true}, []string{`unknown setting "openFileOnly" of the editor: did you mean "openFilesOnly"?`}},
		"misspelled key":               {map[string]any{"rules": off, "namespce": "x"}, []string{`unknown setting "namespce" of the editor: did you mean "namespace"?`}},
		"unlike any":                   {map[string]any{"rules": off, "zzz": 1}, []string{`unknown setting "zzz" of the editor: the settings are configFile, trustConfig, openFilesOnly, probeOnSave, allow-empty, `}},
		"of the wrong type":            {map[string]any{"rules": off, "openFilesOnly": "yes", "configFile": 3}, []string{`the setting "configFile" of the editor is not a path`, `the setting "openFilesOnly" of the editor is not true or false`}},
		"within the section":           {map[string]any{"imagelint": map[string]any{"rules": off, "probeOnSave": 1}}, []string{`the setting "probeOnSave" of the editor is not true or false`}},
		"an empty table":               {[]any{}, nil},
		"an empty table of a section":  {map[string]any{"imagelint": []any{}}, nil},
		"a list":                       {[]any{1}, []string{"the settings of the editor are not a JSON object"}},
		"a wrong value of a known key": {map[string]any{"fail-on": "high"}, []string{`the settings of the editor are ignored, except those for editors alone: "fail-on": invalid value "high"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, map[string]string{"web.yaml": bad, "secret.yaml": secret}, func(params map[string]any) { params["initializationOptions"] = q.options })
			c.open("web.yaml", bad)
			if m, ok := q.options.(map[string]any); ok && (m["rules"] != nil || name == "within the section") {
				c.still("web.yaml")
				c.want("web.yaml")
			} else {
				c.want("web.yaml", "9:34-40 image-latest")
			}
			c.still("web.yaml")
			c.shown(severityWarning, q.want...)
		})
	}
}
