// Command gen writes ../tables_gen.go from ../data: the facts of package catalog as sorted tables of constants. It
// checks that every fact has a date and a source, that keys are sorted and unique, and that enum values are known.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run("data", "tables_gen.go"); err != nil {
		panic(err) // only "go generate" runs this command
	}
}

func run(dir, out string) error {
	src, err := generate(dir)
	if err != nil {
		return err
	}
	// The mode applies only to a new file; git keeps the mode of an existing one.
	if err := os.WriteFile(out, src, 0o600); err != nil {
		return fmt.Errorf("write tables: %w", err)
	}
	return nil
}
