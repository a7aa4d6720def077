package catalog

import (
	"strconv"
	"sync"
	"testing"
)

// Each answer is computed once, even under concurrency, and the cache is bounded.
func TestMemo(t *testing.T) {
	t.Parallel()
	var m memo[string]
	asked := 0
	ask := func(registry, repository string) string { asked++; return registry + " " + repository }
	for range 3 {
		if got := m.get("a", "b/c", ask); got != "a b/c" {
			t.Errorf("the answer is %q", got)
		}
	}
	if m.get("a/b", "c", ask); asked != 2 {
		t.Errorf("asked %d times about two repositories", asked)
	}
	for i := range 3 * maxRemembered {
		m.get("a", strconv.Itoa(i), ask)
	}
	if len(m.known) > maxRemembered {
		t.Errorf("%d answers are kept", len(m.known))
	}
	var both memo[int]
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for i := range 1000 {
				if got := both.get("", strconv.Itoa(i), func(_, name string) int { n, _ := strconv.Atoi(name); return n }); got != i {
					t.Errorf("the answer about %d is %d", i, got)
				}
			}
		})
	}
	wait.Wait()
}
