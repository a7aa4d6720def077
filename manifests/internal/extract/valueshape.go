package extract

import (
	"fmt"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
)

// shape is an image that values write in pieces. base is its name, nil where the mapping has none, and last what follows it where the name is
// written in two pieces; the pieces that are empty are nil, too.
type shape struct {
	registry, base, last, tag, digest *yaml.Node
	baseKey, tagKey                   string
	// tagText is the tag as a template prints it; number says that it is a number.
	tagText string
	number  bool
	// prefix is true if the name is what the names of several images begin with.
	prefix bool
	// untold is true if a template makes the tag or the digest, so that the image without it tells only what is wrong with its name.
	untold bool
}

// shapeOf finds the pieces of an image in a mapping of values: what Bitnami's charts and others call registry, repository, tag and digest.
// parent is the key that the mapping, or the list that it is an item of, is under.
func shapeOf(n *yaml.Node, parent string, item bool) shape {
	var s shape
	if isSource(n, parent) {
		return s
	}
	named := strings.HasSuffix(parent, "mage") || parent == "images" && item
	s.registry, s.digest = piece(n, "registry"), piece(n, "digest")
	if s.digest == nil {
		s.digest = piece(n, "sha")
	}
	tagged := s.registry != nil || s.digest != nil || has(n, "tag") || has(n, "registry") || has(n, "digest")
	for _, c := range []struct {
		key string
		may bool
	}{
		{"repository", named || (tagged || has(n, "pullPolicy")) && (parent != "images" || item)}, // under "images" alone it may be what all names begin with
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
	s.prefix = isPrefix(n, tree.Str(s.base), named && parent != "images")
	return s
}

// lastPiece is the name beside a repository of which it is the last part; nil for none, and where the repository ends with it.
func lastPiece(n *yaml.Node, repository string) *yaml.Node {
	name := piece(n, "name")
	if name == nil || isWhole(repository) || isWhole(name.Value) || repository == name.Value || strings.HasSuffix(repository, "/"+name.Value) {
		return nil
	}
	return name
}

// isWhole reports whether a name has a tag or a digest already.
func isWhole(name string) bool {
	l := imageref.Locate(name)
	return l.Tag.End > l.Tag.Start || l.Digest.End > l.Digest.Start
}

// piece is the value of a key that is a string with something in it.
func piece(n *yaml.Node, key string) *yaml.Node {
	if v := tree.Child(n, key); tree.Look(v) != "" {
		return v
	}
	return nil
}

// setTag takes the tag under a key, which may be a number.
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

// isSource reports whether a mapping names a chart or a repository of code, which have the same keys as images.
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

// printedNumber is what Helm's templates print for a scalar that is a number: all numbers of values are float64 to them, and %v prints
// 1.10 as 1.1 and 20240101 as 2.0240101e+07.
func printedNumber(n *yaml.Node) (string, bool) {
	number, ok := tree.Number(n)
	if !ok {
		return "", false
	}
	return fmt.Sprint(number), true
}
