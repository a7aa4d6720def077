package cli_test

import (
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/imagelint-dev/imagelint/internal/cli"
	"github.com/imagelint-dev/imagelint/internal/report"
)

// usage is a row of a table of wrong usage: usage CODE MESSAGE ARGS...
//
// It runs imagelint with the arguments and expects the exit code, and the message as a complete line of
// standard error, in which {FORMATS} stands for the names of all formats. In no case does a failed run say
// that there are no findings, or print the raw error of a library.
func usage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: usage CODE MESSAGE [ARGS]")
	}
	exits(ts, false, append([]string{args[0], "imagelint"}, args[2:]...))
	out, errs := ts.ReadFile("stdout"), ts.ReadFile("stderr")
	want := "imagelint: " + strings.ReplaceAll(args[1], "{FORMATS}", strings.Join(report.Names(), ", "))
	if !slices.Contains(strings.Split(errs, "\n"), want) {
		ts.Fatalf("no line of standard error is %q", want)
	}
	if args[0] != "0" && strings.HasPrefix(out, "no findings:") {
		ts.Fatalf("a run that failed says that there are no findings")
	}
	for line := range strings.Lines(errs) {
		text := strings.TrimSuffix(line, "\n")
		switch {
		case rawError.MatchString(text):
			ts.Fatalf("%q is the error of a library", text)
		case strings.HasSuffix(text, "."):
			ts.Fatalf("%q ends with a full stop", text)
		}
	}
}

// rawError are parts of errors that Go and libraries write for programmers.
var rawError = regexp.MustCompile(`strconv|invalid syntax|flag provided|Incorrect Usage|unmarshal|yaml: line|json: (invalid|cannot)|lstat |open /|bad flag syntax|0x[0-9a-f]{6}|goroutine|\bnil\b`)

// minUsage is the minimum number of wrong usage cases in the scripts.
const minUsage = 110

// The tables of wrong usage only grow, without duplicates.
func TestUsageCases(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob("../../fixtures/cli/usage-*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, script := range scripts {
		before := "" // the lines that set the case up
		for line := range strings.Lines(read(t, script)) {
			if strings.HasPrefix(line, "-- ") {
				break
			}
			if !strings.HasPrefix(line, "usage ") {
				before = line
				continue
			}
			key := line
			if strings.HasPrefix(before, "env ") || strings.HasPrefix(before, "cp ") || strings.HasPrefix(before, "stdin ") {
				key = before + line
			}
			if seen[key] != "" {
				t.Errorf("%s: %s is also in %s", script, strings.TrimSpace(line), seen[key])
			}
			seen[key] = script
		}
	}
	if len(seen) < minUsage {
		t.Errorf("%d cases of wrong usage, want at least %d", len(seen), minUsage)
	}
}

// A manifest after -f, as for kubectl, is not read as input; the message says where files go.
func TestNoPath(t *testing.T) {
	t.Parallel()
	var stderr strings.Builder
	code := cli.Command{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &stderr}.Main(t.Context(), []string{"imagelint", "-f", "pod.yaml"})
	if want := "imagelint: lint needs a PATH; -f names a file with values for charts, and files to read are arguments without a flag\n"; code != cli.ExitUsage || stderr.String() != want {
		t.Errorf("exit %d\n%s", code, stderr.String())
	}
}
