package rules

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImagePlainHTTPSuspect reports a registry that probably has no TLS.
var ImagePlainHTTPSuspect = lint.Rule{
	ID: "image-plain-http-suspect", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning",
	Check: checkImagePlainHTTPSuspect,
	Doc: lint.Doc{
		Title: `registry probably has no TLS`,
		Why:   `Runtimes use HTTPS for every registry but localhost. A registry at an IP address, at a name without a dot or under .local with its own port, or on port 80, usually has no certificate, unless the port is 443 or ends in it, such as 8443; each node must then be configured for it (hosts.toml for containerd, registries.conf for CRI-O).`,
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
			services = servicesOf(p)
		}
		if internal, _ := internalEndpoint(services, img.Ref.Registry); internal != "" && isPulledByNodes(p, img) {
			continue // registry-internal-endpoint reports it: the problem is not a certificate
		}
		at := imageref.Locate(img.Raw).Registry
		p.ReportImage(w, img, lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)), Span: img.At(at.Start, at.End),
			Message: fmt.Sprintf("registry %s, %s, probably has no certificate, but images are pulled over HTTPS", quote(img.Ref.Registry), why),
			Help:    "give the registry a certificate that the nodes trust, or configure plain HTTP on every node",
			Cluster: pullFails(img, "http: server gave HTTP response to HTTPS client"),
		})
	}
}

// plainHTTP returns why a registry probably has no certificate, or "".
func plainHTTP(registry string) string {
	host, port, hasPort := hostAndPort(registry)
	if strings.HasSuffix(port, "443") || host == "" {
		return "" // 8443, 9443 and the like are for HTTPS, too
	}
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return "an IP address"
	}
	switch {
	case !hasPort:
		return ""
	case port == "80":
		return "on the port of plain HTTP"
	case !strings.Contains(host, "."):
		return "a name without a dot"
	case strings.HasSuffix(host, ".local"), strings.HasSuffix(host, ".lan"), strings.HasSuffix(host, ".nip.io"):
		return "a name on a local network"
	}
	return ""
}
