package plan

import (
	"strings"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
)

// maxNearKeys bounds the keys of a pod's pull secrets that NearKey compares.
const maxNearKeys = 100

// NearKey returns the host of a key of the pull secrets of which a registry is a slip, or "".
func (p *Pull) NearKey(registry string) string {
	left := maxNearKeys
	for i := range p.PullSecrets {
		u := &p.PullSecrets[i]
		if u.Secret == nil || u.Secret.Content() == nil {
			continue
		}
		for _, k := range u.Secret.Content().Config.Keys() {
			if registries.IsSlip(registry, k.Host) {
				return strings.ToLower(k.Host)
			}
			if left--; left == 0 {
				return ""
			}
		}
	}
	return ""
}
