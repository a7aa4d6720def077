// Command gen writes ../tables_gen.go from ../data: the facts of package catalog as sorted tables of constants.
// It checks what it reads: every fact has a date and a source, names stand sorted and once, words are known.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run("data", "tables_gen.go"); err != nil {
		panic(err) // stops "go generate"; nobody else runs this
	}
}

func run(dir, out string) error {
	src, err := generate(dir)
	if err != nil {
		return err
	}
	// The mode is for a file that is not there yet; git keeps its own.
	if err := os.WriteFile(out, src, 0o600); err != nil {
		return fmt.Errorf("write tables: %w", err)
	}
	return nil
}
