// Package program starts other programs: the user's, and imagelint itself as a worker. In a browser there are
// none, and no code to start one is linked. It does not know what the programs do.
package program

import (
	"context"
	"errors"
	"io"
	"os"
	"time"
)

// Errors for programs that are not found.
var (
	ErrNotFound = errors.New("there are no programs in a browser")
	ErrDot      = errors.New("there is no working directory in a browser")
)

// Cmd stands in for exec.Cmd and cannot be started.
type Cmd struct {
	Dir            string
	Env            []string
	WaitDelay      time.Duration
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Process        *os.Process
}

// ExitError stands in for exec.ExitError and never occurs.
type ExitError struct {
	Stderr []byte
}

// Error implements error.
func (e *ExitError) Error() string { return ErrNotFound.Error() }

// ExitCode returns -1, as for a program that was not started.
func (e *ExitError) ExitCode() int { return -1 }

// Command returns a Cmd that cannot be started.
func Command(context.Context, string, ...string) *Cmd { return &Cmd{} }

// LookPath always returns ErrNotFound.
func LookPath(string) (string, error) { return "", ErrNotFound }

// StdinPipe always returns ErrNotFound.
func (c *Cmd) StdinPipe() (io.WriteCloser, error) { return nil, ErrNotFound }

// StdoutPipe always returns ErrNotFound.
func (c *Cmd) StdoutPipe() (io.ReadCloser, error) { return nil, ErrNotFound }

// Output always returns ErrNotFound.
func (c *Cmd) Output() ([]byte, error) { return nil, ErrNotFound }

// Start always returns ErrNotFound.
func (c *Cmd) Start() error { return ErrNotFound }

// Wait always returns ErrNotFound.
func (c *Cmd) Wait() error { return ErrNotFound }

// Run always returns ErrNotFound.
func (c *Cmd) Run() error { return ErrNotFound }
