package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/joshdk/go-junit"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Machine-readable reports lose no text: an XML reader gets the original.
func TestXMLReadBack(t *testing.T) {
	t.Parallel()
	for _, s := range nasty {
		r := hostile(t, s)
		r.Result.Findings[0].Origins = nil
		files, err := readCheckstyle(printed(t, "checkstyle", r, Options{}))
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Map(func(c rune) rune {
			if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == '\ufffe' {
				return '\ufffd'
			}
			return c
		}, filePath(&source.File{Name: s}, ""))
		want = strings.ToValidUTF8(want, "\ufffd")
		if files[0].Name != want || files[0].Errors[0].Message != brief(&r.Result.Findings[0]) {
			t.Errorf("%q, want %q; %q", files[0].Name, want, files[0].Errors[0].Message)
		}
	}
}

func TestJUnit(t *testing.T) {
	t.Parallel()
	r := sample(t)
	r.RunErrors = []string{"read a", "read b"}
	suites, err := junit.Ingest(printed(t, "junit", r, Options{}))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range suites {
		for _, c := range s.Tests {
			got = append(got, fmt.Sprintf("%s: %s %s", s.Name, c.Status, c.Classname))
		}
	}
	if diff := cmp.Diff([]string{
		"imagelint: error imagelint", "imagelint: error imagelint", "k8s/job.yaml: failed imagelint.image-uppercase",
		"k8s/web.yaml: passed imagelint.image-unknown-official", "k8s/web.yaml: passed imagelint.pull-secret-wrong-namespace",
		"k8s/web.yaml: skipped imagelint.image-latest", ".: passed imagelint.image-deprecated",
	}, got); diff != "" {
		t.Error(diff)
	}
	suites, err = junit.Ingest(printed(t, "junit", Report{}, Options{}))
	if err != nil || len(suites) != 1 || suites[0].Totals.Passed != 1 {
		t.Errorf("a clean run: %+v, %v", suites, err)
	}
}
