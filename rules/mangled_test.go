package rules

import (
	"regexp"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/slow"
)

// A mangled number is what this expression matches.
func TestMangled(t *testing.T) {
	t.Parallel()
	slow.SkipWithRace(t)
	pattern := regexp.MustCompile(`^[0-9]\.[0-9]+[eE][0-9]{1,2}$|^[0-9][eE][0-9]{1,2}$`)
	matched := 0
	var try func(tag string)
	try = func(tag string) {
		want := pattern.MatchString(tag)
		if want {
			matched++
		}
		if got := mangled(tag); got != want {
			t.Errorf("%q: %t, want %t", tag, got, want)
		}
		for _, c := range "09.eE-" {
			if len(tag) < 6 {
				try(tag + string(c))
			}
		}
	}
	try("")
	if matched < 100 {
		t.Errorf("%d of them match", matched)
	}
}
