package baseline

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// A known finding counts as new only if it is more severe than before.
func TestLouder(t *testing.T) {
	t.Parallel()
	finding := func(image string, s lint.Severity) lint.Finding {
		return lint.Finding{Rule: "r", Image: image, Severity: s, Object: &manifests.Object{Kind: "Pod", Name: "web"}}
	}
	for name, c := range map[string]struct {
		then  []lint.Severity
		now   lint.Severity
		worse bool
	}{
		"as before":                   {[]lint.Severity{lint.Warning}, lint.Warning, false},
		"more severe":                 {[]lint.Severity{lint.Warning}, lint.Error, true},
		"with more evidence":          {[]lint.Severity{lint.Warning}, lint.Error, false},
		"less severe":                 {[]lint.Severity{lint.Error}, lint.Warning, false},
		"as the worst of them":        {[]lint.Severity{lint.Error, lint.Info}, lint.Error, false},
		"new, and not only more loud": {nil, lint.Error, false},
	} {
		var then []lint.Finding
		for _, s := range c.then {
			then = append(then, finding("app:1", s))
		}
		if name == "with more evidence" {
			then[0].Unproven = true
		}
		worse, rest := SplitWorsened([]lint.Finding{finding("app:1", c.now), finding("other:1", lint.Info)}, then, &Run{}, &Run{})
		if len(worse)+len(rest) != 2 || (len(worse) == 1) != c.worse {
			t.Errorf("%s: worse %v, rest %v", name, worse, rest)
		}
	}
}

// String names the object and rule of an entry.
func TestEntryString(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]Entry{
		"k8s/web.yaml: Deployment shop/web, container app: image-latest":   {File: "k8s/web.yaml", Object: "Deployment shop/web", Container: "app", Rule: "image-latest"},
		"k8s/web.yaml: Pod web: duplicate-key":                             {File: "k8s/web.yaml", Object: "Pod web", Rule: "duplicate-key"},
		"base/web.yaml: Pod web, built for shop-prod: pull-secret-missing": {File: "base/web.yaml", Object: "Pod web", Build: "shop-prod", Rule: "pull-secret-missing"},
		"k8s/web.yaml: yaml-syntax":                                        {File: "k8s/web.yaml", Rule: "yaml-syntax"},
	} {
		if got := e.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	got, err := Read(write("good.json", "\uFEFF"+`{"version":1,"findings":[{"file":"a","rule":"r","fingerprint":"1"}]}`))
	if err != nil || len(got) != 1 || got[0] != (Entry{File: "a", Rule: "r", Fingerprint: "1"}) {
		t.Errorf("%v %+v", err, got)
	}
	if _, err := Read(filepath.Join(dir, "none.json")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	bad := write("bad.json", "[]")
	if _, err := Read(bad); err == nil || !strings.Contains(err.Error(), bad) || !strings.Contains(err.Error(), "--write-baseline") {
		t.Errorf("no baseline: %v", err)
	}
}

// Write returns the error of its writer.
func TestWriteFails(t *testing.T) {
	t.Parallel()
	full := errors.New("the disk is full")
	if err := Write(failing{full}, []Entry{{File: "a", Rule: "r", Fingerprint: "1"}}); !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// Objects that are read as context, Secrets and service accounts count as existing, too.
func TestStanding(t *testing.T) {
	t.Parallel()
	const (
		account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot, namespace: shop}\n"
		secret  = "apiVersion: v1\nkind: Secret\nmetadata: {name: regcred, namespace: shop}\ntype: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{}'}\n"
	)
	r, _ := tree{"a": account + "---\n" + secret + "---\n" + pod("web", "good:1"), "gone": ""}.run(t)
	stands := r.objectExists()
	for object, want := range map[string]bool{"ServiceAccount shop/robot": true, "Secret shop/regcred": true, "Pod web": true, "Pod api": false, "": true} {
		if got := stands(Entry{File: "a", Object: object}); got != want {
			t.Errorf("%q exists: %v", object, got)
		}
	}
	if stands(Entry{File: "gone"}) {
		t.Error("an entry of a removed file still counts")
	}
}
