package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/lint"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))), string(got)); diff != "" {
		t.Errorf("%s is out of date (-file +want); run the test with -update:\n%s", file, diff)
	}
}

func TestExample(t *testing.T) {
	t.Parallel()
	got := Example(table(), nil)
	golden(t, "example.yaml", got)
	for _, l := range strings.Split(string(got), "\n") {
		if len(l) > 100 && !strings.Contains(l, SchemaURL) {
			t.Errorf("long line: %s", l)
		}
	}
}

// TestExampleParses parses the example as it is, and with every key enabled, for several rule tables.
func TestExampleParses(t *testing.T) {
	t.Parallel()
	for name, rules := range map[string][]lint.Rule{"table": table(), "other": table()[4:], "empty": nil} {
		example := Example(rules, nil)
		c, err := Parse("c", example, rules)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if want := (&Config{File: c.File, Dir: ".", Used: c.Used, FailOn: Value[lint.Severity]{lint.Error, true}}); !cmp.Equal(want, c, cmpopts.IgnoreUnexported(Config{})) {
			t.Errorf("%s: the example says more than the default:\n%s", name, cmp.Diff(want, c, cmpopts.IgnoreUnexported(Config{})))
		}
		on := turnOn(example, rules)
		c, err = Parse("c", on, rules)
		if err != nil && name != "empty" {
			t.Errorf("%s, turned on: %v\n%s", name, err, on)
			continue
		}
		if name == "empty" {
			continue // without rules, no entry of ignore can name one
		}
		d := describe(rules)
		for i := range d.keys {
			if !bytes.Contains(on, []byte("\n"+d.keys[i].name+":")) {
				t.Errorf("%s: the example does not contain %s", name, d.keys[i].name)
			}
		}
		if len(c.Ignores) != 1 || len(c.Kinds) != 1 || len(c.KnownSecrets) != 3 || len(c.Levels) == 0 || !c.Guess.Set || c.Kubernetes.V != 33 {
			t.Errorf("%s: turned on, it says %+v", name, c)
		}
	}
}

// turnOn removes the comment marker from each key and the lines below it, up to the next empty line.
func turnOn(example []byte, rules []lint.Rule) []byte {
	d, on := describe(rules), false
	var out bytes.Buffer
	for l := range strings.SplitSeq(string(example), "\n") {
		name, _, ok := strings.Cut(strings.TrimPrefix(l, "# "), ":")
		on = l != "" && (on || ok && d.key(name) != nil)
		if on {
			l = strings.TrimPrefix(l, "# ")
		}
		out.WriteString(l + "\n")
	}
	return out.Bytes()
}

func TestSchema(t *testing.T) {
	t.Parallel()
	got := Schema(table())
	golden(t, "schema.json", got)
	if !bytes.Equal(got, Schema(table())) {
		t.Error("two runs gave different schemas")
	}
	Schema(nil) // an empty table must not panic
	var s schema
	if err := json.Unmarshal(got, &s); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{everything, string(turnOn(Example(table(), nil), table()))} {
		if problem := validate(t, &s, text); problem != "" {
			t.Errorf("the schema rejects what the decoder accepts: %s", problem)
		}
	}
	// An unknown name may be defined in the extended file; only the decoder knows.
	for _, text := range []string{"rules: {nothing: off}", "ignore: [{rules: [nothing], reason: x}]"} {
		if problem := validate(t, &s, text); problem != "" {
			t.Errorf("the schema rejects a valid policy: %s", problem)
		}
		if _, err := Parse("c", []byte(text), table()); err == nil {
			t.Errorf("the decoder accepts %s", text)
		}
	}
	policy := "policies: [{id: own-rule, expression: a, message: m}]\n"
	for _, text := range []string{"rules: {own-rule: off}", "ignore: [{rules: [own-rule], reason: x}]", "overrides: [{paths: [a], rules: {own-rule: info}}]"} {
		if problem := validate(t, &s, policy+text); problem != "" {
			t.Errorf("the schema rejects the name of a policy: %s", problem)
		}
		if _, err := Parse("c", []byte(policy+text), table()); err != nil {
			t.Error(err)
		}
	}
	for _, text := range []string{
		"fancy: 1", "rules: {Nothing: off}", "rules: {own-rule: high}", "policies: [{id: Own, expression: a, message: m}]", "policies: [{id: own, expression: a}]", "rules: {tag: high}", "fail-on: off", "exclude: a", "exclude: [1]", "guess: 3", "namespace: Web",
		"ignore: [{rules: [tag]}]", "ignore: [{reason: x}]", "ignore: [{rules: [], reason: x}]", "ignore: [{rules: [No_thing], reason: x}]",
		"ignore: [{rules: [tag], reason: ''}]", "ignore: [{rules: [tag], reason: x, expires: tomorrow}]", "resources: [{group: a.b}]",
		"resources: [null]", "resources: [{group: a.b, kind: C, pull-secrets: [{path: a, shape: list}]}]", "platforms: [amd64]", "- a",
	} {
		if validate(t, &s, text) == "" {
			t.Errorf("the schema accepts %s", text)
		}
		if _, err := Parse("c", []byte(text), table()); err == nil {
			t.Errorf("the decoder accepts %s", text)
		}
	}
	checkExamples(t, &s, "")
}

// checkExamples validates every example in the schema, and requires a description of every key.
func checkExamples(t *testing.T, s *schema, at string) {
	t.Helper()
	for _, e := range s.Examples {
		if problem := s.check(e, at); problem != "" {
			t.Errorf("example: %s", problem)
		}
	}
	for name, p := range s.Properties {
		if p.Description == "" {
			t.Errorf("%s.%s has no description", at, name)
		}
		checkExamples(t, p, at+"."+name)
	}
	if s.Items != nil {
		checkExamples(t, s.Items, at+"[]")
	}
}

func validate(t testing.TB, s *schema, text string) string {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Content) == 0 {
		return ""
	}
	return s.check(editorValue(doc.Content[0]), "")
}

// editorValue returns a node as editors read it, with numbers and the booleans of YAML 1.1.
func editorValue(n *yaml.Node) any {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch n.Kind {
	case yaml.SequenceNode:
		out := []any{}
		for _, c := range n.Content {
			out = append(out, editorValue(c))
		}
		return out
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Kind == yaml.AliasNode {
				key = key.Alias
			}
			out[key.Value] = editorValue(n.Content[i+1])
		}
		return out
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int", "!!float":
		return 1.5
	}
	return n.Value
}

// check validates a value; it implements the part of JSON Schema that the schema uses. It returns the error, or "".
func (s *schema) check(v any, at string) string {
	is, wants := "", []string{}
	switch t := s.Type.(type) {
	case string:
		wants = []string{t}
	case []any:
		for _, one := range t {
			wants = append(wants, one.(string))
		}
	}
	switch v := v.(type) {
	case nil:
		is = "null"
	case bool:
		is = "boolean"
	case float64:
		is = "number"
	case []any:
		is = "array"
		if len(v) < s.MinItems {
			return at + ": too few items"
		}
	case map[string]any:
		is = "object"
	case string:
		is = "string"
		if slices.Contains(wants, "boolean") && parseBool(v) != "" {
			return ""
		}
		if s.AnyOf != nil && !slices.ContainsFunc(s.AnyOf, func(one *schema) bool {
			return (&schema{Type: s.Type, Enum: one.Enum, Pattern: one.Pattern}).check(v, at) == ""
		}) {
			return at + ": " + v
		}
		if s.Enum != nil && !slices.Contains(s.Enum, v) || len(v) < s.MinLength || s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(v) {
			return at + ": " + v
		}
	}
	if !slices.Contains(wants, is) {
		return at + ": is " + is
	}
	return s.checkBelow(v, at)
}

func (s *schema) checkBelow(v any, at string) string {
	if l, ok := v.([]any); ok {
		for _, one := range l {
			if problem := s.Items.check(one, at+"[]"); problem != "" {
				return problem
			}
		}
	}
	m, ok := v.(map[string]any)
	if !ok {
		return ""
	}
	for _, r := range s.Required {
		if _, ok := m[r]; !ok {
			return at + ": no " + r
		}
	}
	for key, one := range m {
		p, ok := s.Properties[key]
		for pattern, other := range s.Patterns {
			if !ok && regexp.MustCompile(pattern).MatchString(key) {
				p, ok = other, true
			}
		}
		if !ok {
			return at + ": unknown " + key
		}
		if problem := p.check(one, at+"."+key); problem != "" {
			return problem
		}
	}
	return ""
}
