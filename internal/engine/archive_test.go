package engine_test

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/tools/txtar"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules"
)

// incident is an archive in fixtures/incidents: manifests, the expected findings, and the fixed files.
type incident struct {
	name, class string
	inputs      map[string][]byte
	// fixed holds the inputs with the files of fixed/ in place of their originals. It is nil for a
	// trap, which must have no findings.
	fixed  map[string][]byte
	expect []expectation
	gaps   []expectation // known shortcomings of the program
}

// expectation is a finding that must exist or, with the severity silent, must not.
type expectation struct {
	file, severity, rule string
	line                 int
	text                 string // the marked characters; "" for any
	reason               string // why it is a gap
}

const silent = "silent"

// fixedFolder is the folder of fixed files, and the prefix of their names in expectations.
const fixedFolder = "fixed/"

func (e expectation) String() string {
	return fmt.Sprintf("%s:%d %s %s", e.file, e.line, e.severity, e.rule)
}

// classes are the kinds of incidents, in the order of the score.
var classes = []string{
	"empty-component", "illegal-character", "uppercase", "url-scheme", "unrendered-template", "number-mangled", "doubled-part", "malformed-digest",
	"not-a-reference", "wrong-name", "wrong-tag", "moved-or-removed", "local-image", "registry-host", "pull-policy", "secret-content", "secret-type",
	"secret-registry", "secret-missing", "secret-namespace", "secret-omitted", "secret-short-lived", "secrets-field", "service-account",
	"custom-resource", "chart-values", "kustomization", "gitops-values", "input-format", "policy", "trap",
}

// incidents reads all archives.
func incidents(t *testing.T) []incident {
	t.Helper()
	names, err := filepath.Glob("../../fixtures/incidents/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	all := make([]incident, 0, len(names))
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := parseIncident(strings.TrimSuffix(filepath.Base(name), ".txtar"), archive)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(name), err)
			continue
		}
		all = append(all, c)
	}
	return all
}

func parseIncident(name string, archive *txtar.Archive) (incident, error) {
	c := incident{name: name, inputs: map[string][]byte{}}
	encodings := map[string]string{}
	for line := range strings.Lines(string(archive.Comment)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "class":
			c.class = value
		case "encode":
			file, encoding, _ := strings.Cut(value, " ")
			encodings[file] = encoding
		}
	}
	if !slices.Contains(classes, c.class) {
		return c, fmt.Errorf("class %q is not in the list", c.class)
	}
	fixed := map[string][]byte{}
	for _, f := range archive.Files {
		var err error
		switch isFixed := strings.HasPrefix(f.Name, fixedFolder); {
		case f.Name == "expect":
			c.expect, err = parseExpectations(f.Data, false)
		case f.Name == "gaps":
			c.gaps, err = parseExpectations(f.Data, true)
		case isFixed:
			name := strings.TrimPrefix(f.Name, fixedFolder)
			fixed[name], err = encode(f.Data, encodings[name])
		default:
			c.inputs[f.Name], err = encode(f.Data, encodings[f.Name])
		}
		if err != nil {
			return c, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return c.checked(fixed)
}

// checked validates and completes an incident.
func (c incident) checked(fixed map[string][]byte) (incident, error) {
	wanted := len(c.expect) > 0 || slices.ContainsFunc(c.gaps, func(g expectation) bool { return g.severity != silent })
	switch _, hasChart := c.inputs["Chart.yaml"]; {
	case len(c.inputs) == 0:
		return c, fmt.Errorf("there is no manifest")
	case hasChart:
		return c, fmt.Errorf("a chart belongs into a folder of its own: one that is named has to be rendered")
	case wanted != (len(fixed) > 0):
		return c, fmt.Errorf("an incident has expectations and fixed files, a trap has neither")
	case wanted == (c.class == "trap"):
		return c, fmt.Errorf("what expects nothing is of the class trap, and nothing else is")
	}
	known := rules.All()
	for _, e := range c.expect {
		if !slices.ContainsFunc(known, func(r lint.Rule) bool { return r.ID == e.rule }) {
			return c, fmt.Errorf("%s: there is no such rule", e)
		}
	}
	for _, e := range slices.Concat(c.expect, c.gaps) {
		if _, ok := c.inputs[strings.TrimPrefix(e.file, fixedFolder)]; !ok {
			return c, fmt.Errorf("%s: there is no such file", e)
		}
	}
	if len(fixed) == 0 {
		return c, nil
	}
	c.fixed = map[string][]byte{}
	for name, data := range c.inputs {
		c.fixed[name] = data
	}
	for name, data := range fixed {
		c.fixed[name] = data
	}
	return c, nil
}

// parseExpectations parses lines of the form
//
//	FILE:LINE SEVERITY RULE [TEXT]
//
// and, for gaps, lines that end in a reason: "FILE:LINE SEVERITY RULE: reason".
func parseExpectations(data []byte, gaps bool) ([]expectation, error) {
	var all []expectation
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		where, rest, _ := strings.Cut(line, " ")
		severity, rest, _ := strings.Cut(rest, " ")
		rule, rest, _ := strings.Cut(rest, " ")
		e := expectation{severity: severity, rule: rule, text: rest}
		if gaps {
			e.rule, e.reason, e.text = strings.TrimSuffix(rule, ":"), rest, ""
		}
		at := strings.LastIndexByte(where, ':')
		n, err := strconv.Atoi(where[at+1:])
		switch known := []string{"error", "warning", "info"}; {
		case at < 0 || err != nil || e.rule == "":
			return nil, fmt.Errorf("%q is not FILE:LINE SEVERITY RULE", line)
		case !slices.Contains(known, severity) && (!gaps || severity != silent):
			return nil, fmt.Errorf("%q is not a valid severity", severity)
		case gaps && e.reason == "":
			return nil, fmt.Errorf("%q gives no reason", line)
		}
		e.file, e.line = where[:at], n
		all = append(all, e)
	}
	return all, nil
}

// encode converts a text from UTF-8 with line feeds to the encodings of other editors.
func encode(data []byte, encoding string) ([]byte, error) {
	switch encoding {
	case "":
		return data, nil
	case "crlf":
		return []byte(strings.ReplaceAll(string(data), "\n", "\r\n")), nil
	case "bom":
		return append([]byte("\ufeff"), data...), nil
	case "utf-16":
		out := []byte{0xff, 0xfe}
		for _, u := range utf16.Encode([]rune(string(data))) {
			out = append(out, byte(u), byte(u>>8))
		}
		return out, nil
	}
	return nil, fmt.Errorf("%q is no encoding", encoding)
}

// write puts files into a folder.
func write(t *testing.T, dir string, files map[string][]byte) {
	t.Helper()
	for name, data := range files {
		file := filepath.Join(dir, filepath.FromSlash(path.Clean(name)))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
