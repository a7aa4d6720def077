package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// validJSONLines reads a report line by line: each line is an object, and the summary is the last.
func validJSONLines(out []byte) error {
	if !bytes.HasSuffix(out, []byte("}\n")) {
		return errors.New("the last line is not whole")
	}
	lines := bytes.Split(bytes.TrimSuffix(out, []byte("\n")), []byte("\n"))
	for i, line := range lines {
		var of struct {
			Type, Rule, Severity string
			Version              int
		}
		if err := json.Unmarshal(line, &of); err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
		last := i == len(lines)-1
		switch {
		case last && (of.Type != "summary" || of.Version != 1):
			return fmt.Errorf("line %d is no summary: %s", i+1, line)
		case !last && (of.Type != "finding" || of.Severity == ""):
			return fmt.Errorf("line %d is no finding: %s", i+1, line)
		}
	}
	return nil
}

// TestJSONLinesSameAsJSON: the lines have the same content as the JSON format, in the same order.
func TestJSONLinesSameAsJSON(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]Report{"full": sample(t), "hostile": hostile(t, nasty[0]), "nothing": {}} {
		var whole struct {
			Summary  map[string]any
			Findings []map[string]any
		}
		if err := json.Unmarshal(printed(t, "json", r, Options{}), &whole); err != nil {
			t.Fatal(err)
		}
		want := append([]map[string]any{}, whole.Findings...)
		for _, f := range want {
			f["type"] = "finding"
		}
		whole.Summary["type"], whole.Summary["version"] = "summary", 1.0
		want = append(want, whole.Summary)
		var got []map[string]any
		for line := range bytes.Lines(printed(t, "jsonl", r, Options{})) {
			var v map[string]any
			if err := json.Unmarshal(line, &v); err != nil {
				t.Fatal(err)
			}
			got = append(got, v)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
