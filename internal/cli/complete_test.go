package cli

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/complete"
	"github.com/imagelint-dev/imagelint/internal/flags"
)

// ask completes a command line that ends with the word being typed. It returns the possible words, and
// whether files are possible.
func ask(t *testing.T, line string) (words []string, files bool) {
	t.Helper()
	var out bytes.Buffer
	c := Command{Stdout: &out, Stderr: &out}
	if code := c.Main(t.Context(), append([]string{"imagelint", complete.Word}, strings.Split(line, " ")...)); code != 0 {
		t.Fatalf("%q: exit code %d: %s", line, code, out.String())
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	for _, l := range lines[1:] {
		word, _, _ := strings.Cut(l, "\t")
		words = append(words, word)
	}
	return words, lines[0] == "files"
}

func TestComplete(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		line  string
		want  []string // all of them
		files bool
	}{
		{"ima", []string{"images"}, true},
		{"images ima", nil, true},
		{"a.yaml ima", nil, true},
		{"lint ", nil, true},
		{"explain image-upp", []string{"image-uppercase"}, false},
		{"explain image-uppercase ", nil, false},
		{"rules ", nil, false},
		{"init ", nil, false},
		{"completion ", []string{"bash", "zsh", "fish"}, false},
		{"catalog memcac", []string{"memcached"}, false},
		{"--fail", []string{"--fail-on"}, false},
		{"--fail-on ", []string{"error", "warning", "info", "never"}, false},
		{"--fail-on=w", []string{"--fail-on=warning"}, false},
		{"--fail-on error --fail", nil, false},
		{"--exclude x --exclu", []string{"--exclude"}, false},
		{"-q --quie", nil, false},
		{"--color a", []string{"auto", "always"}, false},
		{"--probe-as ", []string{"pod", "me", "anonymous"}, false},
		{"--probe-login ", []string{"none", "exists", "tags"}, false},
		{"--disable invalid-ref", []string{"invalid-reference"}, false},
		{"--severity image-upp", []string{"image-uppercase="}, false},
		{"--severity image-uppercase=", []string{"image-uppercase=error", "image-uppercase=warning", "image-uppercase=info"}, false},
		{"--severity=image-uppercase=i", []string{"--severity=image-uppercase=info"}, false},
		{"--severity nonsense=", nil, false},
		{"images --format ", []string{"text", "plain", "json", "csv", "skopeo"}, false},
		{"--config ", nil, true},
		{"--config=", nil, true},
		{"--fix=a", []string{"--fix=all"}, false},
		{"--output x ", nil, true},
		{"--namespace ", nil, false},
		{"--nonsense=", nil, false},
		{"-- --fail", nil, true},
		{"--namespace images --uni", nil, false}, // images is the namespace, and lint knows no --unique
	} {
		words, files := ask(t, tt.line)
		if tt.line == "--output x " {
			words = nil // all commands: only the files matter here
		}
		if diff := cmp.Diff(tt.want, words); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.line, diff)
		}
		if files != tt.files {
			t.Errorf("%q: files %t, want %t", tt.line, files, tt.files)
		}
	}
}

// TestCompleteAll: every flag of every command is offered, and its values if they are a fixed set.
func TestCompleteAll(t *testing.T) {
	t.Parallel()
	app := (Command{}).App()
	listed := []string{"FILE", "PATH", "DIR", "FORMAT", "SEVERITY", "WHEN", "WHAT", "WHOM", "RULE", "RULE=LEVEL", "OS/ARCH"}
	for _, cmd := range app.Commands {
		offered, _ := ask(t, cmd.Name+" --")
		for _, f := range cmd.Flags {
			name := "--" + f.Names()[0]
			if !slices.Contains(offered, name) {
				t.Errorf("imagelint %s does not offer %s", cmd.Name, name)
			}
			value, _ := flags.Doc(f)
			switch f.(type) {
			case *cli.BoolFlag, *cli.GenericFlag: // no value, or one behind "="
				continue
			}
			words, files := ask(t, cmd.Name+" "+name+" ")
			if known := files || len(words) > 0; known != slices.Contains(listed, value) {
				t.Errorf("imagelint %s %s %s: offers files %t, words %q", cmd.Name, name, value, files, words)
			}
		}
	}
}
