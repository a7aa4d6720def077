package cli_test

import (
	"os"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/rules"
)

// TestPresets compares the presets with the table of rules, and docs/config.md with the presets.
func TestPresets(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/config.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, preset := range config.Presets() {
		if _, err := config.Parse(name, []byte(preset.YAML()), rules.All()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var sets []string
		for line := range strings.Lines(preset.YAML()) {
			if line = strings.TrimSpace(line); line != "rules:" {
				sets = append(sets, "`"+line+"`")
			}
		}
		if row := "| `" + name + "` | " + strings.Join(sets, ", ") + " |\n"; !strings.Contains(string(page), row) {
			t.Errorf("docs/config.md does not contain %s", row)
		}
	}
}
