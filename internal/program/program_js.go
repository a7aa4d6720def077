// Package program starts other programs: those of the user, and our own again. In a browser there are none, and nothing that could start one is
// linked. It knows nothing of what the programs do.
package program

import (
	"context"
	"errors"
	"io"
	"os"
	"time"
)

// The errors of programs that are not found.
var (
	ErrNotFound = errors.New("there are no programs in a browser")
	ErrDot      = errors.New("there is no working directory in a browser")
)

// Cmd stands for a program, of which there is none.
type Cmd struct {
	Dir            string
	Env            []string
	WaitDelay      time.Duration
	Stdout, Stderr io.Writer
	Process        *os.Process
}

// ExitError is the error of no program.
type ExitError struct {
	Stderr []byte
}

// Error implements error.
func (e *ExitError) Error() string { return ErrNotFound.Error() }

// ExitCode is that of a program that never ran.
func (e *ExitError) ExitCode() int { return -1 }

// Command prepares nothing.
func Command(context.Context, string, ...string) *Cmd { return &Cmd{} }

// LookPath finds no program.
func LookPath(string) (string, error) { return "", ErrNotFound }

// StdinPipe fails.
func (c *Cmd) StdinPipe() (io.WriteCloser, error) { return nil, ErrNotFound }

// StdoutPipe fails.
func (c *Cmd) StdoutPipe() (io.ReadCloser, error) { return nil, ErrNotFound }

// Output fails.
func (c *Cmd) Output() ([]byte, error) { return nil, ErrNotFound }

// Start fails.
func (c *Cmd) Start() error { return ErrNotFound }

// Wait fails.
func (c *Cmd) Wait() error { return ErrNotFound }
