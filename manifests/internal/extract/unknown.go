package extract

import (
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/internal/near"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// Levels of unknown fields.
const (
	levelContainer = "container"
	levelPodSpec   = "pod spec"
)

// unknownFields records the keys of a container or a pod spec that Kubernetes does not know, if they misspell a field
// that decides how an image is pulled, or are that field in the wrong place. Misspellings of imagePullSecrets are
// misplaced pull secrets.
func (x scope) unknownFields(m *yaml.Node, path, level string) {
	if !mayHaveUnknown(m, level) {
		return
	}
	for k, v := range tree.Entries(m) {
		field := meantField(k.Value, level)
		if field == "" {
			continue
		}
		u := model.UnknownField{Key: k.Value, Path: tree.Join(path, k.Value), Span: x.span(k), Level: level, Field: field}
		own, _ := tree.Get(m, field)
		value := tree.Resolve(v)
		u.IsAlone = own == nil && levelOf(field) == level && value != nil && value.Kind == yaml.ScalarNode
		x.w.Unknown = append(x.w.Unknown, u)
	}
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
