package extract

import (
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// isWrongAnywhere reports whether a text that cannot be parsed was meant as an image and is invalid
// in every chart.
func isWrongAnywhere(img *model.ImageRef) bool {
	switch e := img.Err; e.Cause {
	case imageref.TagScientific, imageref.TagInvalid, imageref.DoubleTag, imageref.DigestMalformed, imageref.RegistryDuplicated,
		imageref.Whitespace, imageref.IllegalChar, imageref.EmptyPathSegment, imageref.LeadingSlash:
		return true
	case imageref.Scheme:
		return !isCode(e.Corrected)
	case imageref.Uppercase:
		// A word in capitals is a placeholder for text that a pipeline inserts.
		for part := range strings.FieldsFuncSeq(img.Raw, func(c rune) bool { return strings.ContainsRune("/:@._-", c) }) {
			if len(part) > 1 && strings.ToUpper(part) == part && strings.ToLower(part) != part {
				return false
			}
		}
		return true
	}
	return false
}

// isOpen reports whether something completes a text: it contains a template, a variable or an
// escape. A trailing "$" does not count.
func isOpen(v string) bool {
	v = strings.Trim(v, " ")
	return strings.ContainsAny(v, "{}<>%()[] \t\r\n\\\"'") || strings.Contains(strings.TrimSuffix(v, "$"), "$")
}

// beforeTemplate returns the image up to a tag or digest that a template inserts, and whether there
// is one.
func beforeTemplate(v string) (name string, cut bool) {
	i := strings.IndexAny(v, "{$")
	if i > 0 && isTemplateText(v[i:]) && strings.IndexByte(":@", v[i-1]) >= 0 {
		return v[:i-1], true
	}
	return v, false
}

// isFragment reports whether the chart completes a piece of a shape: it is open, or has a separator
// where the chart adds more.
func isFragment(s shape) bool {
	for _, v := range []string{tree.Look(s.registry), tree.Look(s.base), tree.Look(s.last), s.tagText, tree.Look(s.digest)} {
		if isOpen(v) || v != "" && (strings.Trim(v, " ") == "" || strings.ContainsRune("@-.", rune(v[0])) || strings.HasSuffix(v, ":")) {
			return true
		}
	}
	return s.prefix || strings.HasPrefix(tree.Look(s.base), ":") || s.digest != nil && !strings.Contains(tree.Look(s.digest), ":")
}

// isPrefix reports whether the name of a shape is a prefix of several images: it ends in a slash, and its siblings or
// its position show that it is shared.
func isPrefix(n *yaml.Node, base string, named bool) bool {
	if !strings.HasSuffix(base, "/") {
		return false
	}
	for _, key := range []string{"name", "image", "imageName", "component", "suffix"} {
		if has(n, key) {
			return true
		}
	}
	return !named
}

// isWebScheme reports whether a scheme is one that people copy in front of an image by mistake. The
// scheme of OCI artifacts is not, because some fields require it.
func isWebScheme(scheme string) bool {
	return scheme == "https" || scheme == "http" || scheme == "docker"
}

// isElsewhere reports whether the name of a shape is the address of a chart or code repository
// instead of an image.
func (s shape) isElsewhere(n *yaml.Node, named bool) bool {
	if has(n, "name") && has(n, "version") && s.tagKey == "version" {
		return true
	}
	scheme, rest, ok := strings.Cut(tree.Look(s.base), "://")
	if !ok {
		return false
	}
	beside := has(n, "pullPolicy") || has(n, "tag") || has(n, "digest")
	return !isWebScheme(strings.TrimSpace(scheme)) || isCode(rest) || !named && !beside || s.tagKey == "version"
}

// isCode reports whether an address without its scheme is that of a code repository.
func isCode(address string) bool {
	host, path, _ := strings.Cut(address, "/")
	first, _, _ := strings.Cut(host, ".")
	return isCodeHost(host) || strings.Contains(path, ".git") || strings.HasPrefix(first, "git") || host == "raw.githubusercontent.com"
}

// isCodeHost reports whether a host serves source code and no images.
func isCodeHost(host string) bool {
	return host == "github.com" || host == "gitlab.com" || host == "bitbucket.org"
}

// registryText returns a registry as charts put it in front of a name: with exactly one slash.
func registryText(n *yaml.Node) string {
	return strings.TrimSuffix(tree.Str(n), "/")
}
