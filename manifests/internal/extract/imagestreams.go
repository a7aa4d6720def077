package extract

import (
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// isImageStream reports whether a kind is OpenShift's image stream, also under the version that it had before it had a group.
func isImageStream(group, kind string) bool {
	return kind == "ImageStream" && (group == "image.openshift.io" || group == "")
}

// resolveNames is the annotation that makes OpenShift look for the images of an object among image streams, whatever these say.
const resolveNames = "alpha.image.policy.openshift.io/resolve-names"

// imageStream records the tags of an image stream.
func (x scope) imageStream(n *yaml.Node) {
	spec, status := tree.Child(n, "spec"), tree.Child(n, "status")
	s := &model.ImageStream{Object: x.obj}
	// Only a boolean is valid; a parameter of a Template may be either.
	local := tree.TextAt(spec, "lookupPolicy", "local")
	s.Local = local != "" && local != "false"
	// With a repository in the spec, all of its tags are imported. With one in the status, the cluster has a registry of its own, to which OpenShift
	// also points a tag that the stream lacks.
	s.AnyTag = tree.LookAt(spec, "dockerImageRepository") != "" || tree.LookAt(status, "dockerImageRepository") != ""
	for _, list := range []struct {
		in  *yaml.Node
		key string
	}{{spec, "name"}, {status, "tag"}} {
		for _, tag := range sequence(tree.Child(list.in, "tags")) {
			name := tree.TextAt(tag, list.key)
			s.AnyTag = s.AnyTag || strings.Contains(name, "$") // a parameter of a Template
			mark(&s.Tags, x.intern(name))
		}
	}
	s.AnyTag = s.AnyTag || len(s.Tags) == 0 // they are pushed
	x.found.ImageStreams = append(x.found.ImageStreams, s)
}

// resolvesNames reports whether an annotation of an object or of its pod template makes OpenShift look for images among image streams. The Jobs of a
// CronJob have the annotations of its job template.
func (x scope) resolvesNames(n *yaml.Node, pod *model.Pod) bool {
	return x.obj.Annotations[resolveNames] == "*" || pod.Annotations[resolveNames] == "*" ||
		x.obj.Kind == "CronJob" && tree.TextAt(n, "spec", "jobTemplate", "metadata", "annotations", resolveNames) == "*"
}
