// Command types type-checks the packages in a folder and all their dependencies for other platforms: types FOLDER
// PLATFORM[+tests]..., where a platform is such as linux/386. Unlike a build it generates no code, so it takes a tenth
// of the time. It reports constants that overflow a 32-bit int, as the compiler does, but no errors that only the
// linker or assembler finds. It does not look into the functions of the standard library, which compile for sure.
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/tools/go/packages"
)

func main() {
	status := 0
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	library := strings.TrimSpace(string(root))
	for _, name := range os.Args[2:] {
		platform, tests := strings.CutSuffix(name, "+tests")
		start := time.Now()
		n, err := check(os.Args[1], library, platform, tests)
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
func check(folder, library, platform string, tests bool) (int, error) {
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
		ParseFile: func(set *token.FileSet, name string, text []byte) (*ast.File, error) {
			file, err := parser.ParseFile(set, name, text, parser.AllErrors|parser.SkipObjectResolution)
			if file != nil && strings.HasPrefix(name, library) {
				removeBodies(file)
			}
			return file, err
		},
	}, patterns...)
	if err != nil {
		return 0, err
	}
	failed := 0
	packages.Visit(found, nil, func(p *packages.Package) {
		for _, e := range p.Errors {
			if e.Kind == packages.TypeError && strings.HasPrefix(e.Pos, library) {
				continue // such as an import that only the removed functions use
			}
			fmt.Fprintln(os.Stderr, e)
			failed++
		}
	})
	return failed, nil
}

func removeBodies(file *ast.File) {
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			f.Body = nil
		}
	}
}
