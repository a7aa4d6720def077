package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const module = "github.com/imagelint-dev/imagelint"

// floors lists the internal packages that each package may import; a name that ends in "/" includes all packages below
// it. Imports only point down. To add one, add a line here and justify it in the commit.
var floors = map[string][]string{
	"":                         {"internal/cli", "internal/plugin", "internal/stack"},
	"internal/plugin":          {"internal/cli", "internal/complete", "internal/flags", "internal/live"},
	"internal/cli":             {"internal/", "lint", "manifests/", "rules/"},
	"internal/baseline":        {"internal/files", "internal/report", "lint", "manifests"},
	"internal/catalogs":        {"internal/cluster", "internal/config", "internal/files", "internal/gather", "internal/glob", "internal/probe", "internal/report", "lint", "manifests", "manifests/imageref", "rules", "rules/catalog"},
	"internal/cluster":         {"manifests", "manifests/imageref"},
	"internal/complete":        {"internal/flags", "internal/report", "lint", "rules", "rules/catalog"},
	"internal/config":          {"internal/files", "internal/glob", "internal/near", "lint", "manifests", "manifests/resources", "manifests/source"},
	"internal/engine":          {"internal/baseline", "internal/cluster", "internal/config", "internal/facts", "internal/facts/registries", "internal/files", "internal/fix", "internal/git", "internal/glob", "internal/history", "internal/render", "internal/walk", "lint", "manifests", "manifests/imageref", "manifests/overlay", "manifests/plan", "manifests/resources", "manifests/source"},
	"internal/facts":           {},
	"internal/files":           {},
	"internal/flags":           {"internal/config"},
	"internal/fix":             {"internal/files", "internal/report", "lint", "manifests", "manifests/imageref", "manifests/redact", "manifests/source"}, // the only package that decides what may be printed
	"internal/gather":          {"internal/lazy", "rules/catalog"},
	"internal/gen":             {},
	"internal/glob":            {}, // globs of all settings and flags
	"internal/git":             {"internal/files", "internal/program"},
	"internal/history":         {"internal/git", "internal/walk", "lint", "manifests", "manifests/source"},
	"internal/lsp":             {"internal/baseline", "internal/catalogs", "internal/config", "internal/engine", "internal/files", "internal/inventory", "internal/lazy", "internal/policy", "internal/render", "internal/report", "internal/walk", "lint", "manifests", "manifests/imageref", "manifests/plan", "manifests/pullsecret", "manifests/source", "rules", "rules/catalog"},
	"internal/inventory":       {"internal/cluster", "internal/config", "internal/engine", "internal/glob", "internal/report", "lint", "manifests", "manifests/imageref", "manifests/plan", "manifests/resources", "manifests/source"},
	"internal/near":            {}, // used by config, plan, rules and the catalog for their own vocabularies
	"internal/notes":           {"internal/baseline", "internal/config", "internal/engine", "internal/fix", "internal/probe", "internal/report", "lint", "manifests"},
	"internal/slow":            {}, // only tests import it
	"internal/lazy":            {}, // speeds up the start of the program on every floor
	"internal/live":            {"internal/program", "manifests"},
	"internal/kustomize":       {"internal/files", "internal/yamlnode", "manifests/fastyaml", "manifests/imageref", "manifests/source"},
	"internal/playground":      {"internal/config", "internal/engine", "internal/files", "internal/inventory", "internal/report", "lint", "manifests/plan", "manifests/source", "rules", "rules/catalog"},
	"internal/policy":          {"internal/config", "lint", "manifests", "manifests/plan", "manifests/resources"}, // reports errors like those of the configuration
	"internal/probe":           {"internal/facts/registries", "internal/files", "lint", "manifests/imageref", "manifests/pullsecret"},
	"internal/program":         {}, // starts programs; has a stub for platforms without processes
	"internal/render":          {"internal/files", "internal/kustomize", "internal/program", "internal/yamlnode", "manifests", "manifests/imageref", "manifests/redact", "manifests/source"},
	"internal/report":          {"internal/cluster", "internal/report/html", "lint", "manifests", "manifests/imageref", "manifests/plan", "manifests/pullsecret", "manifests/redact", "manifests/source"},
	"internal/report/html":     {}, // only text and numbers
	"internal/settings":        {"internal/baseline", "internal/catalogs", "internal/cluster", "internal/config", "internal/engine", "internal/files", "internal/flags", "internal/git", "internal/inventory", "internal/lazy", "internal/probe", "internal/report", "internal/glob", "internal/walk", "lint", "rules", "rules/catalog"},
	"internal/scale":           {}, // runs the built program
	"internal/stack":           {}, // imports nothing, see TestUnlinked
	"internal/terminal":        {},
	"internal/version":         {},
	"internal/walk":            {"internal/files", "internal/glob", "manifests"},
	"internal/yamlnode":        {"manifests/source"}, // one reader for helm's and kustomize's YAML
	"lint":                     {"internal/glob", "internal/near", "manifests/"},
	"manifests":                {"internal/files", "internal/lazy", "manifests/internal/", "manifests/model", "manifests/resources", "manifests/source"},
	"manifests/fastyaml":       {},
	"manifests/overlay":        {"manifests", "manifests/imageref", "manifests/source"},
	"manifests/imageref":       {"internal/lazy"},
	"manifests/plan":           {"internal/facts", "internal/facts/registries", "internal/glob", "internal/near", "manifests", "manifests/imageref", "manifests/overlay", "manifests/pullsecret", "manifests/resources", "manifests/source"},
	"manifests/pullsecret":     {"internal/facts/registries"},
	"manifests/redact":         {"internal/lazy", "manifests/imageref"}, // lines, and addresses with credentials
	"manifests/resources":      {},
	"manifests/resources/crds": {"manifests/resources"}, // skips kinds that are already in the table
	"manifests/resources/gen":  {"manifests/resources"},
	"manifests/source":         {},
	"rules":                    {"internal/facts/registries", "internal/glob", "internal/lazy", "internal/near", "lint", "rules/catalog", "manifests/"},
	"rules/catalog":            {"internal/facts/registries", "internal/lazy", "internal/near"},
	"rules/catalog/gen":        {"rules/catalog"},
	"rules/catalog/pack":       {"rules/catalog"},
	"web/wasm":                 {"internal/playground"}, // browsers only
	"web/gen":                  {"internal/playground"},

	// Registry facts are below all packages that use them.
	"internal/facts/registries":    {"internal/near"},
	"internal/facts/secretsources": {},

	// Below manifests: bytes to documents, documents to nodes, nodes to the model.
	"manifests/model":            {"manifests/imageref", "manifests/pullsecret", "manifests/source"},
	"manifests/internal/stream":  {"manifests/source"},
	"manifests/internal/tree":    {"manifests/fastyaml", "manifests/internal/stream", "manifests/model", "manifests/resources", "manifests/source"},
	"manifests/internal/extract": {"internal/facts/registries", "internal/facts/secretsources", "internal/lazy", "internal/near", "manifests/imageref", "manifests/internal/stream", "manifests/internal/tree", "manifests/model", "manifests/pullsecret", "manifests/redact", "manifests/resources", "manifests/source"},
}

// Packages import only what the table allows.
func TestImports(t *testing.T) {
	t.Parallel()
	packages := list(t, "./...")
	if len(packages) < 10 {
		t.Fatalf("go list names %d packages", len(packages))
	}
	for _, p := range packages {
		name := ours(p.ImportPath)
		allowed, ok := floors[name]
		if !ok {
			t.Errorf("package %q is not in the table of floors", name)
			continue
		}
		for _, i := range p.Imports {
			if !isOurs(i) {
				continue
			}
			i = ours(i)
			if !slices.ContainsFunc(allowed, func(a string) bool {
				return i == strings.TrimSuffix(a, "/") || strings.HasSuffix(a, "/") && strings.HasPrefix(i, a)
			}) {
				t.Errorf("%q imports %q, which is not below it", name, i)
			}
		}
	}
}

// The map in CONTRIBUTING.md lists exactly the existing packages.
func TestMap(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "| package | responsible for |\n")
	table, _, ok := strings.Cut(rest, "\n\n")
	if !ok {
		t.Fatal("the map is missing")
	}
	for name := range floors {
		if shown := "`" + name + "`"; name != "" && !strings.Contains(table, shown) {
			t.Errorf("package %q is not in the map", name)
		}
	}
	for _, cell := range regexp.MustCompile(`(?m)^\| ([^|]*) \|`).FindAllStringSubmatch(table, -1) {
		for _, name := range regexp.MustCompile("`([^`]*)`").FindAllStringSubmatch(cell[1], -1) {
			if _, ok := floors[name[1]]; !ok && name[1] != "main.go" {
				t.Errorf("%q is in the map, and no package", name[1])
			}
		}
	}
}

// reaching lists the packages with access to the network or other programs, and the imports that give it. Others
// cannot have it without these imports.
var reaching = map[string][]string{
	"internal/cli":         {"net"},                                      // a connection type, which tests reject
	"internal/gather":      {"os/exec"},                                  // runs git read-only
	"internal/probe":       {"net", "net/http", "crypto/tls", "os/exec"}, // registries, and credential helpers
	"manifests/pullsecret": {"net"},                                      // parses addresses
	"internal/program":     {"os/exec"},                                  // git (read-only), kustomize, and kubectl and helm (get only)
}

// Only the packages above access servers or start programs. Without internal/probe, the program links no network code.
func TestReaching(t *testing.T) {
	t.Parallel()
	outward := []string{"net/http", "net/rpc", "net/smtp", "crypto/tls", "net", "os/exec", "plugin"}
	packages := list(t, "-deps", ".")
	if len(packages) < 50 {
		t.Fatalf("go list names %d packages", len(packages))
	}
	asks := slices.ContainsFunc(packages, func(p pkg) bool { return ours(p.ImportPath) == "internal/probe" })
	for _, p := range packages {
		if !asks && slices.Contains(outward[:4], p.ImportPath) {
			t.Errorf("the program contains %s", p.ImportPath)
		}
		for _, i := range p.Imports {
			if isOurs(p.ImportPath) && slices.Contains(outward, i) && !slices.Contains(reaching[ours(p.ImportPath)], i) {
				t.Errorf("%s imports %s", p.ImportPath, i)
			}
		}
	}
}

// The browser build has no such access; manifests/pullsecret only parses addresses. web/wasm/build handles third-party
// packages.
func TestBrowser(t *testing.T) {
	t.Parallel()
	packages := listFor(t, []string{"GOOS=js", "GOARCH=wasm"}, "-deps", "./web/wasm")
	if len(packages) < 50 {
		t.Fatalf("go list names %d packages", len(packages))
	}
	for _, p := range packages {
		for _, i := range p.Imports {
			if isOurs(p.ImportPath) && slices.Contains([]string{"net/http", "net/rpc", "net/smtp", "crypto/tls", "os/exec", "plugin", module + "/internal/probe"}, i) {
				t.Errorf("%s imports %s in a browser", p.ImportPath, i)
			}
		}
	}
}

type pkg struct {
	ImportPath, Dir  string
	Imports, GoFiles []string
}

func isOurs(path string) bool { return path == module || strings.HasPrefix(path, module+"/") }

// ours returns the path of an internal package within the module.
func ours(path string) string { return strings.TrimPrefix(strings.TrimPrefix(path, module), "/") }

// list runs go list.
func list(t *testing.T, args ...string) []pkg {
	t.Helper()
	return listFor(t, nil, args...)
}

// listFor runs go list for another platform, given as environment variables.
func listFor(t *testing.T, variables []string, args ...string) []pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-json=ImportPath,Dir,Imports,GoFiles"}, args...)...)
	cmd.Env = append(os.Environ(), variables...)
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		t.Fatalf("go list: %v\n%s", err, exit.Stderr)
	} else if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("read go list's answer: %v", err)
		}
		all = append(all, p)
	}
}

// foreign matches text that belongs to someone's workplace instead of the project. The letters in brackets keep the
// pattern from matching itself.
var foreign = regexp.MustCompile(`(?i)(^|[^$[:word:]])/[w]ork/|[^-[:word:]][s]hared/|/[t]mp/(corpus|briefs)|[h]elper-\d|\b[s]ub-?agents?\b|[c]o-authored-by|\b[c]laude\b|\b[a]nthropic\b`)

// mayBeForeign is a cheap pre-check for foreign.
func mayBeForeign(line string) bool {
	line = strings.ToLower(line)
	return slices.ContainsFunc([]string{"ork/", "hared/", "mp/", "elper-", "gent", "uthored", "laude", "nthropic"}, func(piece string) bool { return strings.Contains(line, piece) })
}

// Files contain nothing about the workplace of their authors.
func TestForeignWords(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"see /work" + "/main", "../shar" + "ed/facts", "a sub" + "agent", "help" + "er-3"} {
		if !mayBeForeign(s) || !foreign.MatchString(s) {
			t.Errorf("%q is let through", s)
		}
	}
	for _, s := range []string{"a credential helper", "cd $WORK/alone", "the work/ folder", "an agent"} {
		if foreign.MatchString(s) {
			t.Errorf("%q is rejected", s)
		}
	}
	files := 0
	err := filepath.WalkDir(".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && (e.Name() == ".git" || e.Name() == "node_modules" || name == filepath.Join("web", "dist")): // the last two are generated
			return filepath.SkipDir
		case !e.Type().IsRegular(), name == ".git": // .git is a file in additional working trees
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if !utf8.Valid(data) {
			return nil // a program or an archive
		}
		files++
		n := 0
		for line := range strings.Lines(string(data)) {
			n++
			if !mayBeForeign(line) {
				continue
			}
			if word := foreign.FindString(line); word != "" {
				t.Errorf("%s:%d: %q does not belong here", path.Clean(filepath.ToSlash(name)), n, word)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 100 {
		t.Errorf("%d files read, which cannot be all", files)
	}
}

// The API in docs/api.md compiles in another module, and works there.
func TestOutsideModule(t *testing.T) {
	t.Parallel()
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile("go.sum")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	mod := strings.Replace(string(own), "module "+module, "module example.com/outside", 1) +
		"\nrequire " + module + " v0.0.0\n\nreplace " + module + " => " + root + "\n"
	for name, data := range map[string]string{"go.mod": mod, "go.sum": string(sums), "main.go": outside} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", "run", "-mod=mod", ".")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=-trimpath", "GOPROXY=off", "GOWORK=off", "GOTOOLCHAIN=local")
	out, err := cmd.CombinedOutput()
	if want := "web.yaml:1:105: image-uppercase\nanonymous\n"; err != nil || string(out) != want {
		t.Errorf("the program prints %q, want %q (%v)", out, want, err)
	}
}

const outside = `package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/overlay"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
	"github.com/imagelint-dev/imagelint/rules"
)

const pod = "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: app, image: 'ghcr.io/acme/Web:1'}, {name: b, image: 'ghcr.io/acme/b:1'}]}}"

func main() {
	open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(pod)), nil }
	set, err := manifests.Load(context.Background(), []manifests.Input{{Name: "web.yaml", Open: open}}, manifests.Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	overlay.Substitute(set)
	result, err := (&lint.Linter{Rules: rules.All()}).Run(context.Background(), set)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for _, f := range result.Findings {
		fmt.Printf("%s:%d:%d: %s\n", f.Span.File().Name, f.Span.Start().Line, f.Span.Start().Col, f.Rule)
	}
	w := set.Workloads[0]
	planner := plan.New(set, plan.Options{})
	fmt.Println(planner.Verdict(w.Images[1], planner.Image(w, w.Images[1])).Outcome)
	if _, err := imageref.Parse("ghcr.io/acme/b:1"); err != nil || pullsecret.RecommendedKey("ghcr.io") == "" {
		os.Exit(1)
	}
}
`

// unlinked lists packages that the program must not link although related packages are used: each initializes tables
// or patterns at every start. docs/performance.md has the figures.
var unlinked = map[string]string{
	"cel.dev/cel-go/cel": "internal/policy uses its parser, checker and interpreter",
	"encoding/gob":       "internal/kustomize has its own messages",
	"github.com/google/go-containerregistry/pkg/name": "internal/probe makes its requests itself; its package v1 needs no pattern",
	"github.com/klauspost/compress/zstd":              "only go-containerregistry's packages for layers need it",
	"github.com/opencontainers/go-digest":             "only go-containerregistry's package name needs it",
	"github.com/distribution/reference":               "manifests/imageref has its own parser",
	"google.golang.org/protobuf/reflect/protodesc":    "only cel-go's package cel needs it",
	"google.golang.org/protobuf/types/descriptorpb":   "only protodesc needs it",
}

func TestUnlinked(t *testing.T) {
	t.Parallel()
	packages := list(t, "-tags=urfave_cli_no_docs", "-deps", ".")
	if len(packages) < 50 {
		t.Fatalf("go list names %d packages", len(packages))
	}
	for _, p := range packages {
		if why, ok := unlinked[p.ImportPath]; ok {
			t.Errorf("the program contains %s: %s", p.ImportPath, why)
		}
		if ours(p.ImportPath) == "internal/stack" && len(p.Imports) > 0 {
			t.Errorf("%s imports %s, and would be initialized after them", p.ImportPath, p.Imports)
		}
	}
}

// No regular expression is compiled at start: together they would cost more than linting a file. Use [lazy.Regexp].
func TestNoPatternAtStart(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, "-deps", ".") {
		if !isOurs(p.ImportPath) {
			continue
		}
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range file.Decls {
				ast.Inspect(d, func(n ast.Node) bool {
					switch n := n.(type) {
					case *ast.FuncDecl, *ast.FuncLit:
						return false // runs later
					case *ast.CallExpr:
						if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "MustCompile" {
							t.Errorf("%s/%s compiles a pattern at the start", ours(p.ImportPath), name)
						}
					}
					return true
				})
			}
		}
	}
}
