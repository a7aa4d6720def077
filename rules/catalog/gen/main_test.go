package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTablesAreUpToDate(t *testing.T) {
	t.Parallel()
	want, err := generate("../data")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../tables_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	got = bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n")) // Windows checkouts have CRLF
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("tables_gen.go is not what data says; run \"go generate ./rules/catalog\" (-want +got):\n%s", diff)
	}
}

// TestFactsAreChecked breaks one line of the data at a time.
func TestFactsAreChecked(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, file, old, new, want string }{
		{"no date", "moved.json", `"date": "2026-11-29"`, `"date": ""`, "date"},
		{"odd date", "aliases.json", `"date": "2026-11-22"`, `"date": "21.8.2026"`, "date"},
		{"no source", "distinct.json", `"source": "ordinary words and names of other software, hand-picked"`, `"source": ""`, "source"},
		{"order", "aliases.json", `"name": "airflow"`, `"name": "zz"`, "is not sorted after"},
		{"twice", "aliases.json", `"name": "alertmanager"`, `"name": "airflow"`, "is not sorted after"},
		{"unknown field", "moved.json", `"status"`, `"stat"`, "unknown field"},
		{"unknown status", "moved.json", `"status": "moved"`, `"status": "lost"`, "unknown word"},
		{"gone on hearsay", "moved.json", `"gone": true, "confidence": "high"`, `"gone": true, "confidence": "medium"`, "high confidence"},
		{"odd since", "moved.json", `"since": "2025-07"`, `"since": "last year"`, "since"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS("../data")); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, tt.file)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(data), tt.old) {
				t.Fatalf("%s does not contain %s", tt.file, tt.old)
			}
			if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(data), tt.old, tt.new)), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := generate(dir); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("generate: %v, want an error about %q", err, tt.want)
			}
		})
	}
}
