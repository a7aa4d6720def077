package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// RegistryInternalEndpoint reports a registry whose name nodes cannot resolve or reach.
var RegistryInternalEndpoint = lint.Rule{
	ID: "registry-internal-endpoint", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning",
	Check: checkRegistryInternalEndpoint,
	Doc: lint.Doc{
		Title: `registry has a name that nodes cannot resolve or reach`,
		Why:   `The node's container runtime pulls the image, and it uses the node's DNS, not the cluster's: it cannot resolve the name of a Service, even if every pod can. Expose the registry at a name that nodes resolve, or configure the runtime of every node. host.docker.internal, host.minikube.internal and host.k3d.internal exist in one development cluster only. Some registry names work only in the network of one cloud. The internal registry of OpenShift, which its nodes can reach, is not reported.`,
		Bad:   `image: harbor.harbor.svc.cluster.local/shop/app:1.4.2`,
		Good:  `image: harbor.example.com/shop/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkRegistryInternalEndpoint(p *lint.Pass) {
	var services serviceNames
	for w, img := range p.Parsed() {
		if !isPulledByNodes(p, img) {
			continue
		}
		if services == nil {
			services = servicesOf(p)
		}
		why, help := internalEndpoint(services, img.Ref.Registry)
		if why == "" {
			continue
		}
		at := imageref.Locate(img.Raw).Registry
		p.ReportImage(w, img, lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)), Span: img.At(at.Start, at.End),
			Message: fmt.Sprintf("registry %s %s", quote(img.Ref.Registry), why),
			Help:    help,
			Cluster: pullFails(img, dialError(img.Ref.Registry)),
		})
	}
}

// dialError returns the end of the error for a host that nodes cannot resolve or reach.
func dialError(registry string) string {
	if r, _ := catalog.LookupHost(registry); r.Network(registry) != "" {
		return "dial tcp: i/o timeout"
	}
	return fmt.Sprintf("dial tcp: lookup %s: no such host", hostOf(registry))
}

func hostOf(registry string) string {
	host, _, _ := hostAndPort(registry)
	return strings.ToLower(host)
}

// serviceNames holds the Services of the input as NAMESPACE/NAME. Each is also stored as /NAME, and as ?/NAME if its manifest sets no namespace.
type serviceNames map[string]bool

func servicesOf(p *lint.Pass) serviceNames {
	return lint.Shared(p, "services", func() serviceNames { return namesOfServices(p.Set) })
}

func namesOfServices(set *manifests.Set) serviceNames {
	names := serviceNames{}
	for full := range set.Services.All() {
		namespace, name, _ := strings.Cut(full, "/")
		names[full], names["/"+name] = true, true
		if namespace == "" {
			names["?/"+name] = true
		}
	}
	return names
}

// of reports whether a cluster DNS name, "web" or "web.shop", belongs to a Service. With loosely, a Service whose manifest sets no namespace may
// be in any.
func (s serviceNames) of(name string, loosely bool) bool {
	service, namespace, _ := strings.Cut(name, ".")
	return s[namespace+"/"+service] || loosely && s["?/"+service]
}

// internalEndpoint returns why nodes cannot reach a registry, and the help; "" if there is no reason.
func internalEndpoint(services serviceNames, registry string) (why, help string) {
	host := hostOf(registry)
	const expose = "give the registry a name that nodes resolve, through an Ingress or a LoadBalancer, or configure the runtime of every node"
	name, cluster := strings.CutSuffix(strings.TrimSuffix(host, ".cluster.local"), ".svc")
	switch {
	case cluster && isOpenShiftRegistry(host):
	case cluster && services.of(name, true):
		return "is a Service in these manifests by its cluster DNS name, which nodes do not resolve", expose
	case cluster:
		return "is the cluster DNS name of a Service, which nodes do not resolve", expose
	case services.of(host, false): // "registry.io" is a domain, whatever Services exist
		return "is the name of a Service in these manifests, which only pods resolve", expose
	case host == "host.docker.internal", host == "host.minikube.internal", host == "host.k3d.internal":
		return "is the host of a development cluster, which nodes of other clusters do not resolve", "write the registry's name as the nodes resolve it"
	}
	if r, known := catalog.LookupHost(registry); known {
		if network := r.Network(registry); network != "" {
			return "works in the network of " + network + " only", "use the registry's public name, unless all nodes run there"
		}
	}
	return "", ""
}

// isOpenShiftRegistry reports whether a host is the internal registry of OpenShift, which its nodes can resolve.
func isOpenShiftRegistry(host string) bool {
	r, _ := catalog.LookupHost(host + ":5000")
	return r.ID == "openshift-internal"
}
