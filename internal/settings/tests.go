package settings

import (
	"context"
	"path/filepath"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/walk"
)

// TestFolders returns the test folders below the working directory that a run would read. It omits unreadable
// ones.
func TestFolders(ctx context.Context) ([]string, error) {
	found, err := walk.Walk(ctx, []string{"."}, walk.Options{})
	if ctx.Err() != nil {
		return nil, err
	}
	names := make([]string, len(found.Files))
	for i := range found.Files {
		names[i] = filepath.ToSlash(found.Files[i].Name)
	}
	return config.TestFolders(names), nil
}
