//go:build !unix

package files

import (
	"io"
	"os"
)

// openRegular is Open for reading a file from its beginning to its end, and returns its size.
func openRegular(name string, limit int64) (io.ReadCloser, int64, error) { return open(name, limit) }

// OpenInput opens a file that is read from its beginning to its end.
func OpenInput(name string, _, _ bool) (io.ReadCloser, error) { return os.Open(name) } //nolint:forbidigo // the user may name a pipe
