package catalog

import (
	"strconv"
	"sync"
	"testing"
)

// An answer is asked for once, whoever asks, and the memory has a bound.
func TestMemo(t *testing.T) {
	t.Parallel()
	var m memo[string]
	asked := 0
	ask := func(registry, repository string) string { asked++; return registry + " " + repository }
	for range 3 {
		if got := m.of("a", "b/c", ask); got != "a b/c" {
			t.Errorf("the answer is %q", got)
		}
	}
	if m.of("a/b", "c", ask); asked != 2 {
		t.Errorf("asked %d times about two repositories", asked)
	}
	for i := range 3 * mostRemembered {
		m.of("a", strconv.Itoa(i), ask)
	}
	if len(m.known) > mostRemembered {
		t.Errorf("%d answers are kept", len(m.known))
	}
	var both memo[int]
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for i := range 1000 {
				if got := both.of("", strconv.Itoa(i), func(_, name string) int { n, _ := strconv.Atoi(name); return n }); got != i {
					t.Errorf("the answer about %d is %d", i, got)
				}
			}
		})
	}
	wait.Wait()
}
