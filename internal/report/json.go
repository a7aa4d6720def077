package report

import (
	"bufio"
	"io"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// The JSON formats are a contract: fields are only ever added. Lines and columns count from 1, columns in
// Unicode code points; 0 means unknown. An end is after the last character.

type jsonSummary struct {
	Files       int        `json:"files"`                      // files that were read, each once, also as input of a chart or a kustomization
	Documents   int        `json:"documents"`                  // YAML or JSON documents in them
	Objects     int        `json:"objects"`                    // Kubernetes objects
	Workloads   int        `json:"workloads"`                  // objects that run containers
	Images      int        `json:"images"`                     // image references
	Values      int        `json:"values,omitempty"`           // files of chart values; left out if there are none
	Errors      int        `json:"errors"`                     // findings of severity error
	Warnings    int        `json:"warnings"`                   // findings of severity warning
	Infos       int        `json:"infos"`                      // findings of severity info
	Suppressed  int        `json:"suppressed"`                 // findings suppressed by a comment, an annotation or the configuration; they are not listed
	Baselined   int        `json:"baselined,omitempty"`        // findings hidden by the baseline
	NotNew      int        `json:"notNew,omitempty"`           // findings hidden by --new-from, because they are not new
	Skipped     []jsonSkip `json:"skipped"`                    // what was not examined, with reasons
	RunErrors   []string   `json:"runErrors,omitempty"`        // inputs that could not be read, so their content was not examined
	Unexplained int        `json:"unexplainedPulls,omitempty"` // pulls that fail according to the statuses of pods in the input, and that no finding is about: `imagelint pulls` explains them
	LeftOut     []jsonLeft `json:"leftOut,omitempty"`          // findings that are not listed because their rule has too many; the numbers above count only what is listed
}

type jsonLeft struct {
	Rule       string `json:"rule"`       // ID of the rule
	Errors     int    `json:"errors"`     // errors not listed
	Warnings   int    `json:"warnings"`   // warnings not listed
	Infos      int    `json:"infos"`      // infos not listed
	Suppressed int    `json:"suppressed"` // suppressed findings not counted in the summary
}

type jsonSkip struct {
	File    string `json:"file"`              // path of the file or folder
	Line    int    `json:"line,omitempty"`    // line of the document; left out for a whole file
	Reason  string `json:"reason"`            // why it was skipped
	Detail  string `json:"detail,omitempty"`  // the reason in detail
	Missing string `json:"missing,omitempty"` // the program that would render it, for the reason no-engine: helm or kustomize
}

type jsonFinding struct {
	Rule     string `json:"rule"`           // ID of the rule
	Group    string `json:"group"`          // group of the rule
	Severity string `json:"severity"`       // severity of the finding
	Message  string `json:"message"`        // the finding in one line
	Help     string `json:"help,omitempty"` // what to do
	jsonSpan
	Object       *jsonObject   `json:"object,omitempty"`       // the object with the finding; left out if there is none, as in chart values
	Container    string        `json:"container,omitempty"`    // name of the container
	Path         string        `json:"path,omitempty"`         // path of the field in the object, such as spec.containers[0].image
	Image        string        `json:"image,omitempty"`        // the image reference as written
	Source       string        `json:"source,omitempty"`       // the template that rendered the text
	Cluster      *jsonCluster  `json:"cluster,omitempty"`      // what the cluster would answer, for findings that it would reject or fail to pull
	Related      []jsonRelated `json:"related,omitempty"`      // other places that belong to the finding
	Origins      []jsonOrigin  `json:"origins,omitempty"`      // where rendered text comes from: a chart value or a kustomization entry
	Combinations []string      `json:"combinations,omitempty"` // the sets of chart values, or the folders of the kustomizations, with the finding; left out if all have it
	Fix          *jsonFix      `json:"fix,omitempty"`          // how --fix would change the files
	Advice       bool          `json:"advice,omitempty"`       // true if the finding does not make a pull fail
	Under        string        `json:"under,omitempty"`        // the rule of the finding about the same reference that this one is a note of: an error, or other advice if this is advice
	URL          string        `json:"url"`                    // page of the rule
	Fingerprint  string        `json:"fingerprint"`            // stays the same when lines move; unique within a report
}

type jsonSpan struct {
	File      string `json:"file"`      // path of the file as given, or below a given folder, with forward slashes; `<stdin>` for standard input
	Line      int    `json:"line"`      // first line, from 1; 0 if it is not known
	Column    int    `json:"column"`    // first column, from 1, in Unicode code points; 0 if it is not known
	EndLine   int    `json:"endLine"`   // line of the end
	EndColumn int    `json:"endColumn"` // column after the last character
}

type jsonObject struct {
	APIVersion string `json:"apiVersion"`          // apiVersion of the object
	Kind       string `json:"kind"`                // kind of the object
	Namespace  string `json:"namespace,omitempty"` // namespace; left out if the object names none
	Name       string `json:"name"`                // metadata.name
}

type jsonCluster struct {
	Stage   string `json:"stage"`   // where the deployment fails
	Reason  string `json:"reason"`  // reason or status shown by kubectl
	Message string `json:"message"` // the cluster's message
}

type jsonRelated struct {
	File    string `json:"file"`    // path of the file
	Line    int    `json:"line"`    // line, from 1
	Column  int    `json:"column"`  // column, from 1
	Message string `json:"message"` // how the place relates to the finding
}

// jsonOrigin is where rendered text was made: a chart value or a kustomization entry.
type jsonOrigin struct {
	jsonSpan
	Value   string `json:"value,omitempty"`   // path of the chart value, such as image.tag
	Message string `json:"message,omitempty"` // what happens to the text on the way
}

type jsonFix struct {
	Title string     `json:"title"` // what the fix does
	Safe  bool       `json:"safe"`  // whether --fix applies it; --fix=all applies unsafe ones, too
	Edits []jsonEdit `json:"edits"` // text replacements, which belong together
}

type jsonEdit struct {
	jsonSpan
	Text string `json:"text"` // the new text
}

// writeJSON writes one object, with one finding per line.
func writeJSON(w io.Writer, r Report, _ Options) error {
	b, enc := bufio.NewWriter(w), newJSONEncoder()
	sum, err := enc.encode(newJSONSummary(r))
	if err != nil {
		return err
	}
	writeAll(b, []byte(`{"version":1,`+"\n"+` "summary":`), sum, []byte(",\n"))
	if p := newJSONProbe(r); p != nil {
		text, err := enc.encode(p)
		if err != nil {
			return err
		}
		writeAll(b, []byte(` "probe":`), text, []byte(",\n"))
	}
	prints := Fingerprints(r.Result.Findings)
	err = writeList(b, enc, "findings", len(prints), func(i int) any {
		j := newJSONFinding(&r.Result.Findings[i], prints[i])
		if of := r.Result.Findings[i].NoteOf; of != nil {
			j.Under = of.Rule
		}
		return j
	})
	if err != nil {
		return err
	}
	return b.Flush()
}

// writeList writes the last field of a document, a list with one item per line, and closes the document.
func writeList(b *bufio.Writer, enc *jsonEncoder, name string, n int, item func(int) any) error {
	writeAll(b, []byte(` "`+name+`":`))
	if err := writeItems(b, enc, " ", n, item); err != nil {
		return err
	}
	writeAll(b, []byte("}\n"))
	return nil
}

// writeItems writes a list with one item per line, indented by one space more than its brackets.
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
		Errors:      r.Result.Count(lint.Error),
		Warnings:    r.Result.Count(lint.Warning),
		Infos:       r.Result.Count(lint.Info),
		Suppressed:  len(r.Result.Suppressed),
		Baselined:   len(r.Baselined),
		NotNew:      len(r.Older),
		Skipped:     []jsonSkip{},
		RunErrors:   r.RunErrors,
		Unexplained: r.Unexplained,
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
		Source: template(f), Cluster: newJSONCluster(f.Cluster), URL: ruleURL(f.Rule, f.Own), Fingerprint: fingerprint, Combinations: f.Combinations, Advice: f.Advice,
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
	if s.File() == nil {
		return jsonSpan{}
	}
	return jsonSpan{s.File().Name, max(0, s.Start().Line), max(0, s.Start().Col), max(0, s.End().Line), max(0, s.End().Col)}
}

func newJSONObject(o *manifests.Object) *jsonObject {
	if o == nil {
		return nil
	}
	return &jsonObject{o.APIVersion, o.Kind, o.Namespace, o.Name}
}
