package report

import (
	"bufio"
	"io"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// The JSON formats are a contract: fields are only ever added. Lines and columns count from 1, columns in Unicode code points;
// 0 stands for a place that is not known. An end is behind the last character.

type jsonSummary struct {
	Files      int `json:"files"`
	Documents  int `json:"documents"`
	Objects    int `json:"objects"`
	Workloads  int `json:"workloads"`
	Images     int `json:"images"`
	Values     int `json:"values,omitempty"` // files of chart values
	Errors     int `json:"errors"`
	Warnings   int `json:"warnings"`
	Infos      int `json:"infos"`
	Suppressed int `json:"suppressed"`
	// Baselined and NotNew are the findings that a baseline hides, and those that are no newer than the state the run compares with.
	Baselined int        `json:"baselined,omitempty"`
	NotNew    int        `json:"notNew,omitempty"`
	Skipped   []jsonSkip `json:"skipped"`
	// RunErrors are inputs that could not be read: what they hold was not examined.
	RunErrors []string `json:"runErrors,omitempty"`
	// LeftOut are findings that the run found and does not list, since the rule has too many; the numbers above are of those that it lists.
	LeftOut []jsonLeft `json:"leftOut,omitempty"`
}

type jsonLeft struct {
	Rule       string `json:"rule"`
	Errors     int    `json:"errors"`
	Warnings   int    `json:"warnings"`
	Infos      int    `json:"infos"`
	Suppressed int    `json:"suppressed"`
}

type jsonSkip struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Reason string `json:"reason"`
	Detail string `json:"detail,omitempty"`
}

type jsonFinding struct {
	Rule     string `json:"rule"`
	Group    string `json:"group"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	Help     string `json:"help,omitempty"`
	jsonSpan
	Object    *jsonObject   `json:"object,omitempty"`
	Container string        `json:"container,omitempty"`
	Path      string        `json:"path,omitempty"`
	Image     string        `json:"image,omitempty"`
	Source    string        `json:"source,omitempty"`
	Cluster   *jsonCluster  `json:"cluster,omitempty"`
	Related   []jsonRelated `json:"related,omitempty"`
	Origins   []jsonOrigin  `json:"origins,omitempty"`
	// Combinations are the sets of a chart's values that the finding is under, where it is not all of them.
	Combinations []string `json:"combinations,omitempty"`
	Fix          *jsonFix `json:"fix,omitempty"`
	// Under is the rule of an error about the same reference, beside which this finding is not a cause of a failing pull.
	Under       string `json:"under,omitempty"`
	URL         string `json:"url"`
	Fingerprint string `json:"fingerprint"`
}

type jsonSpan struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
}

type jsonObject struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
}

type jsonCluster struct {
	Stage   string `json:"stage"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

type jsonRelated struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// jsonOrigin is where the text of a rendered document was made: a value of a chart, an entry of a kustomization.
type jsonOrigin struct {
	jsonSpan
	Value   string `json:"value,omitempty"`
	Message string `json:"message,omitempty"`
}

type jsonFix struct {
	Title string     `json:"title"`
	Safe  bool       `json:"safe"`
	Edits []jsonEdit `json:"edits"`
}

type jsonEdit struct {
	jsonSpan
	Text string `json:"text"`
}

// writeJSON writes one object, a finding a line.
func writeJSON(w io.Writer, r Report, _ Options) error {
	b, enc := bufio.NewWriter(w), newJSONEncoder()
	sum, err := enc.encode(newJSONSummary(r))
	if err != nil {
		return err
	}
	writeAll(b, []byte(`{"version":1,`+"\n"+` "summary":`), sum, []byte(",\n"))
	prints, under := Fingerprints(r.Result.Findings), lint.PrimaryFindings(r.Result.Findings)
	err = writeList(b, enc, "findings", len(prints), func(i int) any {
		j := newJSONFinding(&r.Result.Findings[i], prints[i])
		if at := under[i]; at >= 0 {
			j.Under = r.Result.Findings[at].Rule
		}
		return j
	})
	if err != nil {
		return err
	}
	return b.Flush()
}

// writeList writes the last field of a document, a list with an item a line, and closes the document.
func writeList(b *bufio.Writer, enc *jsonEncoder, name string, n int, item func(int) any) error {
	writeAll(b, []byte(` "`+name+`":`))
	if err := writeItems(b, enc, " ", n, item); err != nil {
		return err
	}
	writeAll(b, []byte("}\n"))
	return nil
}

// writeItems writes a list, an item a line, a space further in than its brackets.
func writeItems(b *bufio.Writer, enc *jsonEncoder, indent string, n int, item func(int) any) error {
	sep := []byte("[\n " + indent)
	for i := range n {
		one, err := enc.encode(item(i))
		if err != nil {
			return err
		}
		writeAll(b, sep, one)
		sep = []byte(",\n " + indent)
	}
	if n == 0 {
		writeAll(b, []byte("[]"))
		return nil
	}
	writeAll(b, []byte("\n"+indent+"]"))
	return nil
}

func writeAll(b *bufio.Writer, parts ...[]byte) {
	for _, p := range parts {
		b.Write(p) //nolint:errcheck // bufio keeps the error for Flush
	}
}

func newJSONSummary(r Report) jsonSummary {
	s := jsonSummary{
		Errors:     r.Result.Count(lint.Error),
		Warnings:   r.Result.Count(lint.Warning),
		Infos:      r.Result.Count(lint.Info),
		Suppressed: len(r.Result.Suppressed),
		Baselined:  len(r.Baselined),
		NotNew:     len(r.Older),
		Skipped:    []jsonSkip{},
		RunErrors:  r.RunErrors,
	}
	for _, l := range r.Result.Omitted {
		s.LeftOut = append(s.LeftOut, jsonLeft(l))
	}
	if r.Set != nil {
		st := r.Set.Stats
		s.Files, s.Documents, s.Objects, s.Workloads, s.Images, s.Values = st.Files, st.Documents, st.Objects, st.Workloads, st.Images, st.Values
		for _, k := range r.Set.Skipped {
			s.Skipped = append(s.Skipped, jsonSkip(k))
		}
	}
	return s
}

func newJSONFinding(f *lint.Finding, fingerprint string) jsonFinding {
	j := jsonFinding{
		Rule: f.Rule, Group: f.Group, Severity: f.Severity.String(), Message: f.Message, Help: f.Help,
		jsonSpan: newJSONSpan(f.Span), Object: newJSONObject(f.Object), Container: f.Container, Path: f.Path, Image: f.Image,
		Source: template(f), Cluster: newJSONCluster(f.Cluster), URL: ruleURL(f.Rule, f.Own), Fingerprint: fingerprint, Combinations: f.Combinations,
	}
	for _, r := range f.Related {
		s := newJSONSpan(r.Span)
		j.Related = append(j.Related, jsonRelated{s.File, s.Line, s.Column, r.Message})
	}
	for _, o := range f.Origins {
		j.Origins = append(j.Origins, jsonOrigin{newJSONSpan(o.Span), o.Value, o.Message})
	}
	if f.Fix != nil {
		j.Fix = &jsonFix{f.Fix.Title, f.Fix.Safe, []jsonEdit{}}
		for _, e := range f.Fix.Edits {
			j.Fix.Edits = append(j.Fix.Edits, jsonEdit{newJSONSpan(e.Span), e.New})
		}
	}
	return j
}

func newJSONCluster(c lint.ClusterError) *jsonCluster {
	if c == (lint.ClusterError{}) {
		return nil
	}
	return &jsonCluster{string(c.Stage), c.Reason, c.Message}
}

func newJSONSpan(s source.Span) jsonSpan {
	if s.File == nil {
		return jsonSpan{}
	}
	return jsonSpan{s.File.Name, s.Start.Line, s.Start.Col, s.End.Line, s.End.Col}
}

func newJSONObject(o *manifests.Object) *jsonObject {
	if o == nil {
		return nil
	}
	return &jsonObject{o.APIVersion, o.Kind, o.Namespace, o.Name}
}
