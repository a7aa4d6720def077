package extract

import (
	"fmt"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// shape is an image that values specify in pieces. base is its name, or nil if the mapping has none. last is the second
// part of a name in two pieces. Empty pieces are also nil.
type shape struct {
	registry, base, last, tag, digest *yaml.Node
	baseKey, tagKey                   string
	// tagText is the tag as a template prints it. number is true if it is a number.
	tagText string
	number  bool
	// cut is the length of the part of base that is the name, if it is not all of it.
	cut int
	// colon is true if a tag always follows a colon, even if it is a digest.
	colon bool
	// prefix is true if the name is a prefix of several image names.
	prefix bool
	// tagInserted is true if a template inserts the tag or digest. Then the image without it can only
	// show defects of its name.
	tagInserted bool
	rename      *model.Rename
	// kept are the tag and the digest of the image that an entry replaces, if it has none.
	kept []model.Part
}

// shapeOf finds the pieces of an image in a mapping of values, which charts such as Bitnami's call registry,
// repository, tag and digest. parent is the key of the mapping, or of the list that contains it.
func shapeOf(n *yaml.Node, parent string, item bool) shape {
	var s shape
	named := strings.HasSuffix(parent, "mage") || parent == "images" && item
	if !mayBeShape(n, named) || isSource(n, parent) {
		return s
	}
	s.registry, s.digest = piece(n, "registry"), piece(n, "digest")
	if s.digest == nil {
		s.digest = piece(n, "sha")
	}
	tagged := s.registry != nil || s.digest != nil || has(n, "tag") || has(n, "registry") || has(n, "digest")
	for _, c := range []struct {
		key string
		may bool
	}{
		{"repository", named || (tagged || has(n, "pullPolicy")) && (parent != "images" || item)}, // under "images" alone it may be a common prefix
		{"image", tagged || has(n, "imageTag")},
		{"imageRepository", true},
		{"imageName", has(n, "imageTag")},
		{"repo", named},
		{"name", named && tagged},
	} {
		if b := piece(n, c.key); b != nil && c.may && (c.key != "image" || !isWhole(b.Value)) {
			s.base, s.baseKey = b, c.key
			break
		}
	}
	if s.baseKey == "repository" && named && !item {
		s.last = lastPiece(n, s.base.Value)
	}
	if s.registry == nil {
		s.registry = piece(n, "imageRegistry")
	}
	if s.registry == nil && s.baseKey == "repository" && isHost(s.base.Value) {
		for _, key := range []string{"image", "name"} {
			if name := piece(n, key); name != nil {
				s.registry, s.base, s.baseKey, s.last = s.base, name, key, nil
				break
			}
		}
	}
	keys := []string{"imageTag"}
	if named || s.base != nil {
		keys = []string{"tag", "imageTag"}
	}
	if named {
		keys = append(keys, "version")
	}
	for _, key := range keys {
		if s.setTag(n, key); s.tag != nil {
			break
		}
	}
	if s.isElsewhere(n, named) {
		return shape{}
	}
	s.prefix = isPrefix(n, tree.Look(s.base), named && parent != "images")
	return s
}

// mayBeShape reports whether a mapping may have a name or a tag, without which a shape says nothing. Most mappings have neither.
func mayBeShape(n *yaml.Node, named bool) bool {
	for i := 0; i < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode || tree.IsMerge(k) {
			return true
		}
		switch k.Value {
		case "repository", "image", "imageRepository", "imageName", "repo", "tag", "imageTag":
			if isScalar(n.Content[i+1]) {
				return true
			}
		case "name", "version":
			if named && isScalar(n.Content[i+1]) {
				return true
			}
		}
	}
	return false
}

// lastPiece returns the name next to a repository if it is the last part of the image's name. It
// returns nil if there is none or if the repository already ends with it.
func lastPiece(n *yaml.Node, repository string) *yaml.Node {
	name := piece(n, "name")
	if name == nil || isWhole(repository) || isWhole(name.Value) || repository == name.Value || strings.HasSuffix(repository, "/"+name.Value) {
		return nil
	}
	return name
}

// isHost reports whether what is called a repository is only the name of a registry.
func isHost(repository string) bool {
	return strings.Contains(repository, ".") && !strings.ContainsAny(repository, "/@") || strings.HasPrefix(repository, "localhost:") && !strings.Contains(repository, "/")
}

// isWhole reports whether a name already has a tag or a digest.
func isWhole(name string) bool {
	l := imageref.Locate(name)
	return l.Tag.End > l.Tag.Start || l.Digest.End > l.Digest.Start
}

// piece returns the value of a key if it is a non-empty string.
func piece(n *yaml.Node, key string) *yaml.Node {
	if v := tree.Child(n, key); tree.Look(v) != "" {
		return v
	}
	return nil
}

// setTag reads the tag under a key, which may be a number.
func (s *shape) setTag(n *yaml.Node, key string) {
	v := tree.Child(n, key)
	if s.tagText, s.number = printedNumber(v); !s.number {
		s.tagText = tree.Str(v)
	}
	if s.tagText != "" {
		s.tag, s.tagKey = v, key
	}
}

func has(n *yaml.Node, key string) bool {
	k, _ := tree.Get(n, key)
	return k != nil
}

// isSource reports whether a mapping describes a chart or a code repository, which have the same
// keys as images.
func isSource(n *yaml.Node, parent string) bool {
	switch parent {
	case "chart", "charts", "dependencies", "git", "helm", "source", "sources":
		return true
	}
	for _, key := range []string{"chart", "chartName", "chartVersion", "branch", "revision", "targetRevision", "ref", "gitRepo"} {
		if has(n, key) {
			return true
		}
	}
	return false
}

// printedNumber returns what Helm's templates print for a number: they convert all numbers in values to float64, and %v
// prints 1.10 as 1.1 and 20240101 as 2.0240101e+07.
func printedNumber(n *yaml.Node) (string, bool) {
	number, ok := tree.Number(n)
	if !ok {
		return "", false
	}
	return fmt.Sprint(number), true
}
