package resources

import "strings"

// An ImageObject is a map that holds one reference in several keys. Path leads to the map, and the other paths are
// relative to it. A nil path is a part that the map does not have.
type ImageObject struct {
	Path Path

	Registry   Path // "quay.io"
	Repository Path // "quay.io/org/app", or "org/app" after Registry; with Name, everything before it
	Name       Path // the last part of the repository, or a full reference
	Tag        Path
	Digest     Path // including its algorithm
	Version    Path // a tag, or a digest with its algorithm
	URL        Path // a reference after "oci://" or "docker://", or without a scheme
	Reference  Path // a full reference

	// PlainTag is true if an empty Tag is no tag: no operator is known to fill in a default.
	PlainTag bool
}

// Join returns the reference that o describes. The value function returns the text at a path of o, or "" if there is
// none. Join returns "" if the map names no image, or too little of it, so that only the operator can complete it: a
// bare name, a tag without a repository, the first half of a repository whose name has a default, or a URL that does
// not lead to a registry.
//
// A digest takes precedence over a tag, as in the runtime. A reference without either is fine: the operator has a
// default.
func (o *ImageObject) Join(value func(Path) string) string {
	text := func(p Path) string {
		if p == nil {
			return ""
		}
		return value(p)
	}
	base, named := text(o.Reference), text(o.Name)
	if base == "" {
		base = trimScheme(text(o.URL))
	}
	if base == "" {
		registry, repository := text(o.Registry), text(o.Repository)
		switch {
		case repository == "" && (named == "" || registry == "" && !strings.Contains(named, "/")), o.Repository != nil && o.Name != nil && named == "":
			return ""
		}
		base = joinSlash(registry, joinSlash(repository, named))
	}
	tag, digest := text(o.Tag), text(o.Digest)
	if version := text(o.Version); strings.HasPrefix(version, "sha256:") || strings.HasPrefix(version, "sha512:") {
		digest = version
	} else if version != "" {
		tag = version
	}
	switch {
	case base == "":
		return ""
	case digest != "":
		return base + "@" + digest
	case tag != "":
		return base + ":" + tag
	default:
		return base
	}
}

func trimScheme(url string) string {
	for _, scheme := range []string{"oci://", "docker://"} {
		if rest, ok := strings.CutPrefix(url, scheme); ok {
			return rest
		}
	}
	if strings.Contains(url, ":/") { // http://, s3://, file:/..., oci-archive:/...
		return ""
	}
	return url
}

func joinSlash(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	default:
		return a + "/" + b
	}
}
