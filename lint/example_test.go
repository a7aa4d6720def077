package lint_test

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules"
)

// input is bytes in memory under a name that findings show.
func input(name, text string) manifests.Input {
	return manifests.Input{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

const webPod = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: app
      image: ghcr.io/acme/Web:1.4.2
`

// All rules over bytes in memory. Nothing is read from disk, and no registry is asked.
func ExampleLinter() {
	set, err := manifests.Load(context.Background(), []manifests.Input{input("web.yaml", webPod)}, manifests.Options{})
	if err != nil {
		fmt.Println(err) // an input that could not be read; set holds the others
	}
	linter := lint.Linter{Rules: rules.All()}
	result, err := linter.Run(context.Background(), set)
	if err != nil {
		fmt.Println(err) // the context ended
		return
	}
	for _, f := range result.Findings {
		fmt.Printf("%s:%d:%d: %s: %s [%s]\n", f.Span.File().Name, f.Span.Start().Line, f.Span.Start().Col, f.Severity, f.Message, f.Rule)
	}
	// Output:
	// web.yaml:7:27: error: image "ghcr.io/acme/Web:1.4.2" is not a valid reference: the repository name has upper-case letters [image-uppercase]
}

// A rule of one's own: images of production come with a digest.
func ExampleRule() {
	digest := lint.Rule{
		ID: "production-digest", Group: "acme", Severity: lint.Error,
		Check: func(p *lint.Pass) {
			for w, img := range p.Parsed() {
				if w.Namespace == "production" && img.Ref.Digest == "" {
					p.ReportImage(w, img, lint.Finding{Message: fmt.Sprintf("image %q of %s has no digest", img.Raw, w.Name), Help: "write image@sha256:..."})
				}
			}
		},
	}
	text := strings.Replace(strings.Replace(webPod, "Web", "web", 1), "{name: web}", "{name: web, namespace: production}", 1)
	set, err := manifests.Load(context.Background(), []manifests.Input{input("web.yaml", text)}, manifests.Options{})
	if err != nil {
		fmt.Println(err)
	}
	result, err := (&lint.Linter{Rules: append(rules.All(), digest)}).Run(context.Background(), set)
	if err != nil {
		fmt.Println(err)
	}
	for _, f := range result.Findings {
		fmt.Printf("%s: %s [%s]\n", f.Severity, f.Message, f.Rule)
	}
	// Output:
	// error: image "ghcr.io/acme/web:1.4.2" of web has no digest [production-digest]
}
