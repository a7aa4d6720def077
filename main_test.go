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

// floors says which packages of ours a package may import; a name that ends in "/" stands for the package and all below it. Arrows only
// point down. To add an arrow, add a line here and justify it in the commit.
var floors = map[string][]string{
	"":                         {"internal/cli", "internal/plugin", "internal/stack"},
	"internal/plugin":          {"internal/cli", "internal/complete", "internal/flags", "internal/live"},
	"internal/cli":             {"internal/", "lint", "manifests/", "rules/"},
	"internal/baseline":        {"internal/files", "internal/report", "lint", "manifests"},
	"internal/catalogs":        {"internal/config", "internal/files", "internal/gather", "internal/glob", "internal/probe", "internal/report", "lint", "manifests", "manifests/imageref", "rules", "rules/catalog"},
	"internal/cluster":         {"manifests", "manifests/imageref"},
	"internal/complete":        {"internal/flags", "internal/report", "lint", "rules", "rules/catalog"},
	"internal/config":          {"internal/files", "internal/glob", "internal/near", "lint", "manifests", "manifests/resources", "manifests/source"},
	"internal/engine":          {"internal/baseline", "internal/cluster", "internal/config", "internal/facts", "internal/facts/registries", "internal/files", "internal/fix", "internal/git", "internal/glob", "internal/history", "internal/render", "internal/walk", "lint", "manifests", "manifests/overlay", "manifests/plan", "manifests/resources", "manifests/source"},
	"internal/facts":           {},
	"internal/files":           {},
	"internal/flags":           {"internal/config"},
	"internal/fix":             {"internal/files", "internal/report", "lint", "manifests", "manifests/redact", "manifests/source"}, // what may be printed is said in one place
	"internal/gather":          {"internal/lazy", "rules/catalog"},
	"internal/gen":             {},
	"internal/glob":            {}, // the one language of globs, which settings of every floor are written in
	"internal/git":             {"internal/files", "internal/program"},
	"internal/history":         {"internal/git", "internal/walk", "lint", "manifests", "manifests/source"},
	"internal/lsp":             {"internal/baseline", "internal/catalogs", "internal/config", "internal/engine", "internal/files", "internal/inventory", "internal/lazy", "internal/policy", "internal/render", "internal/report", "lint", "manifests", "manifests/imageref", "manifests/plan", "manifests/pullsecret", "manifests/source", "rules", "rules/catalog"},
	"internal/inventory":       {"internal/cluster", "internal/config", "internal/engine", "internal/glob", "internal/report", "manifests", "manifests/imageref", "manifests/plan", "manifests/resources", "manifests/source"},
	"internal/near":            {}, // config, plan and the catalog know different words
	"internal/notes":           {"internal/baseline", "internal/config", "internal/engine", "internal/fix", "internal/probe", "internal/report", "lint", "manifests"},
	"internal/lazy":            {}, // what a program's start is spared, on every floor
	"internal/live":            {"internal/program", "manifests"},
	"internal/kustomize":       {"internal/files", "internal/yamlnode", "manifests/source"},
	"internal/playground":      {"internal/config", "internal/engine", "internal/files", "internal/inventory", "internal/report", "lint", "manifests/plan", "manifests/source", "rules", "rules/catalog"},
	"internal/policy":          {"internal/config", "lint", "manifests", "manifests/plan"}, // mistakes are reported as those of the configuration are
	"internal/probe":           {"internal/facts/registries", "internal/files", "lint", "manifests/imageref", "manifests/pullsecret"},
	"internal/program":         {}, // what starts programs, and has a counterpart where there are none
	"internal/render":          {"internal/files", "internal/kustomize", "internal/program", "internal/yamlnode", "manifests", "manifests/redact", "manifests/source"},
	"internal/report":          {"internal/cluster", "internal/report/html", "lint", "manifests", "manifests/plan", "manifests/pullsecret", "manifests/redact", "manifests/source"},
	"internal/report/html":     {}, // knows texts and numbers
	"internal/settings":        {"internal/baseline", "internal/catalogs", "internal/cluster", "internal/config", "internal/engine", "internal/files", "internal/flags", "internal/git", "internal/inventory", "internal/lazy", "internal/probe", "internal/report", "internal/glob", "internal/walk", "lint", "rules", "rules/catalog"},
	"internal/scale":           {}, // runs the program from outside
	"internal/stack":           {}, // nor anything else, see TestUnlinked
	"internal/terminal":        {},
	"internal/version":         {},
	"internal/walk":            {"internal/files", "internal/glob", "manifests"},
	"internal/yamlnode":        {"manifests/source"}, // what helm and kustomize read is read in one way
	"lint":                     {"internal/glob", "internal/near", "manifests/"},
	"manifests":                {"internal/lazy", "manifests/internal/", "manifests/model", "manifests/resources", "manifests/source"},
	"manifests/fastyaml":       {},
	"manifests/overlay":        {"manifests", "manifests/imageref"},
	"manifests/imageref":       {"internal/lazy"},
	"manifests/plan":           {"internal/facts", "internal/glob", "internal/near", "manifests", "manifests/imageref", "manifests/overlay", "manifests/pullsecret", "manifests/resources", "manifests/source"},
	"manifests/pullsecret":     {"internal/facts/registries"},
	"manifests/redact":         {"internal/lazy", "manifests/imageref"}, // knows lines, and which addresses hold credentials
	"manifests/resources":      {},
	"manifests/resources/crds": {"manifests/resources"}, // knows which kinds have a row already
	"manifests/resources/gen":  {"manifests/resources"},
	"manifests/source":         {},
	"rules":                    {"internal/facts/registries", "internal/glob", "internal/lazy", "lint", "rules/catalog", "manifests/"},
	"rules/catalog":            {"internal/facts/registries", "internal/lazy", "internal/near"},
	"rules/catalog/gen":        {"rules/catalog"},
	"rules/catalog/pack":       {"rules/catalog"},
	"web/wasm":                 {"internal/playground"}, // for browsers alone
	"web/gen":                  {"internal/playground"},

	// What is known of a registry stands below all who ask.
	"internal/facts/registries":    {"internal/near"},
	"internal/facts/secretsources": {},

	// Below manifests: bytes to documents, documents to nodes, nodes to the model.
	"manifests/model":            {"manifests/imageref", "manifests/pullsecret", "manifests/source"},
	"manifests/internal/stream":  {"manifests/source"},
	"manifests/internal/tree":    {"manifests/fastyaml", "manifests/internal/stream", "manifests/model", "manifests/resources", "manifests/source"},
	"manifests/internal/extract": {"internal/facts/secretsources", "internal/lazy", "manifests/imageref", "manifests/internal/stream", "manifests/internal/tree", "manifests/model", "manifests/pullsecret", "manifests/redact", "manifests/resources", "manifests/source"},
}

// The packages import each other only as the table says.
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

// The map in CONTRIBUTING.md has a place for every package, and for no other.
func TestMap(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "| package | responsible for |\n")
	table, _, ok := strings.Cut(rest, "\n\n")
	if !ok {
		t.Fatal("there is no map")
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

// reaching are the packages of ours that reach out of the program, and by what. What the others do not import they cannot do.
var reaching = map[string][]string{
	"internal/cli":         {"net"},                                      // the type of a connection, which tests refuse
	"internal/gather":      {"os/exec"},                                  // git, which only reads
	"internal/probe":       {"net", "net/http", "crypto/tls", "os/exec"}, // registries, and the programs that know their credentials
	"manifests/pullsecret": {"net"},                                      // takes addresses apart
	"internal/program":     {"os/exec"},                                  // git, which only reads; kustomize; kubectl and helm, which only get
}

// Nothing but the packages above speaks to servers or starts other programs; without the one that asks registries, the program holds nothing
// that could speak to a server.
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
			t.Errorf("the program holds %s", p.ImportPath)
		}
		for _, i := range p.Imports {
			if isOurs(p.ImportPath) && slices.Contains(outward, i) && !slices.Contains(reaching[ours(p.ImportPath)], i) {
				t.Errorf("%s imports %s", p.ImportPath, i)
			}
		}
	}
}

// What a browser is given of ours reaches out by nothing; manifests/pullsecret only takes addresses apart. web/wasm/build sees to what others wrote.
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

// ours is the path of a package of ours within the module.
func ours(path string) string { return strings.TrimPrefix(strings.TrimPrefix(path, module), "/") }

// list asks the go command for packages.
func list(t *testing.T, args ...string) []pkg {
	t.Helper()
	return listFor(t, nil, args...)
}

// listFor asks it for another platform, as variables say.
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

// foreign matches what belongs to somebody's workplace and not to the project. The letters in brackets keep the pattern from matching
// itself.
var foreign = regexp.MustCompile(`(?i)(^|[^$[:word:]])/[w]ork/|[^-[:word:]][s]hared/|/[t]mp/(corpus|briefs)|[h]elper-\d|\b[s]ub-?agents?\b|[c]o-authored-by|\b[c]laude\b|\b[a]nthropic\b`)

// mayBeForeign reports whether a line holds a piece of what foreign matches, which costs far less to see.
func mayBeForeign(line string) bool {
	line = strings.ToLower(line)
	return slices.ContainsFunc([]string{"ork/", "hared/", "mp/", "elper-", "gent", "uthored", "laude", "nthropic"}, func(piece string) bool { return strings.Contains(line, piece) })
}

// The files speak of the project alone.
func TestForeignWords(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"see /work" + "/main", "../shar" + "ed/facts", "a sub" + "agent", "help" + "er-3"} {
		if !mayBeForeign(s) || !foreign.MatchString(s) {
			t.Errorf("%q is let through", s)
		}
	}
	for _, s := range []string{"a credential helper", "cd $WORK/alone", "the work/ folder", "an agent"} {
		if foreign.MatchString(s) {
			t.Errorf("%q is refused", s)
		}
	}
	files := 0
	err := filepath.WalkDir(".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && (e.Name() == ".git" || e.Name() == "node_modules" || name == filepath.Join("web", "dist")): // the last two are not ours
			return filepath.SkipDir
		case !e.Type().IsRegular(), name == ".git": // a file where it is one of several working trees
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

// What docs/api.md offers compiles in a module of somebody else, and does what it says there.
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
		fmt.Printf("%s:%d:%d: %s\n", f.Span.File.Name, f.Span.Start.Line, f.Span.Start.Col, f.Rule)
	}
	w := set.Workloads[0]
	planner := plan.New(set, plan.Options{})
	fmt.Println(planner.Verdict(w.Images[1], planner.Image(w, w.Images[1])).Outcome)
	if _, err := imageref.Parse("ghcr.io/acme/b:1"); err != nil || pullsecret.RecommendedKey("ghcr.io") == "" {
		os.Exit(1)
	}
}
`

// unlinked are packages that the program must not contain, although a package that it uses is near them: each initializes tables or patterns at
// every start, whether or not they are used. docs/performance.md has the figures.
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

// No pattern is compiled before it is wanted: all of them together cost more than linting a file. [lazy.Regexp] is how.
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
