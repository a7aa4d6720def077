package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/cli"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/rules"
)

// TestDocs runs the blocks marked console in README.md and docs/*.md: a line that begins with "$ " is a
// command, and the lines below it are its output. The tests in this file work in the root of the repository,
// so they do not run in parallel.
func TestDocs(t *testing.T) {
	t.Chdir("../..")
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	commands := 0
	for _, page := range append(pages, "README.md", "CONTRIBUTING.md") {
		text := read(t, page)
		var out strings.Builder
		inBlock, skip := false, false
		for line := range strings.Lines(text) {
			switch {
			case !inBlock:
				inBlock = line == "```console\n"
			case line == "```\n":
				inBlock, skip = false, false
			case strings.HasPrefix(line, "$ "):
				commands++
				out.WriteString(line + shell(t, strings.TrimSpace(line[2:])))
				skip = true
				continue
			case skip:
				continue
			}
			out.WriteString(line)
		}
		golden(t, page, out.String())
	}
	if commands < 4 {
		t.Errorf("the documentation shows %d commands, which cannot be all", commands)
	}
}

// shell runs one command line of the documentation: imagelint, or cat into imagelint. It returns what a
// terminal would show.
func shell(t *testing.T, line string) string {
	t.Helper()
	var stdin bytes.Reader
	if file, rest, ok := strings.Cut(strings.TrimPrefix(line, "cat "), " | "); ok {
		stdin.Reset([]byte(read(t, file)))
		line = rest
	}
	var screen bytes.Buffer
	clock := today
	c := cli.Command{Stdin: &stdin, Stdout: &screen, Stderr: &screen, Dial: refuse{}.dial, Now: func() time.Time {
		clock = clock.Add(time.Millisecond)
		return clock
	}}
	line, throughGo := strings.CutPrefix(line, "go run . ")
	if throughGo {
		line = "imagelint " + line
	}
	words := strings.Fields(line)
	if words[0] != "imagelint" {
		t.Fatalf("%q does not run imagelint: show it in a block marked sh", line)
	}
	if code := c.Main(t.Context(), words); throughGo && code != 0 {
		fmt.Fprintf(&screen, "exit status %d\n", code)
	}
	return screen.String()
}

// TestSchema writes the JSON Schema that editors read.
func TestSchema(t *testing.T) {
	t.Chdir("../..")
	golden(t, "schema/imagelint.schema.json", string(config.Schema(rules.All())))
}

// TestConfigPage compares docs/config.md with the configuration that imagelint init writes.
func TestConfigPage(t *testing.T) {
	t.Chdir("../..")
	const page, begin, end = "docs/config.md", "<!-- begin: written by imagelint init -->\n", "<!-- end -->\n"
	text := read(t, page)
	before, rest, ok := strings.Cut(text, begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the example", page)
	}
	golden(t, page, fmt.Sprintf("%s%s```yaml\n%s```\n%s%s", before, begin, config.Example(rules.All(), nil), end, after))
}

// TestManPage writes the manual page.
func TestManPage(t *testing.T) {
	t.Chdir("../..")
	golden(t, "docs/imagelint.1", cli.ManPage())
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(data), "\r\n", "\n")
}

// golden compares a file with its expected content, or writes it.
func golden(t *testing.T, file, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, read(t, file)); diff != "" {
		t.Errorf("%s is out of date (-want +file); run go test ./internal/cli -update:\n%s", file, diff)
	}
}
