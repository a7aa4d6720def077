package plan_test

import (
	"testing"
	"time"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// The plan of a pod is cached until something that affects it changes.
func TestRenew(t *testing.T) {
	t.Parallel()
	set := load(t, one(secret("s", key), account("robot", "s"), pod("p", private, names("s"))))
	other := load(t, one(secret("s", key), account("robot", "s"), pod("p", private, names("s"))))
	w := set.Workloads[0]
	opts := plan.Options{Now: time.Unix(1, 0)}
	for name, c := range map[string]struct {
		change func(*manifests.Set, *plan.Options)
		kept   bool
	}{
		"nothing":    {func(*manifests.Set, *plan.Options) {}, true},
		"a workload": {func(s *manifests.Set, _ *plan.Options) { s.Workloads = append(s.Workloads, other.Workloads...) }, true},
		"a Secret":   {func(s *manifests.Set, _ *plan.Options) { s.Secrets = other.Secrets }, false},
		"no Secret":  {func(s *manifests.Set, _ *plan.Options) { s.Secrets = nil }, false},
		"an account": {func(s *manifests.Set, _ *plan.Options) { s.ServiceAccounts = other.ServiceAccounts }, false},
		"a policy":   {func(s *manifests.Set, _ *plan.Options) { s.PullSecretInjectors = []*manifests.Object{w.Object} }, false},
		"what Helm hid": {func(s *manifests.Set, _ *plan.Options) {
			s.Skipped = []manifests.Skip{{File: "a", Reason: manifests.SkipHelmHidden}}
		}, false},
		"a kustomization":      {func(s *manifests.Set, _ *plan.Options) { s.Kustomizations = []*manifests.Kustomization{{}} }, false},
		"a folder's namespace": {func(s *manifests.Set, _ *plan.Options) { s.FolderNamespaces = map[string]string{".": "n"} }, false},
		"the time":             {func(_ *manifests.Set, o *plan.Options) { o.Now = time.Unix(2, 0) }, false},
		"the namespace":        {func(_ *manifests.Set, o *plan.Options) { o.Namespace = "n" }, false},
		"the cluster":          {func(_ *manifests.Set, o *plan.Options) { o.Kubernetes = 30 }, false},
		"what is known":        {func(_ *manifests.Set, o *plan.Options) { o.Known = []string{"x"} }, false},
		"a file's namespace":   {func(_ *manifests.Set, o *plan.Options) { o.NamespaceIn = func(string) string { return "" } }, false},
	} {
		before := plan.New(set, opts)
		pull := before.Pod(w, w.Pods[0])
		changed, o := *set, opts
		c.change(&changed, &o)
		if kept := plan.Renew(before, &changed, o).Pod(w, w.Pods[0]) == pull; kept != c.kept {
			t.Errorf("%s: kept %t, want %t", name, kept, c.kept)
		}
	}
	p := plan.New(set, opts)
	pull := p.Pod(w, w.Pods[0])
	for range 200 {
		p = plan.Renew(p, set, opts)
	}
	if p.Pod(w, w.Pods[0]) == pull {
		t.Error("a Planner is renewed without end")
	}
}
