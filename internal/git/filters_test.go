package git

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// No configured program runs, wherever it is configured and whatever selects it, and changes are still found.
func TestNoProgramRuns(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the programs are shell scripts")
	}
	for name, c := range map[string]struct {
		config     string // MARK is a program that leaves a mark
		where      string // the file of the configuration; .git/config for ""
		attributes string // the file that selects the filter
	}{
		"clean":           {config: "[filter \"x\"]\n\tclean = MARK\n\trequired = true\n", attributes: ".gitattributes"},
		"process":         {config: "[filter \"x\"]\n\tprocess = MARK\n\trequired = true\n", attributes: ".gitattributes"},
		"both":            {config: "[filter \"x\"]\n\tclean = MARK\n\tprocess = MARK\n\tsmudge = MARK\n", attributes: ".gitattributes"},
		"info":            {config: "[filter \"x\"]\n\tclean = MARK\n", attributes: ".git/info/attributes"},
		"attributes file": {config: "[core]\n\tattributesFile = ATTRIBUTES\n[filter \"x\"]\n\tclean = MARK\n", attributes: "elsewhere"},
		"included":        {config: "[include]\n\tpath = more\n", where: "more", attributes: ".gitattributes"},
		"included if":     {config: "[includeIf \"onbranch:main\"]\n\tpath = more\n", where: "more", attributes: ".gitattributes"},
		"dotted":          {config: "[FILTER \"x.Y z\"]\n\tclean = MARK\n", attributes: ".gitattributes"},
		"beside":          {config: "[core]\n\tfsmonitor = MARK\n\thooksPath = HOOKS\n\tpager = MARK\n[diff]\n\texternal = MARK\n[diff \"x\"]\n\tcommand = MARK\n\ttextconv = MARK\n", attributes: ".gitattributes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := newTree(t)
			tr.write("a.yaml", "1\n2\n")
			tr.commit()
			mark, program := filepath.Join(tr.dir, "mark"), filepath.Join(tr.dir, "program")
			tr.write("program", fmt.Sprintf("#!/bin/sh\ntouch '%s'\ncat\n", mark))
			tr.write("hooks/post-index-change", fmt.Sprintf("#!/bin/sh\ntouch '%s'\n", mark))
			for _, file := range []string{program, filepath.Join(tr.dir, "hooks", "post-index-change")} {
				if err := os.Chmod(file, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			filter := "x"
			if name == "dotted" {
				filter = "x.Y"
				c.config = strings.Replace(c.config, "x.Y z", filter, 1)
			}
			tr.write(c.attributes, "*.yaml filter="+filter+" diff=x\n")
			text := strings.NewReplacer("MARK", program, "ATTRIBUTES", filepath.Join(tr.dir, c.attributes), "HOOKS", filepath.Join(tr.dir, "hooks")).Replace(c.config)
			if c.where != "" {
				tr.write(filepath.Join(".git", c.where), fmt.Sprintf("[filter \"x\"]\n\tclean = %s\n", program))
			}
			config, err := os.ReadFile(filepath.Join(tr.dir, ".git", "config"))
			if err != nil {
				t.Fatal(err)
			}
			tr.write(".git/config", string(config)+text)
			tr.write("a.yaml", "1\n3\n")
			if diff := cmp.Diff([]string{`"a.yaml" > "a.yaml" 2-2 was "1\n2\n"`}, tr.changes()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if _, err := os.Stat(mark); err == nil {
				t.Error("a program ran")
			}
			// Plain git would run it, so the test would detect it.
			if name != "beside" {
				_ = exec.CommandContext(t.Context(), "git", "-C", tr.dir, "diff-index", "-p", "HEAD").Run() // the program's output may make it fail
				if _, err := os.Stat(mark); err != nil {
					t.Error("git does not run the program")
				}
			}
		})
	}
}

// A filter whose name cannot be passed as an argument is an error.
func TestFilterWithEquals(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	tr.write("a.yaml", "1\n")
	tr.commit()
	tr.git("config", "--file", filepath.Join(tr.dir, ".git", "config"), "filter.a=b.clean", "false")
	r, err := Open(t.Context(), tr.dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Changes(t.Context(), "HEAD", nil); err == nil || !strings.Contains(err.Error(), `"a=b"`) {
		t.Errorf("%v", err)
	}
}

// For a filtered file that git has just written, git knows without the filter that it is unchanged.
func TestFilteredFile(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the filter is a program of Unix")
	}
	tr := newTree(t)
	tr.git("config", "filter.turn.clean", "tr a-z A-Z")
	tr.git("config", "filter.turn.smudge", "tr A-Z a-z")
	tr.git("config", "filter.turn.required", "true")
	tr.write(".gitattributes", "*.yaml filter=turn\n")
	tr.write("a.yaml", "one\ntwo\n")
	tr.write("b.yaml", "one\ntwo\n")
	for _, file := range []string{"a.yaml", "b.yaml"} { // git compares a file that is as new as the index
		if err := os.Chtimes(filepath.Join(tr.dir, file), time.Time{}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
	}
	tr.commit()
	tr.write("b.yaml", "one\nthree\n")
	if diff := cmp.Diff([]string{`"b.yaml" > "b.yaml" 1-2 was "ONE\nTWO\n"`}, tr.changes()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
