package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/joshdk/go-junit"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// validators read a format like the programs for which it is made, and report what those would reject.
var validators = map[string]func(out []byte) error{
	"json":       validJSON,
	"sarif":      validSARIF,
	"github":     validGitHub,
	"gitlab":     validGitLab,
	"junit":      validJUnit,
	"checkstyle": validCheckstyle,
	"rdjson":     validRDJSON,
	"markdown":   validMarkdown,
	"html":       validHTML,
	"jsonl":      validJSONLines,
	"prometheus": validPrometheus,
}

var sarifValidator = sync.OnceValues(func() (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	return c.Compile("testdata/schema/sarif-schema-2.1.0.json")
})

// validSARIF validates against the standard's schema.
func validSARIF(out []byte) error {
	schema, err := sarifValidator()
	if err != nil {
		return err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		return err
	}
	return schema.Validate(doc)
}

// command is a workflow command.
type command struct {
	name, data string
	properties map[string]string
}

// readCommand parses a line like the runner of GitHub Actions.
func readCommand(line string) (c command, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimLeft(line, " \t"), "::")
	if !ok {
		return c, false
	}
	info, data, ok := strings.Cut(rest, "::")
	if !ok {
		return c, false
	}
	decode := func(s string, properties bool) string {
		pairs := []string{"%0D", "\r", "%0A", "\n"}
		if properties {
			pairs = append(pairs, "%3A", ":", "%2C", ",")
		}
		pairs = append(pairs, "%25", "%")
		for i := 0; i < len(pairs); i += 2 {
			s = strings.ReplaceAll(s, pairs[i], pairs[i+1])
		}
		return s
	}
	name, properties, _ := strings.Cut(info, " ")
	c = command{name, decode(data, false), map[string]string{}}
	for p := range strings.SplitSeq(strings.TrimSpace(properties), ",") {
		if k, v, ok := strings.Cut(p, "="); ok && v != "" {
			c.properties[k] = decode(v, true)
		}
	}
	return c, true
}

func validGitHub(out []byte) error {
	for line := range strings.Lines(string(out)) {
		c, ok := readCommand(strings.TrimSuffix(line, "\n"))
		if !ok || !slices.Contains([]string{"error", "warning", "notice"}, c.name) {
			return fmt.Errorf("no annotation: %q", line)
		}
		for k, v := range c.properties {
			switch k {
			case "file", "title":
			case "line", "endLine", "col", "endColumn":
				if n, err := strconv.Atoi(v); err != nil || n < 1 {
					return fmt.Errorf("%s=%s in %q", k, v, line)
				}
			default:
				return fmt.Errorf("property %q in %q", k, line)
			}
		}
		if c.properties["col"] != "" && c.properties["endLine"] != c.properties["line"] {
			return fmt.Errorf("columns on several lines: %q", line)
		}
	}
	return nil
}

// strict decodes JSON with exactly the fields of v.
func strict(out []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(out))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("more than one JSON value: %w", err)
	}
	return nil
}

// gitlabEntry has the fields that GitLab documents, and additional ones of Code Climate.
type gitlabEntry struct {
	Description string `json:"description"`
	CheckName   string `json:"check_name"`
	Fingerprint string `json:"fingerprint"`
	Severity    string `json:"severity"`
	Location    struct {
		Path  string `json:"path"`
		Lines struct {
			Begin int `json:"begin"`
			End   int `json:"end"`
		} `json:"lines"`
	} `json:"location"`
	Type    string `json:"type"`
	Content struct {
		Body string `json:"body"`
	} `json:"content"`
	Categories []string `json:"categories"`
}

func validGitLab(out []byte) error {
	var all []gitlabEntry
	if err := strict(out, &all); err != nil {
		return err
	}
	if all == nil {
		return errors.New("no list")
	}
	seen := map[string]bool{}
	for i, e := range all {
		switch {
		case e.Fingerprint == "" || seen[e.Fingerprint]:
			return fmt.Errorf("entry %d: fingerprint %q", i, e.Fingerprint)
		case !slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, e.Severity):
			return fmt.Errorf("entry %d: severity %q", i, e.Severity)
		case e.Location.Path == "" || e.Location.Lines.Begin < 1 || e.Location.Lines.End < e.Location.Lines.Begin:
			return fmt.Errorf("entry %d: location %+v", i, e.Location)
		case strings.Contains(e.Description, "\n"):
			return fmt.Errorf("entry %d: description of several lines", i)
		}
		seen[e.Fingerprint] = true
	}
	return nil
}

// validJUnit checks that a third-party reader accepts the report, and that its counts are right.
func validJUnit(out []byte) error {
	suites, err := junit.Ingest(out)
	if err != nil {
		return err
	}
	var head struct {
		XMLName  xml.Name `xml:"testsuites"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Suites   []struct {
			Name     string `xml:"name,attr"`
			Tests    int    `xml:"tests,attr"`
			Failures int    `xml:"failures,attr"`
			Errors   int    `xml:"errors,attr"`
			Skipped  int    `xml:"skipped,attr"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(out, &head); err != nil {
		return err
	}
	var all junit.Totals
	for i, s := range suites {
		all.Tests, all.Failed, all.Error = all.Tests+s.Totals.Tests, all.Failed+s.Totals.Failed, all.Error+s.Totals.Error
		if got := head.Suites[i]; got.Tests != s.Totals.Tests || got.Failures != s.Totals.Failed || got.Errors != s.Totals.Error || got.Skipped != s.Totals.Skipped {
			return fmt.Errorf("suite %q says %+v, and holds %+v", s.Name, got, s.Totals)
		}
	}
	if head.Tests != all.Tests || head.Failures != all.Failed || head.Errors != all.Error || all.Tests == 0 {
		return fmt.Errorf("the report says %+v, and holds %+v", head, all)
	}
	return nil
}

type checkstyleFile struct {
	Name   string `xml:"name,attr"`
	Errors []struct {
		Line     int    `xml:"line,attr"`
		Column   int    `xml:"column,attr"`
		Severity string `xml:"severity,attr"`
		Message  string `xml:"message,attr"`
		Source   string `xml:"source,attr"`
	} `xml:"error"`
}

func readCheckstyle(out []byte) ([]checkstyleFile, error) {
	var doc struct {
		XMLName xml.Name         `xml:"checkstyle"`
		Version string           `xml:"version,attr"`
		Files   []checkstyleFile `xml:"file"`
	}
	d := xml.NewDecoder(bytes.NewReader(out))
	if err := d.Decode(&doc); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err == nil {
		if _, err = d.Token(); !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("more behind the document: %w", err)
		}
	}
	return doc.Files, nil
}

func validCheckstyle(out []byte) error {
	files, err := readCheckstyle(out)
	if err != nil {
		return err
	}
	for _, f := range files {
		for _, e := range f.Errors {
			if !slices.Contains([]string{"error", "warning", "info", "ignore"}, e.Severity) || e.Source == "" || f.Name == "" {
				return fmt.Errorf("%s: %+v", f.Name, e)
			}
		}
	}
	return nil
}

type rdEntry struct {
	Message     string       `json:"message"`
	Location    rdLocation   `json:"location"`
	Severity    string       `json:"severity"`
	Code        rdCode       `json:"code"`
	Suggestions []rdProposal `json:"suggestions"`
	Related     []rdRelated  `json:"relatedLocations"`
}

type rdProposal struct {
	Range *rdRange `json:"range"`
	Text  *string  `json:"text"`
}

func readRDJSON(out []byte) ([]rdEntry, error) {
	var doc struct {
		Source struct {
			Name string `json:"name"`
			URL  string `json:"url"`
		} `json:"source"`
		Diagnostics []rdEntry `json:"diagnostics"`
	}
	if err := strict(out, &doc); err != nil {
		return nil, err
	}
	if doc.Diagnostics == nil {
		return nil, errors.New("no list of diagnostics")
	}
	return doc.Diagnostics, nil
}

func validRDJSON(out []byte) error {
	all, err := readRDJSON(out)
	for i, d := range all {
		if d.Location.Path == "" || !slices.Contains([]string{"ERROR", "WARNING", "INFO"}, d.Severity) {
			return fmt.Errorf("diagnostic %d: %+v", i, d)
		}
		for _, s := range d.Suggestions {
			if s.Range == nil || s.Text == nil || s.Range.End == nil {
				return fmt.Errorf("diagnostic %d: suggestion %+v", i, s)
			}
		}
	}
	return err
}

// validMarkdown parses as GitHub does, and accepts only imagelint's own markup: for any findings, there is
// one table of four columns, and links lead only to rules.
func validMarkdown(out []byte) error {
	if len(out) > 1<<20 {
		return fmt.Errorf("%d bytes, which GitHub would not show", len(out))
	}
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(out))
	tables := 0
	return ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		var err error
		switch n := n.(type) {
		case *ast.Document, *ast.Text, *ast.Paragraph, *ast.TextBlock, *ast.CodeSpan, *ast.List, *ast.ListItem, *extast.TableCell, *ast.String:
		case *ast.Heading:
			if n.PreviousSibling() != nil {
				err = errors.New("a second heading")
			}
		case *extast.Table:
			if tables++; tables > 1 {
				err = errors.New("a second table")
			}
		case *extast.TableHeader:
			if n.ChildCount() != 4 {
				err = fmt.Errorf("%d columns", n.ChildCount())
			}
		case *extast.TableRow:
			// Extra cells are dropped, so the last cell shows whether all before it are complete.
			if link := n.LastChild().FirstChild(); link == nil || link.Kind() != ast.KindLink {
				err = errors.New("a row whose last cell is no link")
			}
		case *ast.Link:
			if !strings.HasPrefix(string(n.Destination), rulesPage+"#") {
				err = fmt.Errorf("a link to %q", n.Destination)
			}
		case *ast.RawHTML:
			if tag := string(n.Segments.Value(out)); !slices.Contains([]string{"<br>", "<code>", "</code>"}, tag) {
				err = fmt.Errorf("a tag %q", tag)
			}
		default:
			err = fmt.Errorf("a %s", n.Kind())
		}
		return ast.WalkContinue, err
	})
}
