package lint

import (
	"strings"

	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// lists holds the lists of the settings, prepared for matching.
type lists struct {
	local, mutable *glob.List
	allowed        *registries
}

func newLists(s *Settings) *lists {
	return &lists{local: glob.NewList(s.LocalImages), mutable: glob.NewList(s.MutableTags), allowed: newRegistries(s.AllowedRegistries)}
}

// registries is a list of allowed registries.
type registries struct {
	names   map[string]bool // hosts, or hosts with a path prefix
	domains map[string]bool // domains whose subdomains are allowed: "example.com" for "*.example.com"
	parted  map[string]bool // hosts of names with a path prefix
}

func newRegistries(list []string) *registries {
	l := &registries{names: map[string]bool{}, domains: map[string]bool{}, parted: map[string]bool{}}
	for _, entry := range list {
		entry = strings.TrimSuffix(entry, "/")
		if entry == "index.docker.io" || strings.HasPrefix(entry, "index.docker.io/") {
			entry = strings.TrimPrefix(entry, "index.")
		}
		if domain, ok := strings.CutPrefix(entry, "*."); ok {
			l.domains[domain] = true
		} else {
			l.names[entry] = true
			if host, _, found := strings.Cut(entry, "/"); found {
				l.parted[host] = true
			}
		}
	}
	return l
}

// IsLocal reports whether an image matches LocalImages.
func (p *Pass) IsLocal(img *manifests.ImageRef) bool { return p.lists.local.Match(img.Raw) }

// IsMutable reports whether a tag matches MutableTags.
func (p *Pass) IsMutable(tag string) bool { return p.lists.mutable.Match(tag) }

// IsAllowed reports whether the registry of an image, or a prefix of its name, is in AllowedRegistries. It compares
// whole path segments: "ghcr.io/acme" allows ghcr.io/acme/app, but not ghcr.io/acmeevil or ghcr.io.evil.com.
func (p *Pass) IsAllowed(r imageref.Ref) bool { return p.lists.allowed.allow(r) }

func (l *registries) allow(r imageref.Ref) bool {
	if len(l.names) > 0 {
		name := r.Name()
		for i := range len(name) {
			if name[i] == '/' && l.names[name[:i]] {
				return true
			}
		}
		if l.names[name] {
			return true
		}
	}
	if len(l.domains) > 0 {
		for host, ok := r.Registry, true; ok; {
			if _, host, ok = strings.Cut(host, "."); ok && l.domains[host] {
				return true
			}
		}
	}
	return false
}
