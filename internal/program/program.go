//go:build !js

// Package program starts other programs: those of the user, and our own again. In a browser there are none, and nothing that could start one is
// linked. It knows nothing of what the programs do.
package program

import (
	"context"
	"os/exec"
)

// Cmd is a program to start.
type Cmd = exec.Cmd

// ExitError is the error of a program that ended with a failure.
type ExitError = exec.ExitError

// The errors of programs that are not found, and of those that PATH names relative to the working directory.
var (
	ErrNotFound = exec.ErrNotFound
	ErrDot      = exec.ErrDot
)

// Command prepares a program, which is ended with the context.
func Command(ctx context.Context, name string, args ...string) *Cmd {
	return exec.CommandContext(ctx, name, args...)
}

// LookPath finds a program on PATH.
func LookPath(name string) (string, error) { return exec.LookPath(name) }
