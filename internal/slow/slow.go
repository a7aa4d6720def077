// Package slow skips tests that need seconds of processor time.
package slow

import "testing"

// Skip skips a test in short runs. Under the race detector it skips it, too: such a test does all of its work in one
// goroutine, where there is no race to find, and would take ten times as long. .ci/run runs these tests without it.
func Skip(t testing.TB) {
	t.Helper()
	switch {
	case testing.Short():
		t.Skip("it takes seconds of processor time")
	case race:
		t.Skip("it works in one goroutine; a run without the race detector has it")
	}
}
