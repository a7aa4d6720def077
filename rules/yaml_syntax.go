package rules

import (
	"errors"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// YAMLSyntax reports a document that is not valid YAML.
var YAMLSyntax = lint.Rule{
	ID: "yaml-syntax", Group: "input", Severity: lint.Error, Levels: "error",
	Check: checkYAMLSyntax,
	Doc: lint.Doc{
		Title: `document is not valid YAML`,
		Why:   `kubectl rejects the whole file. imagelint still reads the other documents. Files that are templates, or not Kubernetes at all, are skipped and counted.`,
		Bad:   `image: [nginx:1.27.3`,
		Good:  `image: nginx:1.27.3`,
		Since: "0.1.0",
	},
}

func checkYAMLSyntax(p *lint.Pass) {
	for _, doc := range p.Set.Broken {
		f := lint.Finding{
			Document: doc, Span: doc.Span(), Message: "document is not valid YAML: " + doc.Err.Error(),
			Cluster: lint.ClusterError{Stage: lint.StageDecode, Reason: "error parsing", Message: "error converting YAML to JSON"},
		}
		var syntax *manifests.SyntaxError
		var failed *manifests.PanicError
		switch {
		case errors.As(doc.Err, &syntax):
			f.Span, f.Help = syntax.Span, syntax.Help
		case errors.As(doc.Err, &failed):
			f.Message = "document was not checked: " + doc.Err.Error()
			f.Help, f.Cluster = "report it as a bug in imagelint, with the document", lint.ClusterError{}
		}
		p.Report(f)
	}
}
