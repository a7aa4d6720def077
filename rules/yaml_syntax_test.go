package rules_test

import (
	"testing"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
	"github.com/imagelint-dev/imagelint/rules"
)

// A document for which imagelint itself failed is not reported as invalid YAML.
func TestDocumentFailed(t *testing.T) {
	t.Parallel()
	at := source.Pos{Offset: 40, Line: 5, Col: 1}
	doc := &manifests.Document{File: &source.File{Name: "x.yaml"}, Start: at, Err: &manifests.PanicError{}}
	l := lint.Linter{Rules: []lint.Rule{rules.YAMLSyntax}}
	res, err := l.Run(t.Context(), &manifests.Set{Broken: []*manifests.Document{doc}})
	if err != nil || len(res.Findings) != 1 {
		t.Fatalf("%v, %+v", err, res.Findings)
	}
	f := res.Findings[0]
	if f.Message != "document was not checked: imagelint failed while reading it" || f.Help == "" || f.Cluster != (lint.ClusterError{}) || f.Severity != lint.Error || f.Span.Start() != at {
		t.Errorf("%+v", f)
	}
}
