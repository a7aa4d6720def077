// Command dockerfile reads a Dockerfile from standard input with BuildKit's own parser and linter, and fails on what they say. It is a module of its
// own, so that BuildKit is no dependency of imagelint.
package main

import (
	"fmt"
	"os"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

func main() {
	failed := false
	warn := func(rule, _, _, message string, _ []parser.Range) {
		fmt.Fprintf(os.Stderr, "%s: %s\n", rule, message)
		failed = true
	}
	file, err := parser.Parse(os.Stdin)
	if err == nil {
		_, _, err = instructions.Parse(file.AST, linter.New(&linter.Config{Warn: warn}))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err != nil || failed {
		os.Exit(1)
	}
}
