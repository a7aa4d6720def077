// Command validate reads a report as reviewdog does, which shows reports on pull requests, or as Prometheus does:
// validate JSON FORMAT REPORT. JSON is the report of the same run in imagelint's own format. Both must have the same
// number of findings, on the same lines and with the same severities. Suppressed findings are ignored.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/reviewdog/reviewdog/parser"
)

func main() {
	if err := validate(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var readers = map[string]func() parser.Parser{
	"sarif":      parser.NewSarifParser,
	"checkstyle": parser.NewCheckStyleParser,
	"rdjson":     func() parser.Parser { return parser.NewRDJSONParser() },
}

func validate(ours, format, report string) error {
	if format == "prometheus" {
		return validatePrometheus(ours, report)
	}
	data, err := os.ReadFile(ours)
	if err != nil {
		return err
	}
	var want struct {
		Findings []struct {
			Severity string
			Line     int32
		}
	}
	if err := json.Unmarshal(data, &want); err != nil {
		return err
	}
	in, err := os.Open(report)
	if err != nil {
		return err
	}
	defer in.Close()
	got, err := readers[format]().Parse(in)
	if err != nil {
		return err
	}
	if n := len(want.Findings); len(got) != n {
		return fmt.Errorf("reviewdog reads %d findings of %s, and there are %d", len(got), format, n)
	}
	severities := map[string]string{"error": "ERROR", "warning": "WARNING", "info": "INFO"}
	for i, f := range want.Findings {
		d := got[i]
		if d.GetSeverity().String() != severities[f.Severity] || d.GetLocation().GetRange().GetStart().GetLine() != f.Line || d.GetLocation().GetPath() == "" || d.GetMessage() == "" {
			return fmt.Errorf("finding %d: reviewdog reads %v", i, d)
		}
	}
	return nil
}
