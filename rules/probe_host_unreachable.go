package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ProbeHostUnreachable reports: a registry that is not there.
var ProbeHostUnreachable = lint.Rule{
	ID: "probe-host-unreachable", Group: groupProbe, Severity: lint.Error, Levels: "error; warning where nodes may reach more than this machine",
	Check: checkProbeHostUnreachable,
	Doc: lint.Doc{
		Title: `a registry that is not there`,
		Why:   `The registry's name does not resolve, or nothing listens there. Names that only a private network knows are a warning: the nodes may resolve them.`,
		Bad:   `image: registy.example.com/app:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbeHostUnreachable(p *lint.Pass) {
	for a := range probedWith(p, lint.Unreachable) {
		if isWellKnown(a.img) {
			continue // it is there: what is missing is the way to it
		}
		at := imageref.Locate(a.img.Raw).Registry
		f := lint.Finding{
			Severity: byConfidence(a.img), Span: a.img.At(at.Start, at.End),
			Message: fmt.Sprintf("%s: the registry %s cannot be reached: %s", a.imageText(), quote(a.img.Ref.Registry), a.result.Pod.Detail),
			Help:    "compare the host letter by letter",
			Cluster: pullFails(a.img, cannotResolve(a.img)+": dial tcp"),
		}
		switch {
		case isLoopback(a.img.Ref.Registry):
			f.Help = "write the name under which the nodes reach the registry: to a node, this is the node itself"
		case isInternal(a.img.Ref.Registry):
			f.Severity = min(f.Severity, lint.Warning)
			f.Help += "; the nodes may know a name that this machine does not"
		}
		p.ReportImage(a.w, a.img, f)
	}
}

// isWellKnown reports whether a registry is a public one whose name nobody chose. A name that a customer chose may be mistyped.
func isWellKnown(img *manifests.ImageRef) bool {
	h, ok := catalog.LookupHost(img.Ref.Registry)
	if !ok || slices.Contains([]string{"acr", "ecr", "jfrog", "tencent", "openshift-internal"}, h.ID) {
		return false
	}
	return h.Anonymous >= catalog.AnonymousYes && h.Anonymous <= catalog.AnonymousNever
}

// isInternal reports whether a host is one that a private network may know alone.
func isInternal(registry string) bool {
	host, _, _ := hostAndPort(registry)
	if !strings.Contains(host, ".") {
		return true
	}
	for _, end := range []string{".local", ".svc", ".internal", ".intranet", ".lan", ".corp", ".home", ".home.arpa", ".private", ".localdomain"} {
		if strings.HasSuffix(strings.ToLower(host), end) {
			return true
		}
	}
	return false
}
