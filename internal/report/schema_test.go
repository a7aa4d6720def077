package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// jsonDocument is a document that a command writes in JSON. The writers stream its fields, so it has no struct of its own.
type jsonDocument struct {
	name, command, description string
	fields                     []documentField
	whole                      any // the document as a struct, if there is one
}

// documentField is a field of a document, with a value type of this package.
type documentField struct {
	name, doc string
	of        any // a value of the struct, which is that of an item if list is set
	list      bool
	optional  bool
}

var jsonDocuments = []jsonDocument{
	{"lint", "imagelint PATH... --format json", "Findings, and what was examined.", []documentField{
		{name: "summary", doc: "what was examined, and the number of findings", of: jsonSummary{}},
		{name: "probe", doc: "with --probe, what registries were asked and answered", of: jsonProbe{}, optional: true},
		{name: "findings", doc: "the findings, sorted by file and line", of: jsonFinding{}, list: true},
	}, nil},
	{"images", "imagelint images PATH... --format json", "The image references of the input.", []documentField{
		{name: "unparsed", doc: "references that cannot be parsed, with --unique; without it, they are among the images", of: jsonImage{}, list: true, optional: true},
		{name: "skipped", doc: "what was not rendered or read, so that its images may be missing, with reasons", of: jsonSkip{}, list: true, optional: true},
		{name: "unknownKinds", doc: "kinds that are not known and have what looks like an image, so that others of their images may be missing", of: jsonKind{}, list: true, optional: true},
		{name: "images", doc: "the images, in the order of the input, or sorted with --unique", of: jsonImage{}, list: true},
	}, nil},
	{"relocations", "imagelint images PATH... --to REGISTRY --format json", "Where images go in another registry.", []documentField{
		{name: "unparsed", doc: "references that cannot be parsed", of: jsonImage{}, list: true, optional: true},
		{name: "skipped", doc: "what was not rendered or read, so that its images may be missing, with reasons", of: jsonSkip{}, list: true, optional: true},
		{name: "unknownKinds", doc: "kinds that are not known and have what looks like an image, so that others of their images may be missing", of: jsonKind{}, list: true, optional: true},
		{name: "relocations", doc: "each image once, sorted", of: Relocation{}, list: true},
	}, nil},
	{"pulls", "imagelint pulls PATH... --format json", "How the kubelet would pull each image.", []documentField{
		{name: "summary", doc: "the number of pulls", of: jsonPullSummary{}},
		{name: "causes", doc: "why pulls fail, where the input holds what the cluster said", of: jsonCause{}, list: true, optional: true},
		{name: "pulls", doc: "the pulls, in the order of the input", of: jsonPull{}, list: true},
	}, nil},
	{"explain", "imagelint explain PATH --format json", "Why pulls fail, as far as the cluster said.", []documentField{
		{name: "causes", doc: "the causes, the most frequent first", of: jsonCause{}, list: true},
	}, nil},
	{"rules", "imagelint rules --format json", "The rules of this version.", []documentField{
		{name: "rules", doc: "the rules, sorted by ID", of: jsonRule{}, list: true},
	}, nil},
	{"catalog", "imagelint catalog --format json", "What the catalog holds.", nil, Catalog{}},
	{"catalog-image", "imagelint catalog IMAGE --format json", "What is known of an image, and of a tag.", nil, CatalogImage{}},
}

// jsonEnums are the values of fields with a fixed set of them.
var jsonEnums = map[string][]string{
	"jsonFinding.Severity":      words(lint.Error, lint.Warning, lint.Info),
	"jsonProbe.As":              words(lint.AsPod, lint.AsMe, lint.AsAnonymous),
	"jsonAsked.As":              words(lint.AsPod, lint.AsMe, lint.AsAnonymous),
	"jsonAsked.Status":          {"there", "missing", "denied", "unknown", "not asked"},
	"jsonRule.Severity":         words(lint.Error, lint.Warning, lint.Info, lint.Off),
	"jsonCluster.Stage":         words(lint.StageDecode, lint.StageValidation, lint.StageController, lint.StageKubelet, lint.StageRuntime),
	"jsonImage.Tier":            words(manifests.Certain, manifests.Likely, manifests.Guess),
	"jsonImage.Known":           {"published", "unpublished", "moved", "repository", "unknown"},
	"CatalogSource.Kind":        {"history", "complete", "releases", "learned"},
	"CatalogImage.Kind":         {"history", "complete", "releases", "learned"},
	"CatalogImage.State":        {"known", "never-published", "silent"},
	"CatalogMove.Status":        {"not-flagged", "moved", "frozen", "retired", "partly-gone", "gone", "paid"},
	"CatalogMove.Confidence":    {"low", "medium", "high"},
	"CatalogRegistry.Anonymous": {"yes", "mixed", "login", "never", "gone", "local", "reserved", "unknown"},
	"jsonPolicy.From":           {"manifest", "default"},
	"jsonUse.From":              {plan.FromPod, plan.FromServiceAccount, plan.FromResource},
	"jsonVerdict.Outcome":       words(plan.Credentials, plan.Anonymous, plan.Fails, plan.Never, plan.Unknown),
	"jsonCause.Sure":            words(cluster.Certain, cluster.Likely, cluster.Possible, cluster.Unknown),
	"jsonCause.Who":             words(cluster.Author, cluster.Publisher, cluster.Credentials, cluster.Platform, cluster.Network, cluster.Who("")),
	"jsonCause.Kind": words(cluster.KindName, cluster.KindNotFound, cluster.KindAccess, cluster.KindSecret, cluster.KindLimit, cluster.KindRegistry, cluster.KindPolicy,
		cluster.KindTLS, cluster.KindDNS, cluster.KindConnect, cluster.KindSlow, cluster.KindImage, cluster.KindPlatform, cluster.KindNode, cluster.KindSandbox,
		cluster.KindVolume, cluster.KindNeverPull, cluster.KindCreate, cluster.KindBackOff, cluster.KindUnknown),
}

func words[T any](values ...T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = fmt.Sprint(v)
	}
	return out
}

// fieldComments returns the comments of this package's struct fields, by "struct.Field".
var fieldComments = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			panic(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if t, ok := spec.Type.(*ast.StructType); ok {
				for _, field := range t.Fields.List {
					for _, name := range field.Names {
						out[spec.Name.Name+"."+name.Name] = strings.TrimSpace(field.Comment.Text())
					}
				}
			}
			return false
		})
	}
	return out
})

// schemaNode is a node of a JSON Schema. Its fields are in the order in which they are written.
type schemaNode struct {
	Schema      string       `json:"$schema,omitempty"`
	ID          string       `json:"$id,omitempty"`
	Title       string       `json:"title,omitempty"`
	Description string       `json:"description,omitempty"`
	Type        string       `json:"type,omitempty"`
	Const       any          `json:"const,omitempty"`
	Enum        []string     `json:"enum,omitempty"`
	Minimum     *int         `json:"minimum,omitempty"`
	Items       *schemaNode  `json:"items,omitempty"`
	Properties  *schemaNodes `json:"properties,omitempty"`
	Required    []string     `json:"required,omitempty"`
	Additional  *bool        `json:"additionalProperties,omitempty"`
}

// schemaNodes are properties in the order of the output.
type schemaNodes struct {
	names []string
	nodes []*schemaNode
}

func (p *schemaNodes) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for i, name := range p.names {
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		fmt.Fprintf(&b, "%q:", name)
		if err := e.Encode(p.nodes[i]); err != nil {
			return nil, err
		}
	}
	b.WriteString("}")
	return b.Bytes(), nil
}

func object() *schemaNode {
	no := false
	return &schemaNode{Type: "object", Properties: &schemaNodes{}, Additional: &no}
}

func (n *schemaNode) add(name string, child *schemaNode, required bool) {
	n.Properties.names, n.Properties.nodes = append(n.Properties.names, name), append(n.Properties.nodes, child)
	if required {
		n.Required = append(n.Required, name)
	}
}

// documentSchema is the schema of a document.
func documentSchema(t *testing.T, d *jsonDocument) *schemaNode {
	t.Helper()
	s := object()
	s.Schema, s.ID = "https://json-schema.org/draft/2020-12/schema", "https://raw.githubusercontent.com/imagelint-dev/imagelint/main/schema/"+d.name+".schema.json"
	s.Title, s.Description = d.command, d.description+" Fields are only ever added, so accept those that you do not know."
	s.add("version", &schemaNode{Description: "version of the format", Const: 1}, true)
	for _, f := range d.fields {
		child := typeSchema(t, reflect.TypeOf(f.of))
		if f.list {
			child = &schemaNode{Type: "array", Items: child}
		}
		child.Description = f.doc
		s.add(f.name, child, !f.optional)
	}
	if d.whole != nil {
		all := object()
		structSchema(t, all, reflect.TypeOf(d.whole))
		for i, name := range all.Properties.names {
			if name != "version" {
				s.add(name, all.Properties.nodes[i], slices.Contains(all.Required, name))
			}
		}
	}
	return s
}

// typeSchema is the schema of a Go type, with the comments of its fields.
func typeSchema(t *testing.T, of reflect.Type) *schemaNode {
	t.Helper()
	switch of.Kind() {
	case reflect.Pointer:
		return typeSchema(t, of.Elem())
	case reflect.String:
		return &schemaNode{Type: "string"}
	case reflect.Bool:
		return &schemaNode{Type: "boolean"}
	case reflect.Int:
		least := 0
		return &schemaNode{Type: "integer", Minimum: &least}
	case reflect.Slice:
		return &schemaNode{Type: "array", Items: typeSchema(t, of.Elem())}
	case reflect.Struct:
		s := object()
		structSchema(t, s, of)
		return s
	default:
		t.Fatalf("no schema for %s", of)
		return nil
	}
}

func structSchema(t *testing.T, s *schemaNode, of reflect.Type) {
	t.Helper()
	for f := range of.Fields() {
		if f.Anonymous {
			structSchema(t, s, f.Type)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		key := of.Name() + "." + f.Name
		child := typeSchema(t, f.Type)
		child.Enum, child.Description = jsonEnums[key], fieldComments()[key]
		if name == "" || child.Description == "" {
			t.Errorf("%s has no name in JSON, or no comment beside it that says what it holds", key)
		}
		s.add(name, child, options != "omitempty")
	}
}

// TestJSONSchemas writes the schemas of the JSON documents, and the page about their fields. Both are made
// from the structs and their field comments, so no field can be missing.
func TestJSONSchemas(t *testing.T) {
	t.Parallel()
	var page strings.Builder
	for i := range jsonDocuments {
		d := &jsonDocuments[i]
		s := documentSchema(t, d)
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(s); err != nil {
			t.Fatal(err)
		}
		generated(t, "../../schema/"+d.name+".schema.json", b.String())
		fmt.Fprintf(&page, "\n## %s\n\n`%s`: %s Schema: [%s.schema.json](../schema/%s.schema.json).\n\n| field | type | holds |\n|---|---|---|\n", d.name, d.command, d.description, d.name, d.name)
		writeFields(&page, "", s)
	}
	const file, begin, end = "../../docs/json.md", "<!-- begin: made of the schemas -->\n", "\n<!-- end -->\n"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(strings.ReplaceAll(string(text), "\r\n", "\n"), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the fields", file)
	}
	generated(t, file, before+begin+page.String()+end+after)
}

// writeFields writes one row per field, those of objects and list items with dots.
func writeFields(w *strings.Builder, prefix string, s *schemaNode) {
	for i, name := range s.Properties.names {
		n := s.Properties.nodes[i]
		of, inner := n, "."
		kind := n.Type
		if n.Type == "array" {
			of, inner = n.Items, "[]."
			kind = "list of " + of.Type + "s"
		}
		if n.Const != nil {
			kind = fmt.Sprint(n.Const)
		}
		text := strings.ReplaceAll(n.Description, "|", `\|`)
		if n.Enum != nil {
			values := make([]string, len(n.Enum))
			for i, v := range n.Enum {
				values[i] = "`" + v + "`"
				if v == "" {
					values[i] = "`\"\"`"
				}
			}
			text += ": " + strings.Join(values, ", ")
		}
		if !slices.Contains(s.Required, name) {
			kind += ", optional"
		}
		fmt.Fprintf(w, "| `%s%s` | %s | %s |\n", prefix, name, kind, text)
		if of.Type == "object" {
			writeFields(w, prefix+name+inner, of)
		}
	}
}

// generated compares a file with its expected content, or writes it.
func generated(t *testing.T, file, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, strings.ReplaceAll(string(got), "\r\n", "\n")); diff != "" {
		t.Errorf("%s is out of date (-want +file); run go test ./internal/report -update:\n%s", file, diff)
	}
}

var lintValidator = sync.OnceValues(func() (*jsonschema.Schema, error) {
	return jsonschema.NewCompiler().Compile("../../schema/lint.schema.json")
})

// validJSON validates against the published schema.
func validJSON(out []byte) error {
	schema, err := lintValidator()
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		return err
	}
	return schema.Validate(doc)
}
