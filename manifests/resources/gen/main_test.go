package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func TestUpToDate(t *testing.T) {
	t.Parallel()
	in, err := os.ReadFile("../data/kinds.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	want, err := generate(bytes.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../tables_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	// A checkout on Windows may have changed the line endings.
	if !bytes.Equal(bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n")), want) {
		t.Error("tables_gen.go is out of date: run go generate ./manifests/resources")
	}
}

func TestGenerateRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ in, want string }{
		{`{"group":"a","kind":"B","from":"guess"}`, "line 1, a/B: from"},
		{`{"group":"a","from":"schema"}`, "no kind"},
		{`{"group":"a","kind":"B","from":"memory","closed":true}`, "closed speaks of a schema"},
		{`{"group":"a","kind":"B","from":"schema","image":["x"]}`, "unknown field"},
		{`{"group":"a","kind":"B","from":"schema"}` + "\n" + `{"group":"a","kind":"B","from":"schema"}`, "line 2"},
		{`{"group":"b","kind":"A","from":"schema"}` + "\n" + `{"group":"a","kind":"B","from":"schema"}`, "comes after b/A"},
	} {
		if _, err := generate(strings.NewReader(test.in)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s gives %v, want %q", test.in, err, test.want)
		}
	}
}
