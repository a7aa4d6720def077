package facts

import (
	"os"
	"strings"
	"testing"
)

// The documentation names every known writer.
func TestPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/replaced.md")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(page)), " ")
	for _, w := range writers {
		if !strings.Contains(text, w.By) {
			t.Errorf("docs/replaced.md does not name %q", w.By)
		}
	}
}
