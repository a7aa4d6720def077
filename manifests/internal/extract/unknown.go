package extract

import (
	"cmp"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/internal/near"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// Levels of unknown fields.
const (
	levelContainer = "container"
	levelPodSpec   = "pod spec"
)

// unknownFields records, if mayHaveUnknown, the keys of a container or a pod spec that Kubernetes does not know, if they misspell a field
// that decides how an image is pulled, are that field in the wrong place, or hold a part of the image. Misspellings of
// imagePullSecrets are misplaced pull secrets.
func (x scope) unknownFields(m *yaml.Node, path, level string) {
	var parts []imagePart
	for k, v := range tree.Entries(m) {
		field := meantField(k.Value, level)
		if field == "" {
			continue
		}
		if part := partOf(k.Value); part != "" {
			parts = append(parts, imagePart{part, k, tree.Resolve(v)})
			continue
		}
		u := model.UnknownField{Key: k.Value, Path: tree.Join(path, k.Value), Span: x.span(k), Level: level, Field: field}
		own, _ := tree.Get(m, field)
		value := tree.Resolve(v)
		u.IsAlone = own == nil && levelOf(field) == level && value != nil && value.Kind == yaml.ScalarNode
		x.w.Unknown = append(x.w.Unknown, u)
	}
	if len(parts) > 0 {
		x.imageParts(m, path, parts)
	}
}

// imagePart is a key of a container that holds a part of its image.
type imagePart struct {
	part     string // one of partOrder
	key, val *yaml.Node
}

// partOf returns the part of an image that a key is named after, as in Helm values, or "".
func partOf(key string) string {
	if part := strings.TrimPrefix(strings.ToLower(key), "image"); slices.Contains(partOrder, part) {
		return part
	}
	return ""
}

// partOrder are the parts of an image from left to right.
var partOrder = []string{"registry", "repository", "tag", "digest"}

// imageParts records the keys of a container that hold parts of its image, which are one mistake, whatever their order.
func (x scope) imageParts(m *yaml.Node, path string, parts []imagePart) {
	slices.SortFunc(parts, func(a, b imagePart) int {
		return cmp.Or(slices.Index(partOrder, a.part)-slices.Index(partOrder, b.part), strings.Compare(a.key.Value, b.key.Value))
	})
	key := parts[0].key
	u := model.UnknownField{Key: key.Value, Path: tree.Join(path, key.Value), Span: x.span(key), Level: levelContainer, Field: "image"}
	has, image := tree.Get(m, "image")
	if has == nil && len(parts) == 1 && parts[0].part == "repository" { // the image under another name
		u.IsAlone = parts[0].val != nil && parts[0].val.Kind == yaml.ScalarNode
	} else {
		for _, p := range parts {
			u.Parts = append(u.Parts, p.key.Value)
		}
		u.Image = joinParts(textOf(image), parts)
	}
	x.w.Unknown = append(x.w.Unknown, u)
}

// textOf returns the text of a scalar, such as "1.10" of a number; "" if it has none.
func textOf(n *yaml.Node) string {
	if n = tree.Resolve(n); n == nil || n.Kind != yaml.ScalarNode || tree.IsNull(n) {
		return ""
	}
	return n.Value
}

// joinParts returns an image with the parts next to it, or "" if they contradict it or each other, or make no valid reference.
func joinParts(image string, parts []imagePart) string {
	text := map[string]string{"repository": image}
	for _, p := range parts {
		switch value := textOf(p.val); {
		case p.val == nil || p.val.Kind != yaml.ScalarNode || value != "" && text[p.part] != "":
			return ""
		case value != "":
			text[p.part] = value
		}
	}
	image = text["repository"]
	if registry := text["registry"]; registry != "" {
		if imageref.HasHost(image) {
			return ""
		}
		image = strings.TrimSuffix(registry, "/") + "/" + image
	}
	ref, err := imageref.Parse(image)
	if err != nil || ref.Digest != "" || ref.Tag != "" && text["tag"] != "" && ref.Tag != text["tag"] {
		return ""
	}
	if ref.Tag == "" && text["tag"] != "" {
		image += ":" + text["tag"]
	}
	if text["digest"] != "" {
		image += "@" + text["digest"]
	}
	if _, err := imageref.Parse(image); err != nil {
		return ""
	}
	return strings.Clone(image)
}

// mayHaveUnknown reports whether a mapping may have such a key, directly or merged. Nearly all have none.
func mayHaveUnknown(m *yaml.Node, level string) bool {
	if m = tree.Resolve(m); m == nil || m.Kind != yaml.MappingNode {
		return false
	}
	for i := 0; i < len(m.Content); i += 2 {
		if k := m.Content[i]; k.Kind != yaml.ScalarNode || tree.IsMerge(k) || meantField(k.Value, level) != "" {
			return true
		}
	}
	return false
}

// levelOf returns the level of a field.
func levelOf(field string) string {
	if field == "serviceAccountName" {
		return levelPodSpec
	}
	return levelContainer
}

// meantField returns the field that an unknown key of a level probably means: image, imagePullPolicy or
// serviceAccountName; else "".
func meantField(key, level string) string {
	switch key { // most keys
	case "name", "ports", "env", "envFrom", "args", "command", "resources", "volumeMounts", "securityContext", "livenessProbe", "readinessProbe", "startupProbe",
		"lifecycle", "workingDir", "containers", "initContainers", "volumes", "restartPolicy", "nodeSelector", "tolerations", "affinity", "imagePullSecrets":
		return ""
	case "image", "imagePullPolicy":
		if level == levelContainer {
			return ""
		}
	case "serviceAccount", "serviceAccountName":
		if level == levelPodSpec {
			return ""
		}
	}
	if len(key) > len("serviceAccountName")+2 {
		return ""
	}
	if partOf(key) != "" {
		if level == levelContainer {
			return "image"
		}
		return ""
	}
	switch folded := strings.ToLower(key); folded {
	case "img", "imgs":
		return "image"
	case "pullpolicy", "imagepullpolicies":
		return "imagePullPolicy"
	case "serviceaccount":
		return "serviceAccountName"
	default:
		for _, f := range [...]struct {
			folded, field string
			typos         int
		}{{"image", "image", 1}, {"imagepullpolicy", "imagePullPolicy", 2}, {"serviceaccountname", "serviceAccountName", 2}} {
			if near.Distance(folded, f.folded, f.typos) <= f.typos {
				return f.field
			}
		}
	}
	return ""
}
