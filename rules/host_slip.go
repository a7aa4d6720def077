package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// maxComparedKeys bounds the keys of a Secret that a host is compared with.
const maxComparedKeys = 100

// keyHosts returns the hosts of the keys of a Secret.
func (m *mismatcher) keyHosts(s *manifests.Secret) []string {
	out, known := m.hosts[s]
	if known {
		return out
	}
	keys := s.Content().Config.Keys()
	for i := range keys[:min(len(keys), maxComparedKeys)] {
		if host := strings.ToLower(keys[i].Host); host != "" && !slices.Contains(out, host) {
			out = append(out, host)
		}
	}
	m.hosts[s] = out
	return out
}

// helpWithSlip returns the help about an image for which the pod has no key, if a key of its pull secrets differs from the image's host by a typing
// error: the key is the wrong one if other images use the image's host, and none uses the key's. It returns "" if there is no such key, or if images use
// both.
func (m *mismatcher) helpWithSlip(img *manifests.ImageRef, pull *plan.Pull) string {
	host := strings.ToLower(img.Ref.Registry)
	for i := range pull.PullSecrets {
		s := pull.PullSecrets[i].Secret
		if s == nil || s.Content() == nil {
			continue
		}
		for _, key := range m.keyHosts(s) {
			if !registries.IsNear(host, key) {
				continue
			}
			isUsed, others := len(m.repositories()[key]) > 0, len(m.repositories()[host]) > 1
			switch {
			case !others && registries.IsSlip(host, key):
				return fmt.Sprintf("did you mean %s?", quote(key))
			case others && !isUsed && registries.IsSlip(key, host):
				return fmt.Sprintf("did you mean the key %s instead of %s?", quote(host), quote(key))
			}
		}
	}
	return ""
}

// repositoriesByHost returns some of the repositories of the images of each host.
func repositoriesByHost(p *lint.Pass) map[string][]string {
	const enough = 2
	out := map[string][]string{}
	for _, img := range parsed(p) {
		host := strings.ToLower(img.Ref.Registry)
		if of := out[host]; len(of) < enough && !slices.Contains(of, img.Ref.Repository) {
			out[host] = append(of, img.Ref.Repository)
		}
	}
	return out
}
