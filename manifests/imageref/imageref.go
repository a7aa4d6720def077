// Package imageref parses image references as the kubelet does, and explains invalid ones: which characters are wrong,
// and what a correct reference would be. It knows nothing about YAML, registries, or whether an image exists.
//
// Whether a reference is valid is decided as by github.com/distribution/reference v0.6.0, the parser of the kubelet
// since Kubernetes 1.32; [ValidUpTo131] covers older kubelets.
package imageref

import "strings"

const (
	hubHost       = "docker.io"
	legacyHubHost = "index.docker.io"
	officialPath  = "library/"
	latestTag     = "latest"

	maxName = 255 // bytes of the repository path, "library/" included
	maxTag  = 128 // bytes

	// maxJudged is the size in bytes up to which Error.Kubelet() is exact.
	maxJudged = 4096
)

// Ref is a parsed reference. Registry and Repository are normalized as by the kubelet: "nginx" has the Registry
// "docker.io" and the Repository "library/nginx". Tag and Digest are as written, or "".
//
// Registry is "" in one unusual case: if the first part looks like a host but has an underscore ("a_b.io/c"), the
// kubelet treats the whole name as a repository without a registry.
type Ref struct {
	Registry, Repository, Tag, Digest string
}

// Parse parses a reference as the kubelet does before it calls the runtime. The error is always an [*Error].
func Parse(raw string) (Ref, error) {
	if l, ok := scan(raw); ok {
		return l.ref(raw), nil
	}
	if len(raw) > maxJudged {
		return Ref{}, newLongError(raw)
	}
	return Ref{}, newError(raw, "")
}

// Name returns registry and repository, such as "docker.io/library/nginx", by which the kubelet looks up credentials.
// Without a Registry it is only the Repository.
func (r Ref) Name() string {
	if r.Registry == "" {
		return r.Repository
	}
	return r.Registry + "/" + r.Repository
}

// Canonical returns the normalized reference: the Name, then ":" and the tag ("latest" if there is neither tag nor
// digest), then "@" and the digest, if any. Parsing it gives the same Ref, except for the added tag.
func (r Ref) Canonical() string {
	s := r.Name()
	switch {
	case r.Tag != "":
		s += ":" + r.Tag
	case r.Digest == "":
		s += ":" + latestTag
	}
	if r.Digest != "" {
		s += "@" + r.Digest
	}
	return s
}

// DefaultPullPolicy returns the API server's default for imagePullPolicy: "Always" for the tag latest, explicit or
// implied, even with a digest; else "IfNotPresent", also for an invalid reference. Source: SetDefaults_Container in
// pkg/apis/core/v1/defaults.go of Kubernetes.
func DefaultPullPolicy(raw string) string {
	r, err := Parse(raw)
	if err == nil && (r.Tag == latestTag || r.Tag == "" && r.Digest == "") {
		return "Always"
	}
	return "IfNotPresent"
}

// ValidUpTo131 reports whether kubelets up to 1.31 accept the reference. Their distribution/reference v0.5.0 limits
// the normalized registry and repository together to 255 bytes; newer versions limit only the repository.
func ValidUpTo131(raw string) bool {
	r, err := Parse(raw)
	return err == nil && len(r.Name()) <= maxName
}

// ref returns the normalized form of a layout that scan found in raw.
func (l Layout) ref(raw string) Ref {
	r := Ref{
		Registry:   l.Registry.of(raw),
		Repository: l.Repository.of(raw),
		Tag:        l.Tag.of(raw),
		Digest:     l.Digest.of(raw),
	}
	switch r.Registry {
	case "":
		if looksLikeHost(firstOf(r.Repository)) {
			return r
		}
		r.Registry = hubHost
	case legacyHubHost:
		r.Registry = hubHost
	}
	if r.Registry == hubHost && strings.IndexByte(r.Repository, '/') < 0 {
		r.Repository = officialPath + r.Repository
	}
	return r
}

// firstOf returns the part before the first "/", which may be a registry, or "" if there is no "/".
func firstOf(name string) string {
	if first, _, cut := strings.Cut(name, "/"); cut {
		return first
	}
	return ""
}
