package lint_test

import (
	"context"
	"testing"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// counter is a prober that says of every image that it is there, and counts the questions.
type counter struct{ asked int }

func (c *counter) Probe(_ context.Context, questions []lint.Question) []lint.ProbeResult {
	c.asked += len(questions)
	facts := make([]lint.ProbeResult, len(questions))
	for i := range facts {
		facts[i].Pod.Outcome = lint.Exists
	}
	return facts
}

// What a prober said is recalled without asking again; of what it was not asked, nothing is known.
func TestMemory(t *testing.T) {
	t.Parallel()
	question := func(raw string, platforms ...string) lint.Question {
		ref, err := imageref.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		return lint.Question{Ref: ref, Platforms: platforms}
	}
	real := &counter{}
	m := &lint.ProbeCache{Prober: real}
	if facts := m.CachedOnly().Probe(t.Context(), []lint.Question{question("app:1")}); facts[0].Pod.Outcome != lint.NotAsked {
		t.Errorf("before any question: %+v", facts)
	}
	m.Probe(t.Context(), []lint.Question{question("app:1"), question("app:2")})
	facts := m.CachedOnly().Probe(t.Context(), []lint.Question{question("app:2"), question("app:3"), question("app:1", "linux/arm64")})
	if facts[0].Pod.Outcome != lint.Exists || facts[1].Pod.Outcome != lint.NotAsked || facts[2].Pod.Outcome != lint.NotAsked || real.asked != 2 {
		t.Errorf("%+v after %d questions", facts, real.asked)
	}
}
