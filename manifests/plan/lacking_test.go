package plan_test

import (
	"fmt"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// A pull is anonymous if the cluster lacks each pull secret of the pod that is not in the input.
func TestLacking(t *testing.T) {
	t.Parallel()
	many := make([]string, 70)
	for i := range many {
		many[i] = fmt.Sprintf("s%d", i)
	}
	for _, c := range []struct {
		named, lacking []string
		outcome        plan.Outcome
		message        string
	}{
		{[]string{"a"}, nil, plan.Unknown, "pull secret a is not in the input"},
		{[]string{"a"}, []string{"b"}, plan.Unknown, "pull secret a is not in the input"},
		{[]string{"a"}, []string{"a"}, plan.Anonymous, "the cluster has no pull secret a; the pull continues anonymously"},
		{[]string{"a", "b"}, []string{"a"}, plan.Unknown, "pull secret b is not in the input"},
		{[]string{"a", "b"}, []string{"b"}, plan.Unknown, "pull secret a is not in the input"},
		{[]string{"a", "b"}, []string{"b", "a"}, plan.Anonymous, "the cluster has no pull secret a; the pull continues anonymously"},
		{many, many, plan.Unknown, "pull secret s64 is not in the input"}, // of very many, not each is compared
	} {
		set := load(t, one(pod("p", "registry.acme.test/app:1", names(c.named...))))
		w := set.Workloads[0]
		p := plan.New(set, plan.Options{})
		if v := p.ClusterVerdict(w.Images[0], p.Image(w, w.Images[0]), c.lacking); v.Outcome != c.outcome || v.Message != c.message {
			t.Errorf("%d named, lacking %q: %s: %s; want %s: %s", len(c.named), c.lacking, v.Outcome, v.Message, c.outcome, c.message)
		}
	}
}
