package settings

import (
	"context"
	"path/filepath"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/walk"
)

// TestFolders are the folders of tests below this one that a run would read. What cannot be read is left out.
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
