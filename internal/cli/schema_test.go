package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/imagelint-dev/imagelint/internal/cli"
	"github.com/imagelint-dev/imagelint/internal/plugin"
	"github.com/imagelint-dev/imagelint/internal/slow"
	"github.com/imagelint-dev/imagelint/rules"
)

// schemasVariable holds the folder of the schemas, for the programs that scripts run.
const schemasVariable = "SCHEMAS"

// brokenSchema is the exit code of a run whose output does not match its schema.
const brokenSchema = 98

// checked runs a command and validates its JSON output, so that each script with JSON tests the schema, too.
func checked(c *cli.Command, args []string) int {
	dir := os.Getenv(schemasVariable)
	if dir == "" || !slices.Contains(args, "json") && !slices.Contains(args, "--format=json") {
		return plugin.Main(context.Background(), *c, args)
	}
	var out bytes.Buffer
	c.Stdout = io.MultiWriter(c.Stdout, &out)
	code := plugin.Main(context.Background(), *c, args)
	if err := validate(dir, out.Bytes()); err != nil {
		fmt.Fprintln(c.Stderr, err)
		return brokenSchema
	}
	return code
}

// validate validates a document against the schema of its kind. It ignores anything else: a catalog, an empty
// output.
func validate(dir string, out []byte) error {
	name := schemaName(string(out))
	if name == "" {
		return nil
	}
	data, err := os.ReadFile(filepath.Join(dir, name+".schema.json"))
	if err != nil {
		return err
	}
	// Scripts start this program more than a thousand times, so the library must be one that does nothing at startup.
	var schema jsonschema.Schema
	if err := json.Unmarshal(data, &schema); err != nil {
		return err
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		return err
	}
	var doc any
	if err := json.Unmarshal(out, &doc); err != nil {
		return err
	}
	return resolved.Validate(doc)
}

// schemaName returns the name of a document's schema, by the document's last field, a list.
func schemaName(out string) string {
	if !strings.HasPrefix(out, `{"version":1,`) {
		return ""
	}
	for _, d := range [][2]string{{"findings", "lint"}, {"pulls", "pulls"}, {"images", "images"}, {"relocations", "relocations"}, {"causes", "explain"}, {"rules", "rules"}} {
		if strings.Contains(out, "\n \""+d[0]+"\":[") {
			return d[1]
		}
	}
	return "unknown"
}

// notFixture are rules that a single file does not trigger.
var notFixture = map[string][]string{
	"registry-not-allowed":   {"--allow-registry", "ghcr.io"},
	"registry-new":           nil, // it compares with a revision
	"kustomize-image-unused": nil, // it needs the whole kustomization
}

// TestSchemaOfFindings validates the findings of each rule on its own fixture, and the output of the other
// commands for it.
func TestSchemaOfFindings(t *testing.T) {
	slow.SkipWithRace(t)
	t.Chdir("../..")
	all := rules.All()
	for i := range all {
		rule := &all[i]
		fixture := filepath.Join("fixtures", rule.ID, "bad.yaml")
		if _, err := os.Stat(fixture); err != nil {
			if strings.HasPrefix(rule.ID, "probe-") {
				continue // the scripts and the tests of the probe have their findings
			}
			fixture = filepath.Join("fixtures", rule.ID)
		}
		for _, command := range []string{"lint", "images", "pulls"} {
			args := []string{"imagelint", command, fixture, "--format", "json", "--config", ""}
			if command == "lint" {
				args = append(append(args, "--enable", rule.ID, "--guess"), notFixture[rule.ID]...)
			}
			var out, errs bytes.Buffer
			c := cli.Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Dial: refuse{}.dial}
			c.Main(t.Context(), args)
			if err := validate("schema", out.Bytes()); err != nil {
				t.Errorf("%v: %v\n%s", args, err, out.String())
			}
			if flags, special := notFixture[rule.ID]; special && flags == nil {
				continue
			}
			if command == "lint" && !strings.Contains(out.String(), `"rule":"`+rule.ID+`"`) {
				t.Errorf("%v finds no %s: %s%s", args, rule.ID, out.String(), errs.String())
			}
		}
	}
}

// The output of every command for one input has a schema, and a document without one is detected.
func TestSchemaOfCommands(t *testing.T) {
	slow.SkipWithRace(t)
	t.Chdir("../..")
	for args, want := range map[string]string{
		"fixtures/demo":                                 "lint",
		"fixtures --no-fold --guess":                    "lint",
		"./nowhere":                                     "lint",
		"images fixtures/demo":                          "images",
		"images fixtures --unique":                      "images",
		"images fixtures/demo --to registry.acme.test":  "relocations",
		"pulls fixtures/demo":                           "pulls",
		"pulls internal/cluster/testdata --allow-empty": "pulls",
		"explain ImagePullBackOff":                      "explain",
		"rules":                                         "rules",
	} {
		var out, errs bytes.Buffer
		c := cli.Command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Dial: refuse{}.dial}
		c.Main(t.Context(), append(append([]string{"imagelint"}, strings.Fields(args)...), "--format", "json"))
		if got := schemaName(out.String()); got != want {
			t.Errorf("%s prints the document %q, want %q: %s%s", args, got, want, out.String(), errs.String())
		} else if err := validate("schema", out.Bytes()); err != nil {
			t.Errorf("%s: %v", args, err)
		}
	}
	if validate("schema", []byte("{\"version\":1,\n \"news\":[]}\n")) == nil {
		t.Error("a document without a schema is valid")
	}
}
