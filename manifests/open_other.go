//go:build !unix

package manifests

import (
	"io"
	"os"
)

// openFile opens a file that is read from its beginning to its end.
func openFile(name string) (io.ReadCloser, error) { return os.Open(name) }
