package lsp

import (
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/rules"
)

// configErrors are what is wrong in the text of a configuration file.
func configErrors(path string, text []byte) []*config.Error {
	_, err := config.Parse(path, text, rules.All())
	return errorsOf(err)
}

// owns reports whether a file is of this workspace, and of no inner one.
func (w *workspace) owns(path string) bool {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	return w.s.spaceOf(path) == w
}
