package extract

import (
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// keptAnnotations are prefixes of the annotation keys that affect rules.
var keptAnnotations = []string{
	"inject.istio.io/", "sidecar.istio.io/", "image.openshift.io/triggers", resolveNames, "helm.sh/hook", "reflector.v1.k8s.emberstack.com/",
	"replicator.v1.mittwald.de/", "kubed.appscode.com/sync", "secretgen.carvel.dev/image-pull-secret", "operator.1password.io/item-name",
	"tekton.dev/docker-", "kpack.io/docker", "kustomize.toolkit.fluxcd.io/substitute",
}

// annotationPrefix is the prefix of annotations that are imagelint directives.
const annotationPrefix = "imagelint.dev/"

// annotations keeps the relevant annotations in a mapping. scope is the path of the object
// that they annotate.
func (x scope) annotations(all *yaml.Node, scope string) map[string]string {
	var kept map[string]string
	var ignores []model.Annotation
	for k, v := range tree.Entries(all) {
		v = tree.Resolve(v)
		if v == nil || v.Kind != yaml.ScalarNode {
			continue
		}
		if strings.HasPrefix(k.Value, annotationPrefix) {
			ignores = append(ignores, model.Annotation{Key: strings.Clone(k.Value), Value: strings.Clone(v.Value), Span: x.span(k), Scope: scope})
		}
		for _, prefix := range keptAnnotations {
			if strings.HasPrefix(k.Value, prefix) {
				if kept == nil {
					kept = map[string]string{}
				}
				kept[strings.Clone(k.Value)] = strings.Clone(v.Value)
			}
		}
	}
	if ignores != nil {
		x.found.Annotated = append(x.found.Annotated, model.Annotated{Object: x.obj, Ignores: ignores})
	}
	return kept
}

// Limits for all labels and annotations that are kept: an annotation may contain the whole text of
// a Secret.
const (
	maxTexts   = 256
	maxTextLen = 512 // in bytes
)

// lastApplied is the annotation in which kubectl keeps the object as applied, including the data of
// a Secret.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// texts returns the strings in a mapping.
func texts(n *yaml.Node) map[string]string {
	out := map[string]string{}
	for k, v := range tree.Entries(n) {
		if v = tree.Resolve(v); v == nil || v.Kind != yaml.ScalarNode || k.Value == lastApplied || len(out) == maxTexts {
			continue
		}
		out[strings.Clone(cut(k.Value))] = strings.Clone(cut(v.Value))
	}
	return out
}

// cut returns the beginning of a text, which is copied by whoever keeps it, so that the rest can be freed.
func cut(s string) string {
	if len(s) > maxTextLen {
		s = strings.ToValidUTF8(s[:maxTextLen], "")
	}
	return s
}
