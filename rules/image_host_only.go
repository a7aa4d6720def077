package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// ImageHostOnly reports a reference that is only a registry.
var ImageHostOnly = lint.Rule{
	ID: "image-host-only", Group: "suspicious-reference", Severity: lint.Warning, Levels: "warning",
	Check: checkImageHostOnly,
	Doc: lint.Doc{
		Title: `reference is a registry without an image`,
		Why:   `Without a slash, the reference is read as a name and a tag: localhost:5000 is the image localhost with the tag 5000 on Docker Hub.`,
		Bad:   `image: registry.example.com:5000`,
		Good:  `image: registry.example.com:5000/team/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkImageHostOnly(p *lint.Pass) {
	for w, img := range p.Parsed() {
		if !isHostOnly(img) {
			continue
		}
		p.ReportImage(w, img, lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)),
			Message:  fmt.Sprintf("image %s is a registry without an image; it is read as %s", quote(img.Raw), quote(img.Ref.Canonical())),
			Help:     "add the repository: " + img.Raw + "/team/app:1.4.2",
			Cluster:  pullFails(img, denied),
		})
	}
}

// isHostOnly reports whether a reference without a slash is a host: a known registry, localhost with a port, or a name with dots that
// ends like a host, optionally followed by a port.
func isHostOnly(img *manifests.ImageRef) bool {
	if strings.Contains(img.Raw, "/") || img.Ref.Digest != "" {
		return false
	}
	name, ok := hubName(img)
	if !ok {
		return false
	}
	port := isPort(img.Ref.Tag)
	if _, known := catalog.LookupHost(name); known && strings.Contains(name, ".") && (img.Ref.Tag == "" || port) {
		return true
	}
	return port && (name == "localhost" || strings.Count(name, ".") > 0 && isTopLevel(name[strings.LastIndexByte(name, '.')+1:]))
}

// isPort reports whether a tag looks like the port of a registry.
func isPort(tag string) bool {
	if len(tag) < 2 || len(tag) > 5 {
		return false
	}
	for _, c := range []byte(tag) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// isTopLevel reports whether a label is a common end of registry hosts.
func isTopLevel(label string) bool {
	switch label {
	case "com", "org", "net", "io", "dev", "cloud", "local", "internal", "lan", "corp", "de", "fr", "uk", "cn", "eu", "us", "co", "aws", "app", "tech":
		return true
	}
	return false
}
