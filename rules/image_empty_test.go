package rules

import (
	"testing"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Only a whole word in the name of the file itself makes it an assertion.
func TestIsAssertion(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"tests/lamp/00-assert.yaml": true, `tests\lamp\assert.yml`: true, "assert_ready.yaml": true, "policy-assert-1.yaml": true,
		"tests/assert/lamp.yaml": false, "assertive.yaml": false, "reassert.yaml": false, "<stdin>": false, "": false,
	} {
		o := &manifests.Object{Doc: &manifests.Document{File: &source.File{Name: name}}}
		if got := isAssertion(o); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
	if isAssertion(&manifests.Object{Doc: &manifests.Document{}}) || isAssertion(&manifests.Object{}) {
		t.Error("an object without a file is an assertion")
	}
}
