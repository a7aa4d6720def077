// Package imageref knows what one image reference means to a cluster, and, where it means nothing, which characters are
// at fault and how the whole is fixed. It knows nothing of YAML, of registries, or of whether an image exists.
//
// The verdict is always that of github.com/distribution/reference v0.6.0, the parser of the kubelet from Kubernetes 1.32 on;
// [ValidUpTo131] tells where older kubelets differ.
package imageref

import "strings"

const (
	hubHost       = "docker.io"
	legacyHubHost = "index.docker.io"
	officialPath  = "library/"
	latestTag     = "latest"

	maxName = 255 // bytes of the repository path, "library/" included
	maxTag  = 128 // bytes

	// maxJudged is the size in bytes up to which the kubelet's text about a refused reference is told to the letter.
	maxJudged = 4096
)

// Ref is a parsed reference. Registry and Repository are normalized as the kubelet does: "nginx" has the Registry
// "docker.io" and the Repository "library/nginx". Tag and Digest are as written, "" where they are not.
//
// Registry is "" for the odd case of a first part that looks like a host and has an underscore ("a_b.io/c"): the kubelet
// takes the whole for a repository without a registry.
type Ref struct {
	Registry, Repository, Tag, Digest string
}

// Parse parses a reference as the kubelet does before it asks a runtime to pull. The error is always an [*Error].
func Parse(raw string) (Ref, error) {
	if l, ok := scan(raw); ok {
		return l.ref(raw), nil
	}
	if len(raw) > maxJudged {
		return Ref{}, newLongError(raw)
	}
	return Ref{}, newError(raw, refusal(raw))
}

// Name is registry and repository, "docker.io/library/nginx": what the kubelet looks credentials up by. Without a Registry
// it is the Repository alone.
func (r Ref) Name() string {
	if r.Registry == "" {
		return r.Repository
	}
	return r.Registry + "/" + r.Repository
}

// Canonical is the whole reference, normalized: the Name, then ":" and the tag ("latest" where neither tag nor digest is
// written), then "@" and the digest where there is one. Both are kept where both are written. Parsing it gives the same
// Ref, but for that added tag.
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

// DefaultPullPolicy is the imagePullPolicy that the API server fills in where a container has none: "Always" for the tag
// latest, written or implied, even beside a digest; else "IfNotPresent", which is also the answer for a reference that
// cannot be parsed. Source: SetDefaults_Container in pkg/apis/core/v1/defaults.go of Kubernetes.
func DefaultPullPolicy(raw string) string {
	r, err := Parse(raw)
	if err == nil && (r.Tag == latestTag || r.Tag == "" && r.Digest == "") {
		return "Always"
	}
	return "IfNotPresent"
}

// ValidUpTo131 reports whether a kubelet up to 1.31 accepts the reference. Its distribution/reference v0.5.0 lets registry
// and repository together, normalized, have 255 bytes, where newer ones count the repository alone.
func ValidUpTo131(raw string) bool {
	r, err := Parse(raw)
	return err == nil && len(r.Name()) <= maxName
}

// ref is the normalized form of a layout that scan found in raw.
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

// firstOf is the part before the first "/" of several, where a registry may stand; "" for a single part, which is never one.
func firstOf(name string) string {
	if first, _, cut := strings.Cut(name, "/"); cut {
		return first
	}
	return ""
}
