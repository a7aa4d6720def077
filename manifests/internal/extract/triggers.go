package extract

import (
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// hasTriggers reports whether a kind is OpenShift's DeploymentConfig, also under the version that it had before it had a group.
func hasTriggers(group, kind string) bool {
	return kind == "DeploymentConfig" && (group == "apps.openshift.io" || group == "")
}

// triggers marks the images that an image trigger of a DeploymentConfig may set: those of the containers that it names. Without triggers in the spec, only
// a change of the spec starts a rollout. A space that a trigger replaces, as is customary, is not an image.
func (x scope) triggers(n *yaml.Node) {
	names, any := triggeredContainers(tree.Descend(n, "spec", "triggers"))
	for _, img := range x.w.Images {
		if img.Field == model.FieldInit && img.Raw == "" {
			continue // the API server allows that in containers only
		}
		img.Triggered = img.InPodSpec() && (any || slices.Contains(names, img.Container) || len(names) > 0 && isParameter(img.Container))
	}
	x.w.Images = slices.DeleteFunc(x.w.Images, func(img *model.ImageRef) bool { return img.Triggered && img.Raw == " " })
}

// triggeredContainers returns the names of the containers that image triggers name, or true if they may be any.
func triggeredContainers(triggers *yaml.Node) (names []string, any bool) {
	if triggers != nil && triggers.Kind == yaml.ScalarNode {
		return nil, isParameter(triggers.Value)
	}
	for _, trigger := range sequence(triggers) {
		if of := tree.TextAt(trigger, "type"); of != "ImageChange" && !isParameter(of) {
			continue
		}
		list := tree.Descend(trigger, "imageChangeParams", "containerNames")
		if list != nil && list.Kind == yaml.ScalarNode && isParameter(list.Value) {
			return nil, true
		}
		names = append(names, stringsOf(list)...)
	}
	return names, slices.ContainsFunc(names, isParameter)
}

// isParameter reports whether a text contains a parameter of a Template, for which it may have any value.
func isParameter(text string) bool { return strings.Contains(text, "${") }
