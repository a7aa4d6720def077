package cli_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// usage is a row of a table of wrong usage: usage CODE MESSAGE ARGS...
//
// It runs imagelint with the arguments and wants the exit code, and the message as a whole line of standard error. Whatever the case, no run that
// failed says that there are no findings, and no message is the raw error of a library.
func usage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: usage CODE MESSAGE [ARGS]")
	}
	exits(ts, false, append([]string{args[0], "imagelint"}, args[2:]...))
	out, errs := ts.ReadFile("stdout"), ts.ReadFile("stderr")
	if lines := strings.Split(errs, "\n"); !slices.Contains(lines, "imagelint: "+args[1]) {
		ts.Fatalf("no line of standard error is %q", "imagelint: "+args[1])
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

// rawError are words of errors that Go and libraries write for programmers.
var rawError = regexp.MustCompile(`strconv|invalid syntax|flag provided|Incorrect Usage|unmarshal|yaml: line|json: (invalid|cannot)|lstat |open /|bad flag syntax|0x[0-9a-f]{6}|goroutine|\bnil\b`)

// leastUsage is how many cases of wrong usage the scripts hold at least.
const leastUsage = 110

// The tables of wrong usage only grow, and no case is in them twice.
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
				t.Errorf("%s: %s is in %s, too", script, strings.TrimSpace(line), seen[key])
			}
			seen[key] = script
		}
	}
	if len(seen) < leastUsage {
		t.Errorf("%d cases of wrong usage, want at least %d", len(seen), leastUsage)
	}
}
