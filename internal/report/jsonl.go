package report

import (
	"bufio"
	"io"
)

// jsonlFinding is the line of a finding. Its fields are those of the JSON format.
type jsonlFinding struct {
	Type string `json:"type"`
	jsonFinding
}

// jsonlSummary is the last line. A report without it is incomplete.
type jsonlSummary struct {
	Type    string `json:"type"`
	Version int    `json:"version"`
	jsonSummary
}

// writeJSONLines writes one object per line: the findings, then the summary. It buffers nothing, so memory
// use does not depend on the size of the report.
func writeJSONLines(w io.Writer, r Report, _ Options) error {
	b, enc := bufio.NewWriter(w), newJSONEncoder()
	write := func(v any) error {
		line, err := enc.encode(v)
		if err != nil {
			return err
		}
		writeAll(b, line, []byte("\n"))
		return nil
	}
	findings := r.Result.Findings
	prints := Fingerprints(findings)
	for i := range findings {
		j := newJSONFinding(&findings[i], prints[i])
		if of := findings[i].NoteOf; of != nil {
			j.Under = of.Rule
		}
		if err := write(jsonlFinding{"finding", j}); err != nil {
			return err
		}
	}
	if err := write(jsonlSummary{"summary", 1, newJSONSummary(r)}); err != nil {
		return err
	}
	return b.Flush()
}
