package policy

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// test runs a policy's tests.
func test(ctx context.Context, p *config.Policy, rule *lint.Rule) []error {
	var errs []error
	for i := range p.Tests {
		t := &p.Tests[i]
		if message, help := verdict(ctx, t, *rule); message != "" {
			errs = append(errs, t.At.Error(1, 1, message, help))
		}
	}
	return errs
}

// verdict returns why a test fails, or "" if it passes.
func verdict(ctx context.Context, t *config.PolicyTest, rule lint.Rule) (message, help string) {
	text := t.Manifest
	if t.Image != "" {
		image, err := json.Marshal(t.Image)
		if err != nil {
			return "the image cannot be written", "write another one"
		}
		text = `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "test"}, "spec": {"containers": [{"name": "test", "image": ` + string(image) + `}]}}`
	}
	in := manifests.Input{Name: "test.yaml", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	set, err := manifests.Load(ctx, []manifests.Input{in}, manifests.Options{Metadata: true, Workers: 1})
	switch {
	case err != nil || len(set.Broken) > 0:
		return "the manifest cannot be read as YAML", "fix the manifest"
	case !hasImage(set):
		return "no image in it can be parsed", "write a Pod, a Deployment or the like with an image"
	}
	if rule.Severity == lint.Off {
		rule.Severity = lint.Warning // test policies that are off, too
	}
	res, err := (&lint.Linter{Rules: []lint.Rule{rule}}).Run(ctx, set)
	if err != nil {
		return "the test could not be run", ""
	}
	found := slices.Concat(res.Findings, res.Suppressed)
	switch {
	case t.Finding && len(found) == 0:
		return `expected a finding, but the policy reports nothing`, "fix the expression or the test"
	case !t.Finding && len(found) > 0:
		return fmt.Sprintf(`the policy reports %q, but the test expects "pass"`, found[0].Message), "fix the expression or the test"
	case t.Finding && strings.Contains(found[0].Message, undecided):
		return found[0].Message, "fix the expression"
	}
	return "", ""
}

func hasImage(set *manifests.Set) bool {
	for _, w := range set.Workloads {
		for _, img := range w.Images {
			if img.State == manifests.StateString && img.Err == nil {
				return true
			}
		}
	}
	return false
}
