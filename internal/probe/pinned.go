package probe

import (
	"context"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// Tags is a lint.Prober that asks about the tags of images to pin, ignoring any digests they have. It keeps
// the answers, so that the files can be linted again without new requests.
type Tags struct {
	prober lint.Prober
	chosen func(imageref.Ref) bool
	facts  map[string]lint.ProbeResult
}

// NewTags returns a Tags that asks prober about the chosen images.
func NewTags(prober lint.Prober, chosen func(imageref.Ref) bool) *Tags {
	return &Tags{prober: prober, chosen: chosen, facts: map[string]lint.ProbeResult{}}
}

// Probe implements lint.Prober. Images that are not chosen get no digest.
func (a *Tags) Probe(ctx context.Context, questions []lint.Question) []lint.ProbeResult {
	var open []lint.Question
	for _, q := range questions {
		q.Ref.Digest = ""
		if _, known := a.facts[identityOf(q)]; known {
			continue
		}
		if a.facts[identityOf(q)] = (lint.ProbeResult{Pod: lint.Answer{Outcome: lint.Exists}}); a.chosen(q.Ref) {
			open = append(open, q)
		}
	}
	if len(open) > 0 {
		for i, fact := range a.prober.Probe(ctx, open) {
			a.facts[identityOf(open[i])] = fact
		}
	}
	out := make([]lint.ProbeResult, len(questions))
	for i, q := range questions {
		q.Ref.Digest = ""
		out[i] = a.facts[identityOf(q)]
	}
	return out
}

// identityOf returns a key for a question: the image and the credentials.
func identityOf(q lint.Question) string {
	key := q.Ref.Canonical()
	for _, c := range q.Credentials {
		key += "\x00" + c.Secret + "\x00" + c.Key
	}
	return key
}
