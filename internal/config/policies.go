package config

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Bounds of policies. A configuration is read on every run and may come from a stranger.
const (
	maxPolicies   = 32
	maxTests      = 32
	maxExpression = 4 << 10
	maxManifest   = 16 << 10
	maxPolicyText = 500 // of a message or help
	maxPolicyID   = 63
)

// policyPattern matches the IDs of policies in the schema.
const policyPattern = `^[a-z][a-z0-9]*(-[a-z0-9]+)*$`

// PolicyGroup is the group of all policies.
const PolicyGroup = "policy"

// Policy is a rule that the configuration defines.
type Policy struct {
	// Rule is the rule without its check.
	Rule lint.Rule
	// Expression is true for a valid image.
	Expression Text
	// Message may contain placeholders such as {image}. Help is "" if it is not set.
	Message Text
	Help    string
	Tests   []PolicyTest
}

// PolicyTest is an example input and the expected result of the policy.
type PolicyTest struct {
	// Image or Manifest is the input; the other is "".
	Image, Manifest string
	// Finding is true if the policy must report the input.
	Finding bool
	// At is the position of the test.
	At Text
}

// Text is a text in the configuration that another package parses.
type Text struct {
	Value string
	file  string
	label string
	place func(line, col int) (int, int)
}

// Error returns an error at a line and column of the text. Both count from 1, the column in code points.
func (t *Text) Error(line, col int, message, help string) *Error {
	line, col = t.place(line, col)
	return &Error{File: t.file, Line: line, Col: col, Message: name(t.label) + ": " + message, Help: help}
}

// Rules returns the rules of a table followed by those that the configuration defines, which have no checks.
func (c *Config) Rules(table []lint.Rule) []lint.Rule {
	out := table[:len(table):len(table)]
	for i := range c.Policies {
		out = append(out, c.Policies[i].Rule)
	}
	return out
}

func policiesKey() key {
	return key{
		name: "policies",
		doc:  "Rules of your own, in the group " + PolicyGroup + ". Each has a CEL expression that must be true for every image. They are configured, suppressed and reported like any rule. docs/policies.md lists the available variables.",
		example: `- id: prod-needs-digest
  expression: object.namespace != "prod" || image.digest != ""
  message: image {image} runs in prod without a digest
  help: write name@sha256:...
  severity: error
  tests: [{image: "ghcr.io/acme/app:1.4.2", expect: pass}] # or finding`,
		shape: shape{kind: list, item: &shape{kind: mapping, keys: []key{
			{
				name: "id", trust: Harmless, doc: "The rule's name, in lower-case letters, digits and dashes.", required: true, missing: "add an ID, as in \"prod-needs-digest\"",
				shape: shape{check: checkPolicyID, pattern: policyPattern},
			},
			{
				name: "expression", trust: Harmless, doc: "A CEL expression. Images for which it is false are reported.",
				required: true, missing: "add a CEL expression that is true for allowed images",
				shape: shape{check: maxBytes(maxExpression, "expression")},
			},
			{
				name: "message", trust: Harmless, doc: "What is wrong, in one line. {image}, {registry}, {repository}, {tag}, {digest}, {container}, {kind}, {namespace} and {name} are replaced.",
				required: true, missing: "describe what is wrong with the image",
				shape: shape{check: checkLine},
			},
			{name: "help", trust: Harmless, doc: "How to fix it, in one line.", shape: shape{check: checkLine}},
			{
				name: "severity", trust: Harmless, doc: "The default severity: error, warning, info, or off for a policy that needs --enable.", fallback: "warning",
				shape: shape{called: "severity", choices: []choice{{"error", ""}, {"warning", ""}, {"info", ""}, {"off", ""}}},
			},
			{
				name: "tests", doc: "Inputs with the expected verdict, checked whenever the configuration is read.",
				shape: shape{kind: list, item: &shape{kind: mapping, keys: []key{
					{name: "image", trust: Harmless, doc: "An image of a container in a Pod without a namespace. Exactly one of image and manifest is required."},
					{name: "manifest", trust: Harmless, doc: "The text of a manifest, as a block after \"|\".", shape: shape{check: maxBytes(maxManifest, "manifest"), block: true}},
					{
						name: "expect", trust: Harmless, doc: "The expected result: finding or pass.", required: true, missing: `add "finding" or "pass"`,
						shape: shape{called: "verdict", choices: []choice{{"finding", "the policy reports an image"}, {"pass", "the policy reports nothing"}}},
					},
				}}},
			},
		}}},
	}
}

// IsPolicyID reports whether a name can be the ID of a policy.
func IsPolicyID(v string) bool {
	return v != "" && len(v) <= maxPolicyID && v[0] >= 'a' && v[0] <= 'z' && !strings.Contains(v, "--") && !strings.HasSuffix(v, "-") &&
		strings.Trim(v, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

func checkPolicyID(v string) (out, message, help string) {
	if !IsPolicyID(v) {
		return "", quote(v) + " is not a valid policy ID", "use lower-case letters and digits with single dashes between words, 63 at most"
	}
	return v, "", ""
}

func checkLine(v string) (out, message, help string) {
	v = strings.TrimSpace(v)
	if strings.ContainsAny(v, "\r\n") {
		return "", "the text has more than one line", "write one line"
	}
	return maxBytes(maxPolicyText, "text")(v)
}

// maxBytes returns a check that bounds a text in bytes.
func maxBytes(limit int, what string) func(string) (out, message, help string) {
	return func(v string) (out, message, help string) {
		if len(v) > limit {
			return "", fmt.Sprintf("the %s is longer than %d bytes", what, limit), "shorten it"
		}
		return v, "", ""
	}
}

// tableWithPolicies returns the rules of a table and those that root seems to define, because other keys may name them.
func tableWithPolicies(table []lint.Rule, root *yaml.Node) []lint.Rule {
	out := table[:len(table):len(table)]
	list := childOf(root, "policies")
	if list == nil || list.Kind != yaml.SequenceNode {
		return out
	}
	for _, item := range list.Content[:min(len(list.Content), maxPolicies)] {
		id, severity := childOf(item, "id"), childOf(item, "severity")
		if id == nil || id.Value == "" {
			continue
		}
		if _, message, _ := checkPolicyID(id.Value); message == "" && !isRule(out, id.Value) {
			s := lint.Warning
			if severity != nil {
				if level, err := lint.ParseSeverity(severity.Value); err == nil {
					s = level
				}
			}
			out = append(out, lint.Rule{ID: id.Value, Group: PolicyGroup, Own: true, Severity: s})
		}
	}
	return out
}

// isRule reports whether id is the name of a rule or group, or a reserved name.
func isRule(rules []lint.Rule, id string) bool {
	if id == allRules {
		return true
	}
	for _, k := range ruleKeys(rules) {
		if k.name == id {
			return true
		}
	}
	return false
}

// childOf returns the value under a key of a mapping, or nil.
func childOf(n *yaml.Node, key string) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value != key {
			continue
		}
		v := n.Content[i+1]
		if v.Kind == yaml.AliasNode {
			v = v.Alias
		}
		return v
	}
	return nil
}

// policies reads the key policies.
func (b *builder) policies(root *value, table []lint.Rule) {
	all := root.keys["policies"].list
	if len(all) > maxPolicies {
		b.node(all[maxPolicies].node, fmt.Sprintf("%q has %d policies, at most %d are allowed", "policies", len(all), maxPolicies), "join policies with &&")
		return
	}
	lines := map[string]int{}
	for i := range all {
		v := &all[i]
		label := "policies[" + strconv.Itoa(i) + "]"
		id := v.keys["id"]
		switch first, twice := lines[id.text]; {
		case id.node == nil:
			continue // reported
		case isRule(table, id.text):
			b.node(id.node, fmt.Sprintf("%q: %s is a built-in rule or group", label+".id", quote(id.text)), "choose another ID")
			continue
		case twice:
			b.node(id.node, fmt.Sprintf("%q: %s is already the ID of a policy, on line %d", label+".id", quote(id.text), first), "choose another ID")
			continue
		}
		lines[id.text] = id.node.Line
		b.config.Policies = append(b.config.Policies, b.policy(v, label))
	}
}

func (b *builder) policy(v *value, label string) Policy {
	level, _ := lint.ParseSeverity(cmp.Or(v.keys["severity"].text, "warning"))
	p := Policy{
		Expression: b.textOf(v, "expression", label), Message: b.textOf(v, "message", label), Help: v.keys["help"].text,
	}
	p.Rule = lint.Rule{ID: v.keys["id"].text, Group: PolicyGroup, Own: true, Severity: level, Doc: lint.Doc{
		Title: p.Message.Value,
		Why:   fmt.Sprintf("A policy of %s, line %d. It reports images for which this is false: %s", b.file, v.node.Line, strings.Join(strings.Fields(p.Expression.Value), " ")),
	}}
	tests := v.keys["tests"].list
	if len(tests) > maxTests {
		b.node(tests[maxTests].node, fmt.Sprintf("%q has %d tests, at most %d are allowed", label+".tests", len(tests), maxTests), "remove some")
		return p
	}
	for i := range tests {
		t := &tests[i]
		at := label + ".tests[" + strconv.Itoa(i) + "]"
		test := PolicyTest{
			Image: t.keys["image"].text, Manifest: t.keys["manifest"].text, Finding: t.keys["expect"].text == "finding",
			At: Text{file: b.file, label: at, place: func(int, int) (int, int) { return t.node.Line, t.node.Column }},
		}
		if t.keys["expect"].node == nil {
			continue // reported
		}
		if (test.Image == "") == (test.Manifest == "") {
			if t.partial {
				continue // reported
			}
			b.node(t.node, name(at)+` needs either "image" or "manifest"`, "write one of the two")
			continue
		}
		p.Tests = append(p.Tests, test)
	}
	return p
}

func (b *builder) textOf(v *value, key, label string) Text {
	child := v.keys[key]
	t := Text{Value: child.text, file: b.file, label: label + "." + key}
	t.place = func(line, col int) (int, int) { return positionIn(b.text, child.node, line, col) }
	return t
}

// positionIn returns the position in the file of a line and column in a node's text. If the file spells the text differently, it
// returns the start of the node.
func positionIn(t *source.Text, n *yaml.Node, line, col int) (atLine, atCol int) {
	at := offsetAt(n.Value, line, col)
	type piece struct {
		text      string
		line, col int
	}
	var pieces []piece
	from := t.Offset(n.Line, n.Column)
	first, col0 := string(t.Data[from:t.LineEnd(n.Line)]), n.Column
	block := n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 && first != "" {
		first, col0 = first[1:], col0+1
	}
	if !block {
		pieces = append(pieces, piece{first, n.Line, col0})
	}
	indent := -1
	for l := n.Line + 1; l <= t.Lines() && l-n.Line <= maxExpression; l++ {
		raw := string(t.Data[t.LineStart(l):t.LineEnd(l)])
		own := len(raw) - len(strings.TrimLeft(raw, " "))
		if block && indent < 0 && own < len(raw) {
			indent = own
		}
		if block {
			own = min(own, max(indent, 0))
		}
		pieces = append(pieces, piece{raw[own:], l, own + 1})
	}
	sep := " "
	if n.Style&yaml.LiteralStyle != 0 {
		sep = "\n"
	}
	rest, done := n.Value, 0
	for _, p := range pieces {
		size := len(rest)
		if i := strings.Index(rest, sep); len(p.text) < len(rest) && (sep == "\n" || !strings.HasPrefix(p.text, rest)) {
			if size = len(strings.TrimRight(p.text, " ")); sep == "\n" {
				size = i
			}
		}
		if size < 0 || size > len(rest) || !strings.HasPrefix(p.text, rest[:size]) {
			break
		}
		if at <= done+size {
			return p.line, p.col + utf8.RuneCountInString(rest[:at-done])
		}
		done += size + len(sep)
		if size+len(sep) > len(rest) {
			break
		}
		rest = rest[size+len(sep):]
	}
	return n.Line, n.Column
}

// offsetAt returns the byte offset of a line and column, both from 1.
func offsetAt(text string, line, col int) int {
	at := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
	}
	for ; col > 1 && at < len(text) && text[at] != '\n'; col-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}
