package probe

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// manifest is the part of a manifest that matters here.
type manifest struct {
	notImage  string
	platforms []string // of an index; nil for a single image
	single    bool     // it has a configuration, which contains the platform
}

// platformText formats a platform as os/arch or os/arch/variant; "" if it is unknown or not a plain word.
func platformText(p v1.Platform) string {
	out := p.OS + "/" + p.Architecture
	if p.Variant != "" {
		out += "/" + p.Variant
	}
	if p.OS == "" || p.Architecture == "" || len(out) > 64 || strings.Trim(out, "abcdefghijklmnopqrstuvwxyz0123456789._-/") != "" {
		return ""
	}
	return out
}

// maxPlatforms limits the platforms kept of an index.
const maxPlatforms = 256

// parseManifest recognizes a manifest by its content, because not every registry serves the right media type.
func parseManifest(body []byte) manifest {
	m, err := v1.ParseManifest(bytes.NewReader(body))
	if err != nil {
		return manifest{}
	}
	if m.Config.MediaType == "" && m.Config.Digest == (v1.Hash{}) {
		if index, err := v1.ParseIndexManifest(bytes.NewReader(body)); err == nil {
			return manifest{platforms: platformsOf(index.Manifests)}
		}
		return manifest{}
	}
	if what := notImage(m); what != "" {
		return manifest{notImage: what}
	}
	return manifest{single: true}
}

// notImage describes the content of a manifest that no runtime can run. It returns "" if the
// manifest is or may be an image.
func notImage(m *v1.Manifest) string {
	switch t := string(m.Config.MediaType); {
	case strings.HasPrefix(t, "application/vnd.cncf.helm."):
		return "a Helm chart"
	case strings.HasPrefix(t, "application/vnd.dev.cosign."), strings.HasPrefix(m.ArtifactType, "application/vnd.dev.cosign."), strings.HasPrefix(m.ArtifactType, "application/vnd.dev.sigstore."):
		return "a signature"
	case m.Config.MediaType == types.OCIEmptyJSON, m.ArtifactType != "" && m.Config.MediaType != types.OCIConfigJSON:
		return "an artifact that is not a container image"
	case t == "application/vnd.unknown.config.v1+json", t == "application/vnd.cncf.flux.config.v1+json": // pushed by oras and Flux
		return "an artifact that is not a container image"
	}
	// Cosign pushes signatures and attestations with an image's configuration; only the layers show what they
	// are.
	signatures, statements := 0, 0
	for i := range m.Layers {
		switch m.Layers[i].MediaType {
		case "application/vnd.dev.cosign.simplesigning.v1+json":
			signatures++
		case "application/vnd.dsse.envelope.v1+json", "application/vnd.in-toto+json":
			statements++
		}
	}
	switch {
	case signatures+statements == 0 || signatures+statements < len(m.Layers):
		return ""
	case signatures > 0:
		return "a signature"
	}
	return "an attestation"
}

// platformsOf returns the platforms of an index. Entries without a platform, or with an unknown one, are
// attestations and the like.
func platformsOf(entries []v1.Descriptor) []string {
	var out []string
	seen := map[string]bool{}
	for i := range entries {
		p := entries[i].Platform
		if p == nil || p.OS == "unknown" || p.Architecture == "unknown" {
			continue
		}
		if t := platformText(*p); t != "" && !seen[t] && len(out) < maxPlatforms {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}

// parseConfig reads the platform from an image's configuration. Other fields may have any type.
func parseConfig(body []byte) []string {
	var p struct{ OS, Architecture, Variant string }
	if json.Unmarshal(body, &p) != nil {
		return nil
	}
	if t := platformText(v1.Platform{OS: p.OS, Architecture: p.Architecture, Variant: p.Variant}); t != "" {
		return []string{t}
	}
	return nil
}

// hashesTo reports whether a digest is that of body.
func hashesTo(body []byte, digest string) bool {
	want, err := v1.NewHash(digest)
	if err != nil {
		return false
	}
	h, err := v1.Hasher(want.Algorithm)
	if err != nil {
		return false
	}
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil)) == want.Hex
}
