package manifests

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// declared are the exported types and constants that the files of a folder declare.
func declared(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, s := range g.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					out[s.Name.Name] = ast.IsExported(s.Name.Name)
				case *ast.ValueSpec:
					for _, n := range s.Names {
						out[n.Name] = ast.IsExported(n.Name)
					}
				}
			}
		}
	}
	return out
}

// Every type and constant of the model is here under the same name, so that nobody has to import both.
func TestNames(t *testing.T) {
	t.Parallel()
	here, model := declared(t, "."), declared(t, "model")
	if len(model) < 60 {
		t.Fatalf("the model has %d names", len(model))
	}
	for name, exported := range model {
		if exported && !here[name] {
			t.Errorf("%s of the model is missing", name)
		}
	}
}
