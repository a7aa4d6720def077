package cli_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/cli"
)

// imagelint does what docs/comparison.md says. The other columns are the output of .ci/peers.
func TestComparison(t *testing.T) {
	t.Chdir("../..")
	rows := regexp.MustCompile("(?m)^\\| `([a-z.]+)`[^|]*\\| (?:(\\d+)[,:] )?(?:exit (\\d))?").FindAllStringSubmatch(read(t, "docs/comparison.md"), -1)
	if len(rows) < 7 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, row := range rows {
		var out, errs bytes.Buffer
		c := cli.Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Dial: refuse{}.dial}
		code := c.Main(t.Context(), []string{"imagelint", "fixtures/comparison/" + row[1], "--config", "", "--format", "short"})
		if found := fmt.Sprint(strings.Count(out.String(), "\n")); row[2] != "" && found != row[2] {
			t.Errorf("%s: %s findings, and the page says %s", row[1], found, row[2])
		}
		if row[3] != "" && fmt.Sprint(code) != row[3] {
			t.Errorf("%s: exit code %d, and the page says %s", row[1], code, row[3])
		}
	}
}
