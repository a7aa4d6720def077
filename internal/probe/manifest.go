package probe

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// Media types of manifests.
const (
	typeIndex    = "application/vnd.oci.image.index.v1+json"
	typeList     = "application/vnd.docker.distribution.manifest.list.v2+json"
	typeManifest = "application/vnd.oci.image.manifest.v1+json"
	typeDocker   = "application/vnd.docker.distribution.manifest.v2+json"
	typeSchema1  = "application/vnd.docker.distribution.manifest.v1+prettyjws"
	typeUnsigned = "application/vnd.docker.distribution.manifest.v1+json"
)

// manifest is what matters of one.
type manifest struct {
	notImage  string
	platforms []string // of an index; nil for a single image
	config    string   // the digest of a single image's configuration
}

type platform struct {
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant"`
}

// text is os/arch or os/arch/variant; "" where it is not known, or is no word.
func (p platform) text() string {
	out := p.OS + "/" + p.Architecture
	if p.Variant != "" {
		out += "/" + p.Variant
	}
	if p.OS == "" || p.Architecture == "" || len(out) > 64 || strings.Trim(out, "abcdefghijklmnopqrstuvwxyz0123456789._-/") != "" {
		return ""
	}
	return out
}

// mostPlatforms bounds what is kept of an index.
const mostPlatforms = 256

func parseManifest(body []byte) manifest {
	var m struct {
		ArtifactType string `json:"artifactType"`
		Config       *struct {
			MediaType string `json:"mediaType"`
			Digest    string `json:"digest"`
		} `json:"config"`
		Manifests []struct {
			Platform *platform `json:"platform"`
		} `json:"manifests"`
	}
	if json.Unmarshal(body, &m) != nil {
		return manifest{}
	}
	if m.Config == nil {
		return manifest{platforms: platformsOf(len(m.Manifests), func(i int) *platform { return m.Manifests[i].Platform })}
	}
	switch t := m.Config.MediaType; {
	case strings.HasPrefix(t, "application/vnd.cncf.helm."):
		return manifest{notImage: "a Helm chart"}
	case strings.HasPrefix(t, "application/vnd.dev.cosign."), strings.HasPrefix(m.ArtifactType, "application/vnd.dev.cosign."), strings.HasPrefix(m.ArtifactType, "application/vnd.dev.sigstore."):
		return manifest{notImage: "a signature"}
	case t == "application/vnd.oci.empty.v1+json", m.ArtifactType != "" && t != "application/vnd.oci.image.config.v1+json":
		return manifest{notImage: "an artifact that is no container image"}
	}
	return manifest{config: m.Config.Digest}
}

// platformsOf collects the platforms of an index. Entries without one, or of an unknown one, are attestations and the like.
func platformsOf(n int, at func(int) *platform) []string {
	var out []string
	seen := map[string]bool{}
	for i := range n {
		p := at(i)
		if p == nil || p.OS == "unknown" || p.Architecture == "unknown" {
			continue
		}
		if t := p.text(); t != "" && !seen[t] && len(out) < mostPlatforms {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}

func parseConfig(body []byte) []string {
	var p platform
	if json.Unmarshal(body, &p) != nil || p.text() == "" {
		return nil
	}
	return []string{p.text()}
}

func hashesTo(body []byte, digest string) bool {
	algorithm, text, _ := strings.Cut(digest, ":")
	switch algorithm {
	case "sha256":
		sum := sha256.Sum256(body)
		return hex.EncodeToString(sum[:]) == text
	case "sha384":
		sum := sha512.Sum384(body)
		return hex.EncodeToString(sum[:]) == text
	case "sha512":
		sum := sha512.Sum512(body)
		return hex.EncodeToString(sum[:]) == text
	}
	return false
}
