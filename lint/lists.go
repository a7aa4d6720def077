package lint

import (
	"strings"

	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// lists are the lists of the settings, in the form in which every image is held against them.
type lists struct {
	local, mutable *glob.List
	allowed        map[string]bool // hosts, or hosts with the beginning of a path
	domains        map[string]bool // those whose subdomains are allowed: "example.com" of "*.example.com"
}

func newLists(s *Settings) *lists {
	l := &lists{local: glob.NewList(s.LocalImages), mutable: glob.NewList(s.MutableTags), allowed: map[string]bool{}, domains: map[string]bool{}}
	for _, entry := range s.AllowedRegistries {
		entry = strings.TrimSuffix(entry, "/")
		if entry == "index.docker.io" || strings.HasPrefix(entry, "index.docker.io/") {
			entry = strings.TrimPrefix(entry, "index.")
		}
		if domain, ok := strings.CutPrefix(entry, "*."); ok {
			l.domains[domain] = true
		} else {
			l.allowed[entry] = true
		}
	}
	return l
}

// IsLocal reports whether the settings say that an image is loaded onto the nodes.
func (p *Pass) IsLocal(img *manifests.ImageRef) bool { return p.lists.local.Match(img.Raw) }

// IsMutable reports whether the settings say that a tag is pushed again and again.
func (p *Pass) IsMutable(tag string) bool { return p.lists.mutable.Match(tag) }

// IsAllowed reports whether the settings list the registry of an image, or the beginning of its name. Whole components are compared: an entry
// "ghcr.io/acme" allows ghcr.io/acme/app, and neither ghcr.io/acmeevil nor ghcr.io.evil.com.
func (p *Pass) IsAllowed(r imageref.Ref) bool {
	if len(p.lists.allowed) > 0 {
		name := r.Name()
		for i := range len(name) {
			if name[i] == '/' && p.lists.allowed[name[:i]] {
				return true
			}
		}
		if p.lists.allowed[name] {
			return true
		}
	}
	if len(p.lists.domains) > 0 {
		for host, ok := r.Registry, true; ok; {
			if _, host, ok = strings.Cut(host, "."); ok && p.lists.domains[host] {
				return true
			}
		}
	}
	return false
}
