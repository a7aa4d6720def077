package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// RegistryNotAllowed reports an image from a registry that is not allowed.
var RegistryNotAllowed = lint.Rule{
	ID: "registry-not-allowed", Group: "policy", Severity: lint.Warning, Levels: "warning",
	Check:  checkRegistryNotAllowed,
	IsIdle: func(p *lint.Pass, file *source.File) bool { return len(p.AllowedIn(file)) == 0 },
	Doc: lint.Doc{
		Title: `image comes from a registry that is not on the list`,
		Why:   `Runs if allow-registries is set in the configuration, or with --allow-registry. An entry is a host, or a host and a path prefix; a reference without a host is on docker.io.`,
		Bad:   `image: quay.io/acme/app:1.4.2`,
		Good:  `image: registry.example.com/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkRegistryNotAllowed(p *lint.Pass) {
	for w, img := range p.Parsed() {
		allowed := p.AllowedIn(img.Span.File())
		if len(allowed) == 0 || img.Ref.Registry == "" || p.IsAllowedIn(img.Span.File(), img.Ref) {
			continue
		}
		from, to := nameSpan(img)
		if at := imageref.Locate(img.Raw).Registry; at.End > at.Start {
			from, to = at.Start, at.End
		}
		p.ReportImage(w, img, lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)), Span: img.At(from, to),
			Message: fmt.Sprintf("image %s comes from %s, which is not among the allowed registries", quote(img.Raw), placeOf(p, img)),
			Help:    helpWithAllowed(p, img, allowed),
		})
	}
}

// maxComparedHosts bounds the allowed registries that a host is compared with.
const maxComparedHosts = 100

// helpWithAllowed names the allowed registry, or the allowed path in it, that the image's is a typing error of, or else all.
func helpWithAllowed(p *lint.Pass, img *manifests.ImageRef, allowed []string) string {
	for _, entry := range allowed[:min(len(allowed), maxComparedHosts)] {
		right := img.Ref
		host, path, _ := strings.Cut(strings.ToLower(entry), "/")
		meant := host
		switch {
		case host != img.Ref.Registry && registries.IsSlip(img.Ref.Registry, host):
			right.Registry = host
		case host == img.Ref.Registry && path != "":
			typed, rest := cutSegments(img.Ref.Repository, strings.Count(path, "/")+1)
			if !registries.IsNearPath(typed, path) {
				continue
			}
			right.Repository, meant = path+rest, host+"/"+path
		default:
			continue
		}
		if p.IsAllowedIn(img.Span.File(), right) {
			return fmt.Sprintf("did you mean %s?", quote(meant))
		}
	}
	return "use a copy from " + oneOf(allowed)
}

// cutSegments divides a path after its first n segments.
func cutSegments(path string, n int) (first, rest string) {
	at := 0
	for range n {
		i := strings.IndexByte(path[at:], '/')
		if i < 0 {
			return path, ""
		}
		at += i + 1
	}
	return path[:at-1], path[at-1:]
}

// maxAllowed is the maximum number of allowed registries in a finding.
const maxAllowed = 5

// oneOf lists the allowed registries for a help.
func oneOf(list []string) string {
	if len(list) > maxAllowed {
		return fmt.Sprintf("%s or one of %d others", strings.Join(list[:maxAllowed], ", "), len(list)-maxAllowed)
	}
	return strings.Join(list, " or ")
}

// placeOf returns the registry of an image, with the owner if the registry is allowed for others.
func placeOf(p *lint.Pass, img *manifests.ImageRef) string {
	if !p.IsPartlyAllowedIn(img.Span.File(), img.Ref.Registry) {
		return img.Ref.Registry
	}
	owner, _, _ := strings.Cut(img.Ref.Repository, "/")
	return img.Ref.Registry + "/" + owner
}
