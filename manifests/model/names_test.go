package model

import (
	"slices"
	"strconv"
	"testing"
)

// Sets share no list of names: what is added to one is not in the other.
func TestNames(t *testing.T) {
	t.Parallel()
	var a, b, c Set
	a.Services.Add("shop/web")
	a.Services.Add("/db")
	a.Services.Add("two\nlines")
	b.Add(&a)
	c.Add(&a)
	b.Services.Add("b/b")
	c.Services.Add("c/c")
	for _, set := range []struct {
		of   *Set
		want []string
	}{{&a, []string{"shop/web", "/db"}}, {&b, []string{"shop/web", "/db", "b/b"}}, {&c, []string{"shop/web", "/db", "c/c"}}} {
		if got := slices.Collect(set.of.Services.All()); !slices.Equal(got, set.want) {
			t.Errorf("%q, want %q", got, set.want)
		}
	}
}

// A list of many names is shared by sets, and still is not the other's: what either adds later stays its own.
//
//nolint:paralleltest // it counts allocations
func TestManyNames(t *testing.T) {
	var a, b Names
	var want []string
	for i := range 20_000 {
		want = append(want, "team/service-"+strconv.Itoa(i))
		a.Add(want[i])
	}
	b.Append(a)
	a.Add("a/a")
	b.Add("b/b")
	if got := slices.Collect(a.All()); !slices.Equal(got, append(slices.Clip(want), "a/a")) {
		t.Errorf("%d names, want %d and one more", len(got), len(want))
	}
	if got := slices.Collect(b.All()); !slices.Equal(got, append(slices.Clip(want), "b/b")) {
		t.Errorf("%d names, want %d and one more", len(got), len(want))
	}
	if n := testing.AllocsPerRun(1, func() {
		var c Names
		for _, name := range want {
			c.Add(name)
		}
	}); n > 50 {
		t.Errorf("%v allocations for %d names", n, len(want))
	}
}
