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

// ProbeHostUnreachable reports a registry that does not exist.
var ProbeHostUnreachable = lint.Rule{
	ID: "probe-host-unreachable", Group: groupProbe, Severity: lint.Error, Levels: "error; warning if nodes may reach more than this machine, unless --probe-strict",
	Check: checkProbeHostUnreachable,
	Doc: lint.Doc{
		Title: `the registry cannot be reached`,
		Why:   `The registry's name does not resolve, or nothing listens at its address. Names that only a private network knows are a warning: the nodes may resolve them. With --probe-strict, they are an error, too.`,
		Bad:   `image: registy.example.com/app:1.4.2`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkProbeHostUnreachable(p *lint.Pass) {
	for a := range probedWith(p, lint.Unreachable) {
		if isWellKnown(a.img) {
			continue // it exists, but cannot be reached from here
		}
		at := imageref.Locate(a.img.Raw).Registry
		f := lint.Finding{
			Severity: byConfidence(a.img), Span: a.img.At(at.Start, at.End),
			Message: fmt.Sprintf("%s: the registry %s cannot be reached: %s", a.imageText(), quote(a.img.Ref.Registry), a.result.Pod.Detail),
			Help:    "check the host name",
			Cluster: pullFails(a.img, cannotResolve(a.img)+": dial tcp"),
		}
		switch {
		case isLoopback(a.img.Ref.Registry):
			f.Help = "write the registry's name as the nodes resolve it: to a node, this name is the node itself"
		case isInternal(a.img.Ref.Registry):
			f.Severity = min(f.Severity, lint.Warning)
			f.Help += "; the nodes may resolve a name that this machine does not"
		}
		f.Severity = unasked(p, f.Severity)
		a.report(p, f)
	}
}

// isWellKnown reports whether a registry is public and its name is not chosen by a customer, which could be misspelled.
func isWellKnown(img *manifests.ImageRef) bool {
	h, ok := catalog.LookupHost(img.Ref.Registry)
	if !ok || slices.Contains([]string{"acr", "ecr", "jfrog", "tencent", "openshift-internal"}, h.ID) {
		return false
	}
	return h.Anonymous >= catalog.AnonymousYes && h.Anonymous <= catalog.AnonymousNever
}

// isInternal reports whether only a private network may know a host.
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
