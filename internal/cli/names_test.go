package cli

import (
	"slices"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/flags"
)

// The flags of a run have the names that help and completion show.
func TestFlagNames(t *testing.T) {
	t.Parallel()
	for i, cmd := range (Command{}).App().Commands {
		app := (Command{}).App()
		flags.Lean(app, cmd.Name)
		for j, f := range app.Commands[i].Flags {
			if got, want := f.Names(), cmd.Flags[j].Names(); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", cmd.Name, got, want)
			}
		}
	}
}
