package settings

import (
	"context"
	"os"
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

// Configs returns a function that lists the configuration files below paths, or below the working directory if there are none. It omits unreadable ones.
func Configs(ctx context.Context) func(paths []string) []string {
	return func(paths []string) []string { return walk.Configs(ctx, paths) }
}

// IsFolder reports whether a path is a folder of the machine.
func IsFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
