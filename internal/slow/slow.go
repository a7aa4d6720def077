// Package slow skips tests that need seconds of processor time.
package slow

import (
	"os"
	"runtime/debug"
	"slices"
	"testing"
)

// Variable is the environment variable with which slow tests run, as in .ci/run.
const Variable = "IMAGELINT_SLOW_TESTS"

// Skip skips a test unless slow ones are wanted.
func Skip(t testing.TB) {
	t.Helper()
	if os.Getenv(Variable) == "" {
		t.Skip("it takes seconds of processor time, and runs with " + Variable + "=1")
	}
}

// SkipWithRace skips a test if the race detector is on: with it, the test takes many seconds, and it starts no goroutines that other tests
// do not start too. .ci/run runs all tests of packages with skipped ones once more, with slow ones and without the race detector.
func SkipWithRace(t testing.TB) {
	t.Helper()
	if Race() {
		t.Skip("it takes many seconds with the race detector, and would find nothing")
	}
}

// Race reports whether the race detector is on.
func Race() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
