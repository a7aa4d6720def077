package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type errorTest struct{ name, in, want string }

// TestErrors checks the exact text of every error that a file can cause.
func TestErrors(t *testing.T) {
	t.Parallel()
	for _, test := range append(contentErrors(), syntaxErrors()...) {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := Parse("c", []byte(strings.TrimPrefix(test.in, "\n")), table())
			if err == nil {
				t.Fatalf("no error; want:\n%s", test.want)
			}
			if c != nil {
				t.Error("got both a Config and an error")
			}
			if diff := cmp.Diff(strings.Trim(test.want, "\n"), err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}
