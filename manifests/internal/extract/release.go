package extract

import (
	"fmt"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// release describes where a chart is installed: the namespace that an object sets for it, or "" for
// the object's own.
type release struct{ namespace string }

// releaseOf returns where an object installs a chart, or nil if that is unknown.
func (x scope) releaseOf(n *yaml.Node) *release {
	var namespace string
	switch spec := tree.Child(n, "spec"); [2]string{x.obj.Group(), x.obj.Kind} {
	case [2]string{"helm.toolkit.fluxcd.io", "HelmRelease"}, [2]string{"helm.cattle.io", "HelmChart"}:
		if has(spec, "kubeConfig") {
			return nil // another cluster
		}
		namespace = tree.StrAt(spec, "targetNamespace")
	case [2]string{"argoproj.io", "ApplicationSet"}:
		spec = tree.Descend(spec, "template", "spec")
		fallthrough
	case [2]string{"argoproj.io", "Application"}:
		if namespace = tree.StrAt(spec, "destination", "namespace"); namespace == "" {
			return nil
		}
	default:
		return nil
	}
	if isTemplateText(namespace) {
		return nil
	}
	return &release{x.intern(namespace)}
}

// namesPullSecrets reports whether charts use a values key for the names of pull secrets. parent is
// the key above it.
func namesPullSecrets(key, parent string) bool {
	return key == pullSecretsKey || key == "imagePullSecret" || (key == "pullSecrets" || key == "pullSecret") && strings.HasSuffix(parent, "mage")
}

// pullSecrets records the names of pull secrets in values: a string, or a list of strings or of
// mappings with a name.
func (r *valueReader) pullSecrets(f tree.Field) {
	n := tree.Resolve(f.Val)
	if n == nil {
		return
	}
	l := &model.PullSecretList{Path: f.Path, Span: r.x.span(f.Key)}
	add := func(n *yaml.Node, path string) {
		if name := tree.Str(n); name != "" && !isTemplateText(name) {
			l.Names = append(l.Names, model.PullSecretName{Name: r.x.intern(name), Namespace: r.x.release.namespace, Span: r.x.span(n), Path: path})
		}
	}
	switch n.Kind {
	case yaml.ScalarNode:
		add(n, f.Path)
	case yaml.SequenceNode:
		for i, item := range n.Content {
			at := fmt.Sprintf("%s[%d]", f.Path, i)
			if item = tree.Resolve(item); item != nil && item.Kind == yaml.MappingNode {
				add(tree.Child(item, "name"), tree.Join(at, "name"))
				continue
			}
			add(item, at)
		}
	}
	if l.Entries = len(l.Names); l.Entries > 0 {
		r.w.PullSecrets = append(r.w.PullSecrets, l)
	}
}
