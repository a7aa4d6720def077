package engine_test

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/lint"
)

const corpusDir = "../../fixtures/corpus"

// imagePosition is an image and its position.
type imagePosition struct{ file, line, image string }

func (p imagePosition) String() string { return fmt.Sprintf("%s:%s %s", p.file, p.line, p.image) }

// TestCorpus lints fixtures/corpus: valid manifests with a known list of images, for which every error is a false alarm.
func TestCorpus(t *testing.T) {
	t.Parallel()
	cfg := &config.Config{}
	e := &engine.Engine{}
	loaded, err := e.Load(t.Context(), engine.Request{Paths: []string{corpusDir}, Config: cfg, Linter: linter(cfg), Render: withoutHelm})
	if err != nil {
		t.Fatal(err)
	}
	response, err := loaded.Lint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range response.Errors {
		t.Errorf("not read: %s", e)
	}
	severities := map[lint.Severity]int{}
	for _, f := range response.Result.Findings {
		severities[f.Severity]++
		where := fmt.Sprintf("%s:%d: %s: %s [%s]", below(t, f.Span.File().Name), f.Span.Start().Line, f.Severity, f.Message, f.Rule)
		if f.Severity == lint.Error {
			t.Errorf("false alarm: %s", where)
		} else {
			t.Log(where)
		}
	}
	found := map[imagePosition]bool{}
	loaded.TraceOrigins(t.Context())
	set := loaded.All()
	for _, w := range slices.Concat(set.Workloads, set.Values) {
		for _, img := range w.Images {
			if img.Raw != "" {
				found[imagePosition{below(t, img.Span.File().Name), fmt.Sprint(img.Span.Start().Line), img.Raw}] = true
			}
		}
	}
	listed := images(t)
	if len(listed) < 280 {
		t.Errorf("%d images in the list, which cannot be all", len(listed))
	}
	hits := 0
	for _, p := range sorted(listed) {
		if found[p] {
			hits++
			continue
		}
		t.Errorf("not found: %s", p)
	}
	for _, p := range sorted(found) {
		if !listed[p] {
			t.Errorf("not in the list: %s", p)
		}
	}
	t.Logf("corpus: %d files, %d of %d images found (%.1f %%), %d errors, %d warnings, %d infos", set.Stats.Files, hits, len(listed),
		100*float64(hits)/float64(max(1, len(listed))), severities[lint.Error], severities[lint.Warning], severities[lint.Info])
}

// images returns the list, which was written by hand. The line is the one to edit to change the image: the line of the
// image or, for a split image, that of its repository or of its images entry in a kustomization.
func images(t *testing.T) map[imagePosition]bool {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpusDir, "images.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.Comment, r.LazyQuotes = '\t', '#', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all := map[imagePosition]bool{}
	for _, row := range rows[1:] {
		p := imagePosition{row[0], row[1], row[2]}
		if all[p] {
			t.Errorf("twice in the list: %s", p)
		}
		all[p] = true
	}
	return all
}

// below returns the name of a file relative to the corpus.
func below(t *testing.T, name string) string {
	t.Helper()
	rel, err := filepath.Rel(corpusDir, name)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(rel)
}

func sorted(places map[imagePosition]bool) []imagePosition {
	return slices.SortedFunc(maps.Keys(places), func(a, b imagePosition) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(len(a.line), len(b.line)), cmp.Compare(a.line, b.line), cmp.Compare(a.image, b.image))
	})
}
