package cluster

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// A paste of several outputs is split into text and manifests, and both keep their line numbers.
func TestSplit(t *testing.T) {
	t.Parallel()
	const yaml, describe = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a # Name:    b\n", "Name:             a\nNamespace:        shop\nEvents:\n  Warning  Failed\n"
	for _, tt := range []struct{ name, in, text, manifests string }{
		{"text", describe, describe, ""},
		{"a prompt", "$ kubectl get pod a -o yaml\n" + yaml, "$ kubectl get pod a -o yaml\n\n\n\n\n", "\n" + yaml},
		{"a description first", describe + yaml, describe + "\n\n\n\n", "\n\n\n\n" + yaml},
		{"manifests first", yaml + describe, "\n\n\n\n" + describe, yaml + "---\n\n\n\n"},
		{"between", yaml + "bob@laptop:~/x$ kubectl get secret b\n" + yaml, "\n\n\n\nbob@laptop:~/x$ kubectl get secret b\n\n\n\n\n", yaml + "---\n" + yaml},
		{"JSON, and no line break at the end", "% kubectl get pod\n{\n  \"kind\": \"Pod\"\n}", "% kubectl get pod\n\n\n", "\n{\n  \"kind\": \"Pod\"\n}"},
		{"a long line", "apiVersion: v1\ndata: " + strings.Repeat("x", 200<<10) + "\n" + describe, "\n\n" + describe, "apiVersion: v1\ndata: " + strings.Repeat("x", 200<<10) + "\n---\n\n\n\n"},
	} {
		for _, r := range []io.Reader{strings.NewReader(tt.in), iotest.OneByteReader(strings.NewReader(tt.in)), iotest.DataErrReader(strings.NewReader(tt.in))} {
			s := Split(r)
			text, err := io.ReadAll(s)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{tt.text, tt.manifests}, []string{string(text), string(s.Manifests())}); diff != "" {
				t.Errorf("%s: %s", tt.name, diff)
			}
		}
	}
	if _, err := io.ReadAll(Split(iotest.ErrReader(io.ErrUnexpectedEOF))); err == nil {
		t.Error("an error is lost")
	}
}
