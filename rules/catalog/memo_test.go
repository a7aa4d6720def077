package catalog

import (
	"errors"
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

// A block is read once, copies of it do not share what facts adds, and the cache is bounded.
func TestBlocks(t *testing.T) {
	t.Parallel()
	c := Builtin()
	e := c.find("nginx")
	first, err := c.blockOf(e)
	if err != nil || c.facts(e, first) != nil {
		t.Fatal(err)
	}
	if second, err := c.blockOf(e); err != nil || second.times != nil {
		t.Errorf("the cached block has the times of a caller's copy, %v", err)
	}
	var m blocks
	read := 0
	at := func(i int) place { return place{offset: i, raw: maxBlocks / 4} }
	for i := range 20 {
		for range 2 {
			if _, err := m.get(at(i), func() (*block, error) { read++; return &block{}, nil }); err != nil {
				t.Fatal(err)
			}
		}
		if len(m.known) > 4 {
			t.Fatalf("%d blocks of a quarter of the limit are kept", len(m.known))
		}
	}
	if read != 20 {
		t.Errorf("20 blocks were read %d times", read)
	}
	if _, err := m.get(at(99), func() (*block, error) { return nil, errBlock }); !errors.Is(err, errBlock) {
		t.Errorf("a damaged block gives %v", err)
	}
}
