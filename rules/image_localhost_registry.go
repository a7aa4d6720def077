package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageLocalhostRegistry reports: registry is localhost.
var ImageLocalhostRegistry = lint.Rule{
	ID: "image-localhost-registry", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning",
	Check: checkImageLocalhostRegistry,
	Doc: lint.Doc{
		Title: `registry is localhost`,
		Why:   `The node pulls, not your machine: localhost is the node itself. That works only where each node runs a registry, as some development clusters do. With imagePullPolicy Never no registry is asked, and the host is only a part of the name.`,
		Bad:   `image: localhost:5000/app:1.4.2`,
		Good:  `image: registry.example.com/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkImageLocalhostRegistry(p *lint.Pass) {
	for w, img := range p.Parsed() {
		if !isLoopback(img.Ref.Registry) || p.IsLocal(img) || isNever(img) {
			continue
		}
		at := imageref.Locate(img.Raw).Registry
		p.ReportImage(w, img, lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)), Span: img.At(at.Start, at.End),
			Message: fmt.Sprintf("image %s is pulled from %s, which to a node is the node itself", quote(img.Raw), quote(img.Ref.Registry)),
			Help:    "write the name under which the nodes reach the registry",
			Cluster: pullFails(img, "dial tcp: connect: connection refused"),
		})
	}
}

// isLoopback reports whether a registry's host is the machine that asks.
func isLoopback(registry string) bool {
	host, _, _ := hostAndPort(registry)
	return host == "localhost" || strings.HasPrefix(host, "127.") || host == "[::1]" || strings.HasSuffix(host, ".localhost")
}
