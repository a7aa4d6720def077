package lint

import (
	"context"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Overrides change the level of a rule in some files, turn it on and off there, and the last one that says something counts.
func TestOverrides(t *testing.T) {
	t.Parallel()
	files := map[string]*source.File{"a/x": {Name: "a/x"}, "b/x": {Name: "b/x"}, "b/c/x": {Name: "b/c/x"}}
	check := func(p *Pass) {
		for _, name := range []string{"a/x", "b/x", "b/c/x"} {
			p.Report(Finding{Message: "m", Span: source.Whole(files[name])})
		}
	}
	in := func(folder string) func(string) bool {
		return func(file string) bool { return strings.HasPrefix(file, folder+"/") }
	}
	l := Linter{
		Rules: []Rule{{ID: "on", Severity: Warning, Check: check}, {ID: "off", Severity: Off, Check: check}},
		Settings: Settings{Overrides: []Override{
			{Match: in("b"), Levels: map[string]Severity{"on": Off, "off": Info}},
			{Match: in("b/c"), Levels: map[string]Severity{"on": Error}},
		}},
	}
	res, err := l.Run(context.Background(), &manifests.Set{})
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, f := range res.Findings {
		got += f.Span.File().Name + " " + f.Rule + " " + f.Severity.String() + "\n"
	}
	if want := "a/x on warning\nb/c/x off info\nb/c/x on error\nb/x off info\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestOverrideRegistries(t *testing.T) {
	t.Parallel()
	s := Settings{AllowedRegistries: []string{"ghcr.io"}, Overrides: []Override{
		{Match: func(file string) bool { return file == "b" }, AllowedRegistries: []string{"quay.io"}},
		{Match: func(file string) bool { return file == "c" }, AllowedRegistries: []string{}},
	}}
	p := &Pass{Settings: s, lists: newLists(&s), overrides: newOverrides(s.Overrides, nil)}
	ref := imageref.Ref{Registry: "quay.io", Repository: "a/b"}
	for file, want := range map[string]bool{"a": false, "b": true, "c": false} {
		if got := p.IsAllowedIn(&source.File{Name: file}, ref); got != want {
			t.Errorf("%s: %t", file, got)
		}
	}
	if len(p.AllowedIn(&source.File{Name: "c"})) != 0 || p.AllowedIn(&source.File{Name: "a"})[0] != "ghcr.io" {
		t.Error("the lists are mixed up")
	}
}

// A rule runs in a file by the last override for it, and a policy of a folder exists in other folders, too, where it does not run.
func TestRunning(t *testing.T) {
	t.Parallel()
	in := func(folder string) func(string) bool {
		return func(file string) bool { return strings.HasPrefix(file, folder+"/") }
	}
	l := Linter{
		Rules: []Rule{{ID: "on", Severity: Warning}, {ID: "off", Severity: Off}, {ID: "idle", Severity: Warning, IsIdle: func(p *Pass, f *source.File) bool { return len(p.AllowedIn(f)) == 0 }}},
		Settings: Settings{Overrides: []Override{
			{Match: in("a"), Levels: map[string]Severity{"on": Off, "off": Info}, Rules: []Rule{{ID: "own", Severity: Error}}, AllowedRegistries: []string{"ghcr.io"}},
			{Match: in("a/b"), Levels: map[string]Severity{"on": Error}},
		}},
	}
	running := l.Running()
	for _, tt := range []struct {
		rule, file, rendered string
		runs, known          bool
	}{
		{"on", "x", "", true, true},
		{"on", "a/x", "", false, true},
		{"on", "a/b/x", "", true, true},
		{"on", "x", "a/out", false, true},
		{"on", "a/b/x", "a/out", true, true},
		{"off", "x", "", false, true},
		{"off", "a/x", "", true, true},
		{"idle", "x", "", false, true},
		{"idle", "a/x", "", true, true},
		{"own", "a/x", "", true, true},
		{"own", "x", "", false, true},
		{"own", "x", "a/out", true, true},
		{"gone", "a/x", "", false, false},
	} {
		if runs, known := running(tt.rule, tt.file, tt.rendered); runs != tt.runs || known != tt.known {
			t.Errorf("%s in %s, %s: %t, %t", tt.rule, tt.file, tt.rendered, runs, known)
		}
	}
}
