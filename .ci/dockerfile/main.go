// Command dockerfile reads a Dockerfile from standard input with BuildKit's own parser and linter, and fails on their findings. It is a separate
// module, so that imagelint does not depend on BuildKit.
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
