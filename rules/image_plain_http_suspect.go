package rules

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImagePlainHTTPSuspect reports: registry looks like one without TLS.
var ImagePlainHTTPSuspect = lint.Rule{
	ID: "image-plain-http-suspect", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning",
	Check: checkImagePlainHTTPSuspect,
	Doc: lint.Doc{
		Title: `registry looks like one without TLS`,
		Why:   `Runtimes speak HTTPS to every registry but localhost. A registry on an address, on a name without a dot or under .local with a port of its own, or on port 80, mostly has no certificate; then each node must be told so (hosts.toml of containerd, registries.conf of CRI-O).`,
		Bad:   `image: 192.168.1.20:5000/app:1.4.2`,
		Good:  `image: registry.example.com/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkImagePlainHTTPSuspect(p *lint.Pass) {
	var services serviceNames
	for w, img := range p.Parsed() {
		why := plainHTTP(img.Ref.Registry)
		if why == "" || isLoopback(img.Ref.Registry) || p.IsLocal(img) || isNever(img) {
			continue
		}
		if _, placeholder := placeholderIn(p, img); placeholder {
			continue
		}
		if services == nil {
			services = servicesOf(p.Set)
		}
		if internal, _ := internalEndpoint(services, img.Ref.Registry); internal != "" && isPulledByNodes(p, img) {
			continue // registry-internal-endpoint speaks of it: certificates are not what is missing
		}
		at := imageref.Locate(img.Raw).Registry
		p.ReportImage(w, img, lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)), Span: img.At(at.Start, at.End),
			Message: fmt.Sprintf("image %s is pulled from %s, %s, and runtimes speak HTTPS to it", quote(img.Raw), quote(img.Ref.Registry), why),
			Help:    "give the registry a certificate that the nodes trust, or configure plain HTTP on every node",
			Cluster: pullFails(img, "http: server gave HTTP response to HTTPS client"),
		})
	}
}

// plainHTTP says why a registry is likely to have no certificate; "" where nothing speaks for that.
func plainHTTP(registry string) string {
	host, port, hasPort := hostAndPort(registry)
	if port == "443" || host == "" {
		return ""
	}
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return "an address"
	}
	switch {
	case !hasPort:
		return ""
	case port == "80":
		return "on the port of plain HTTP"
	case !strings.Contains(host, "."):
		return "a name without a dot"
	case strings.HasSuffix(host, ".local"), strings.HasSuffix(host, ".lan"), strings.HasSuffix(host, ".nip.io"):
		return "a name of a local network"
	}
	return ""
}
