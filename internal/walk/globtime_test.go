package walk

import (
	"testing"
	"time"
)

// FuzzGlobTime matches whatever patterns and names there are: each match ends, and soon. The bound is far above what is needed; what it
// catches is a match that tries every way of every star.
func FuzzGlobTime(f *testing.F) {
	f.Add("**/*a*b", "x/aab")
	f.Add("*a*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
	f.Add("**/**/**/**/**/**/**/**/b", "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a")
	f.Add("{a,{b,{c,d}}}*[!x-", "abcd")
	f.Fuzz(func(t *testing.T, glob, name string) {
		const long, most = 2000, 3 * time.Second
		if len(glob) > long || len(name) > long {
			return
		}
		started := time.Now()
		MatchGlob(glob, name)
		if took := time.Since(started); took > most {
			t.Fatalf("%s for %q and %q", took, glob, name)
		}
	})
}
