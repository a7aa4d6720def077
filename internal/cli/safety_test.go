package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var testName = regexp.MustCompile("`([^`]*)`")

// TestSafetyPage: each row of docs/safety.md names tests, and each of them exists, as PACKAGE.TestName or as
// the path of a script.
func TestSafetyPage(t *testing.T) {
	t.Chdir("../..")
	rows := 0
	for line := range strings.Lines(read(t, "docs/safety.md")) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 5 || strings.HasPrefix(cells[1], "---") || strings.TrimSpace(cells[3]) == "verified by" {
			if strings.HasPrefix(line, "|") && len(cells) != 5 {
				t.Errorf("a row has %d cells: %s", len(cells)-2, line)
			}
			continue
		}
		rows++
		names := testName.FindAllStringSubmatch(cells[3], -1)
		if len(names) == 0 {
			t.Errorf("no test covers the row %q", strings.TrimSpace(cells[1]))
		}
		for _, m := range names {
			if err := testExists(m[1]); err != nil {
				t.Errorf("%s: %v", strings.TrimSpace(cells[1]), err)
			}
		}
	}
	if rows < 40 {
		t.Errorf("%d rows, which cannot be all", rows)
	}
	if err := testExists("internal/cli.TestSafetyPag"); err == nil {
		t.Error("a prefix of a test's name is accepted")
	}
}

// testExists looks for a test by package and name, or by path.
func testExists(name string) error {
	if strings.HasSuffix(name, ".txtar") {
		_, err := os.Stat(name)
		return err
	}
	dot := strings.LastIndex(name, ".") // without one, it is in the root
	folder, function := name[:max(dot, 0)], name[dot+1:]
	files, err := filepath.Glob(filepath.Join(filepath.FromSlash(folder), "*_test.go"))
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if strings.Contains(string(text), "\nfunc "+function+"(") {
			return nil
		}
	}
	return &os.PathError{Op: "look for", Path: name, Err: os.ErrNotExist}
}
