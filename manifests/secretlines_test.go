package manifests

import (
	"strings"
	"testing"
)

// FuzzSecretLines puts a Secret behind any document: there is an answer for each line, and those of the Secret are not to be shown.
func FuzzSecretLines(f *testing.F) {
	f.Add("a: b\n")
	f.Add("---\n")
	f.Add("x: |\n  ---\n ---\r\n...\n--- # y\n")
	f.Add("a: '\n---\n")
	f.Fuzz(func(t *testing.T, before string) {
		if strings.ContainsAny(before, "\r\x00") || len(before) > 2000 {
			return // a lone CR ends a line for YAML alone
		}
		const secret = "apiVersion: v1\nkind: Secret\nstringData:\n  k: hidden\n"
		data := []byte(before + "\n---\n" + secret)
		hidden := SecretLines(data)
		if want := strings.Count(string(data), "\n"); len(hidden) != want {
			t.Fatalf("%d lines, %d answers", want, len(hidden))
		}
		for i, h := range hidden[len(hidden)-strings.Count(secret, "\n"):] {
			if !h {
				t.Fatalf("line %d of the Secret may be shown behind %q", i+1, before)
			}
		}
	})
}
