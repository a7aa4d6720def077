package lint

import "context"

// ProbeCache wraps a prober and keeps its answers, so that a second run needs no requests.
type ProbeCache struct {
	Prober Prober
	known  map[questionKey]ProbeResult
}

// Probe implements Prober.
func (m *ProbeCache) Probe(ctx context.Context, questions []Question) []ProbeResult {
	facts := m.Prober.Probe(ctx, questions)
	if m.known == nil {
		m.known = map[questionKey]ProbeResult{}
	}
	for i := range min(len(questions), len(facts)) {
		m.known[questions[i].key()] = facts[i]
	}
	return facts
}

// CachedOnly returns a prober that returns only cached answers.
func (m *ProbeCache) CachedOnly() Prober { return cachedOnly{m} }

type cachedOnly struct{ memory *ProbeCache }

// Probe implements Prober.
func (r cachedOnly) Probe(_ context.Context, questions []Question) []ProbeResult {
	facts := make([]ProbeResult, len(questions))
	for i, q := range questions {
		facts[i] = r.memory.known[q.key()] // the zero Fact means not asked
	}
	return facts
}
