package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageLocalhostRegistry reports the registry localhost.
var ImageLocalhostRegistry = lint.Rule{
	ID: "image-localhost-registry", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning or info",
	Check: checkImageLocalhostRegistry,
	Doc: lint.Doc{
		Title: `registry is localhost`,
		Why:   `The node pulls the image, not your machine, so localhost is the node itself. That works only if each node runs a registry, as in some development clusters. Nothing is reported if the manifests show such a cluster: the configuration of kind, k3d or ctlptl sets up a local registry, or the ConfigMap local-registry-hosting announces it. A port from 30000 to 32767 is only an info, since nodes serve such ports for Services of type NodePort. With imagePullPolicy Never the image is not pulled, and the host is only part of the name.`,
		Bad:   `image: localhost:5000/app:1.4.2`,
		Good:  `image: registry.example.com/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkImageLocalhostRegistry(p *lint.Pass) {
	for w, img := range p.Parsed() {
		if !isLoopback(img.Ref.Registry) || p.IsLocal(img) || isNever(img) || isSetUp(p.Set, img.Ref.Registry) {
			continue
		}
		at := imageref.Locate(img.Raw).Registry
		f := lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)), Span: img.At(at.Start, at.End),
			Message: fmt.Sprintf("registry %s is the node itself, not your machine", quote(img.Ref.Registry)),
			Help:    "write the registry's name as the nodes resolve it",
			Cluster: pullFails(img, "dial tcp: connect: connection refused"),
		}
		if isNodePort(img.Ref.Registry) {
			f.Severity, f.Help = min(lint.Info, f.Severity), "make sure that each node serves a registry at this port, as by a Service of type NodePort or the registry of MicroK8s"
		}
		if isBelowLocalhost(img.Ref.Registry) {
			f.Message += ", unless the nodes' network or registries.yaml has this name, as with k3d"
			f.Help += "; for a registry of k3d, list its images under local-images"
		}
		p.ReportImage(w, img, f)
	}
}

// isSetUp reports whether nodes are set up to use a registry on the local machine.
func isSetUp(set *manifests.Set, registry string) bool {
	return slices.ContainsFunc(set.NodeRegistries, func(r *manifests.NodeRegistry) bool { return r.Host == "" || r.Host == registry })
}

// isNodePort reports whether a registry is at a port from the range for Services of type NodePort, which each node serves.
func isNodePort(registry string) bool {
	_, port, _ := hostAndPort(registry)
	n, err := strconv.Atoi(port)
	return err == nil && n >= 30000 && n <= 32767
}

// isBelowLocalhost reports whether a registry has a name in the domain localhost, which a container network may resolve to another container.
func isBelowLocalhost(registry string) bool {
	host, _, _ := hostAndPort(registry)
	return strings.HasSuffix(host, ".localhost")
}

// isLoopback reports whether the host of a registry is the local machine.
func isLoopback(registry string) bool {
	host, _, _ := hostAndPort(registry)
	return host == "localhost" || strings.HasPrefix(host, "127.") || host == "[::1]" || isBelowLocalhost(registry)
}
