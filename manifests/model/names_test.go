package model

import (
	"slices"
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
