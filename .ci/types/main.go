// Command types type-checks the packages in a folder and all their dependencies for other platforms: types FOLDER
// PLATFORM[+tests]..., where a platform is such as linux/386. Unlike a build it generates no code, so it takes a tenth
// of the time. It reports constants that overflow a 32-bit int, as the compiler does, but no errors that only the
// linker or assembler finds.
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

// check prints the errors for a platform and returns their number.
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
