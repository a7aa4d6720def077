package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// validatePrometheus reads a report as Prometheus does. Its counts must match the findings of the same run in imagelint's own format.
func validatePrometheus(ours, report string) error {
	data, err := os.ReadFile(ours)
	if err != nil {
		return err
	}
	var want struct {
		Summary  struct{ Files, Errors float64 }
		Findings []any
	}
	if err := json.Unmarshal(data, &want); err != nil {
		return err
	}
	in, err := os.Open(report)
	if err != nil {
		return err
	}
	defer in.Close()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	metrics, err := parser.TextToMetricFamilies(in)
	if err != nil {
		return fmt.Errorf("prometheus reads: %w", err)
	}
	// sum adds a metric's values that have a label value.
	sum := func(name, label, value string) (n float64) {
		for _, m := range metrics[name].GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() == label && l.GetValue() != value {
					m = nil
				}
			}
			n += m.GetGauge().GetValue()
		}
		return n
	}
	for _, c := range []struct {
		name, label, value string
		want               float64
	}{
		{"imagelint_findings", "", "", float64(len(want.Findings))},
		{"imagelint_severity_findings", "severity", "error", want.Summary.Errors},
		{"imagelint_files", "", "", want.Summary.Files},
	} {
		if got := sum(c.name, c.label, c.value); got != c.want {
			return fmt.Errorf("prometheus reads %v of %s %s, and there are %v", got, c.name, c.value, c.want)
		}
	}
	return nil
}
