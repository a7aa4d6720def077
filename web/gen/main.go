// Command gen writes the examples of the playground, which it takes from the rules' fixtures: go run ./web/gen > FILE.
// Run it in the root of the repository.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/imagelint-dev/imagelint/internal/playground"
)

func main() {
	examples, err := playground.Examples(os.DirFS("fixtures"))
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(examples)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
