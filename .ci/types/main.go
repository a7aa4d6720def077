// Command types checks that the packages of a folder, with all that they import, compile for other
// platforms: types FOLDER PLATFORM[+tests]... with platforms such as linux/386. It reads the sources as the
// compiler does, but makes no code, which takes a tenth of the time. A constant that is too large for a
// 32-bit int is an error, as for the compiler; what only a linker or an assembler notices is not found.
package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/tools/go/packages"
)

func main() {
	status := 0
	for _, name := range os.Args[2:] {
		platform, tests := strings.CutSuffix(name, "+tests")
		start := time.Now()
		n, err := check(os.Args[1], platform, tests)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		if err != nil || n > 0 {
			fmt.Printf("%s: FAILED\n", name)
			status = 1
			continue
		}
		fmt.Printf("%s: compiles (%.0f s)\n", name, time.Since(start).Seconds())
	}
	os.Exit(status)
}

// check returns the number of errors of a platform, which it prints.
func check(folder, platform string, tests bool) (int, error) {
	system, processor, _ := strings.Cut(platform, "/")
	patterns := []string{"."}
	if tests {
		patterns = []string{"./..."}
	}
	found, err := packages.Load(&packages.Config{
		Dir:   folder,
		Mode:  packages.NeedName | packages.NeedImports | packages.NeedDeps | packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo,
		Env:   append(os.Environ(), "GOOS="+system, "GOARCH="+processor, "CGO_ENABLED=0"),
		Tests: tests,
	}, patterns...)
	if err != nil {
		return 0, err
	}
	return packages.PrintErrors(found), nil
}
