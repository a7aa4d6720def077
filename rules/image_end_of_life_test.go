package rules_test

import (
	"testing"
	"time"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules"
)

// A release is supported through its last day. There is no finding if the day is unknown or the rule is not enabled.
func TestEndOfLifeDays(t *testing.T) {
	t.Parallel()
	set, err := manifests.Load(t.Context(), []manifests.Input{input("pod.yaml", podOf("image: nginx:1.19.2"))}, manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	end := time.Date(2021, 5, 25, 23, 59, 0, 0, time.UTC)
	for _, tt := range []struct {
		now    time.Time
		levels map[string]lint.Severity
		want   int
	}{
		{end, map[string]lint.Severity{rules.ImageEndOfLife.ID: lint.Info}, 0},
		{end.Add(time.Minute), map[string]lint.Severity{rules.ImageEndOfLife.ID: lint.Info}, 1},
		{time.Time{}, map[string]lint.Severity{rules.ImageEndOfLife.ID: lint.Info}, 0},
		{end.Add(time.Minute), nil, 0},
	} {
		res, err := (&lint.Linter{Rules: []lint.Rule{rules.ImageEndOfLife}, Levels: tt.levels, Settings: lint.Settings{Now: tt.now}}).Run(t.Context(), set)
		if err != nil {
			t.Fatal(err)
		}
		if n := res.Count(lint.Info); n != tt.want || len(res.Findings) != tt.want {
			t.Errorf("%s %v: %d findings, want %d", tt.now, tt.levels, n, tt.want)
		}
	}
}
