// Package exec stands in place of os/exec where kustomize's library is built for a browser: it has the names that the library uses, and starts no
// program.
package exec

import (
	"context"
	"errors"
	"io"
)

// ErrAbsent is the error of every program.
var ErrAbsent = errors.New("there are no programs here")

// Cmd is a program that is never started.
type Cmd struct {
	Path, Dir      string
	Args, Env      []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// LookPath fails.
func LookPath(string) (string, error) { return "", ErrAbsent }

// Command prepares nothing.
func Command(string, ...string) *Cmd { return &Cmd{} }

// CommandContext prepares nothing.
func CommandContext(context.Context, string, ...string) *Cmd { return &Cmd{} }

// Run fails.
func (*Cmd) Run() error { return ErrAbsent }

// Output fails.
func (*Cmd) Output() ([]byte, error) { return nil, ErrAbsent }

// CombinedOutput fails.
func (*Cmd) CombinedOutput() ([]byte, error) { return nil, ErrAbsent }

// String is empty.
func (*Cmd) String() string { return "" }
