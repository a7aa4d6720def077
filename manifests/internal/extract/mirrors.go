package extract

import (
	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// isMirrors reports whether a kind configures mirrors on OpenShift nodes.
func isMirrors(group, kind string) bool {
	switch kind {
	case "ImageDigestMirrorSet", "ImageTagMirrorSet", "ImageContentPolicy":
		return group == "config.openshift.io"
	case "ImageContentSourcePolicy":
		return group == "operator.openshift.io"
	}
	return false
}

// mirrors records which references the mirrors of an object are for.
func (x scope) mirrors(n *yaml.Node) {
	spec := tree.Child(n, "spec")
	for _, list := range []struct {
		key           string
		tags, digests bool
	}{{"imageDigestMirrors", false, true}, {"imageTagMirrors", true, false}, {"repositoryDigestMirrors", false, true}} {
		for _, item := range sequence(tree.Child(spec, list.key)) {
			source, text := tree.Child(item, "source"), tree.StrAt(item, "source")
			if text == "" || len(sequence(tree.Child(item, "mirrors"))) == 0 {
				continue
			}
			tags := list.tags || tree.TextAt(item, "allowMirrorByTags") == "true"
			x.found.Mirrors = append(x.found.Mirrors, &model.Mirror{Object: x.obj, Source: x.intern(text), Span: x.span(source), Tags: tags, Digests: list.digests})
		}
	}
}
