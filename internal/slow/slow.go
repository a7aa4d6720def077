// Package slow skips tests that need seconds of processor time.
package slow

import (
	"os"
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
