// Package exec replaces os/exec when kustomize is built for the browser. It declares the names that kustomize uses,
// and cannot start programs.
package exec

import (
	"context"
	"errors"
	"io"
)

// ErrAbsent is returned by all functions.
var ErrAbsent = errors.New("there are no programs here")

// Cmd is a command that cannot be started.
type Cmd struct {
	Path, Dir      string
	Args, Env      []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// LookPath returns ErrAbsent.
func LookPath(string) (string, error) { return "", ErrAbsent }

// Command returns a Cmd that cannot be started.
func Command(string, ...string) *Cmd { return &Cmd{} }

// CommandContext returns a Cmd that cannot be started.
func CommandContext(context.Context, string, ...string) *Cmd { return &Cmd{} }

// Run returns ErrAbsent.
func (*Cmd) Run() error { return ErrAbsent }

// Output returns ErrAbsent.
func (*Cmd) Output() ([]byte, error) { return nil, ErrAbsent }

// CombinedOutput returns ErrAbsent.
func (*Cmd) CombinedOutput() ([]byte, error) { return nil, ErrAbsent }

// String returns "".
func (*Cmd) String() string { return "" }
