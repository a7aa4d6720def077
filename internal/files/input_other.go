//go:build !unix

package files

import (
	"io"
	"os"
)

// OpenInput opens a file that is read from its beginning to its end.
func OpenInput(name string, _ bool) (io.ReadCloser, error) { return os.Open(name) } //nolint:forbidigo // the user may name a pipe
