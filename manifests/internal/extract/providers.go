package extract

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/internal/facts/secretsources"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

const (
	opaque     = "Opaque"
	dockerJSON = "kubernetes.io/dockerconfigjson"
	kyverno    = "kyverno.io"
)

// paths parses the paths in the table, each once.
var paths sync.Map // string -> resources.Path

func pathOf(s string) resources.Path {
	if p, ok := paths.Load(s); ok {
		return p.(resources.Path)
	}
	p, err := resources.ParsePath(s)
	if err != nil {
		panic("manifests: secret sources: " + err.Error()) // a broken table; a test reads every row
	}
	paths.Store(s, p)
	return p
}

// stringAt returns the string at a path, and its node.
func stringAt(n *yaml.Node, path string) (string, *yaml.Node) {
	if path == "" {
		return "", nil
	}
	for _, f := range tree.Follow(n, pathOf(path), "") {
		if v := tree.Resolve(f.Val); v != nil && v.Kind == yaml.ScalarNode && !tree.IsNull(v) {
			return strings.Clone(v.Value), v
		}
	}
	return "", nil
}

// sourcesByKind has the kinds that create Secrets, by their names. Nearly all objects have another.
var sourcesByKind = sync.OnceValue(func() map[string][]*secretsources.Source {
	all := secretsources.All()
	out := make(map[string][]*secretsources.Source, len(all))
	for i := range all {
		out[all[i].Kind] = append(out[all[i].Kind], &all[i])
	}
	return out
})

// provided records the Secrets that an object creates.
func (x scope) provided(n *yaml.Node) {
	for _, p := range sourcesByKind()[x.obj.Kind] {
		if p.Group != x.obj.Group() || slices.ContainsFunc(p.Unless, func(c string) bool { return holds(n, c) }) {
			continue
		}
		nodes := []*yaml.Node{n}
		if p.Each != "" {
			nodes = nil
			for _, f := range tree.Follow(n, pathOf(p.Each), "") {
				nodes = append(nodes, tree.Resolve(f.Val))
			}
		}
		for _, m := range nodes {
			x.providedBy(p, n, m)
		}
	}
	if name := x.obj.Annotations["operator.1password.io/item-name"]; name != "" {
		s := &model.Secret{Object: x.obj, SecretName: name, SecretNamespace: x.obj.Namespace, SourceKind: "1Password operator", Type: opaque, TypeSpan: x.obj.Span, ContentUnknown: true}
		x.found.Secrets = append(x.found.Secrets, s)
	}
	if x.obj.Group() == kyverno {
		x.mutates(n)
	}
}

// holds reports whether an object meets a condition: "path", "path=value" or "path!=value".
func holds(n *yaml.Node, condition string) bool {
	if path, want, ok := strings.Cut(condition, "!="); ok {
		v, _ := stringAt(n, path)
		return v != want
	}
	if path, want, ok := strings.Cut(condition, "="); ok {
		v, _ := stringAt(n, path)
		return v == want
	}
	return condition != "" && len(tree.Follow(n, pathOf(condition), "")) > 0
}

// mutates records a Kyverno policy that adds pull secrets to pods, or copies Secrets selected by
// labels.
func (x scope) mutates(n *yaml.Node) {
	provides := len(tree.Follow(n, pathOf("spec.rules[*].mutate.**.imagePullSecrets"), "")) > 0
	for _, f := range tree.Follow(n, pathOf("spec.rules[*].mutate.patchesJson6902"), "") {
		provides = provides || strings.Contains(tree.Str(f.Val), "imagePullSecrets")
	}
	for _, f := range tree.Follow(n, pathOf("spec.rules[*].generate.cloneList.kinds[*]"), "") {
		kind := tree.Str(f.Val)
		provides = provides || kind[strings.LastIndexByte(kind, '/')+1:] == "Secret"
	}
	if provides {
		x.found.PullSecretInjectors = append(x.found.PullSecretInjectors, x.obj)
	}
}

func (x scope) providedBy(p *secretsources.Source, n, m *yaml.Node) {
	name, nameNode := stringAt(m, p.Name)
	for _, path := range p.Or {
		if name == "" {
			name, nameNode = stringAt(n, path)
		}
	}
	if name == "" || isTemplateText(name) {
		return
	}
	s := &model.Secret{
		Object: x.obj, SecretName: name, SecretNamespace: x.obj.Namespace, AnyNamespace: p.Spread, SourceKind: x.obj.Kind, Type: p.Default, ContentUnknown: true,
		Condition: p.Condition, Merges: holds(n, p.Merges),
	}
	if ns, _ := stringAt(m, p.Namespace); ns != "" && !isTemplateText(ns) {
		s.SecretNamespace = ns
	}
	if p.Namespaces != "" && !slices.ContainsFunc(p.Selectors, func(path string) bool { return holds(n, path) }) {
		for _, f := range tree.Follow(n, pathOf(p.Namespaces), "") {
			s.Namespaces = append(s.Namespaces, tree.Str(f.Val))
		}
	}
	if t, node := stringAt(m, p.TypeOf); t != "" {
		s.Type, s.TypeSpan = t, x.span(node)
	} else if nameNode != nil {
		s.TypeSpan = x.span(nameNode)
	}
	if isTemplateText(s.Type) {
		s.Type = ""
	}
	x.readDraft(s, m, p.Contents)
	x.found.Secrets = append(x.found.Secrets, s)
}

// generated records the namespace that a kustomization sets on its resources, and the Secrets of
// its secretGenerator.
func (x scope) generated(n *yaml.Node) {
	if ns := tree.StrAt(n, "namespace"); ns != "" {
		x.found.FolderNamespaces = map[string]string{filepath.Dir(x.text.File.Name): ns}
	}
	list := tree.Child(n, "secretGenerator")
	if list == nil || list.Kind != yaml.SequenceNode {
		return
	}
	plain := tree.TextAt(n, "generatorOptions", "disableNameSuffixHash") == "true"
	for _, item := range list.Content {
		name := tree.StrAt(item, "name")
		if name == "" {
			continue
		}
		s := model.Secret{
			Object: x.obj, SecretName: name, SecretNamespace: tree.StrAt(item, "namespace"), SourceKind: "secretGenerator", Type: tree.StrAt(item, "type"), ContentUnknown: true,
			HashSuffix: !plain && tree.TextAt(tree.Resolve(item), "options", "disableNameSuffixHash") != "true",
		}
		if s.Type == "" {
			s.Type, s.TypeSpan = opaque, x.span(tree.Child(item, "name"))
		} else {
			s.TypeSpan = x.span(tree.Child(item, "type"))
		}
		x.variants(n, &s)
	}
}

// variants records a generated Secret both with the kustomization's prefix, suffix and namespace, as in the build
// output, and without them, as the files next to the kustomization name it.
func (x scope) variants(n *yaml.Node, s *model.Secret) {
	names := []string{s.SecretName}
	if built := tree.StrAt(n, "namePrefix") + s.SecretName + tree.StrAt(n, "nameSuffix"); built != s.SecretName {
		names = append(names, built)
	}
	namespaces := []string{s.SecretNamespace}
	if ns := tree.StrAt(n, "namespace"); ns != "" && ns != s.SecretNamespace {
		namespaces = append(namespaces, ns)
	}
	for _, name := range names {
		for _, ns := range namespaces {
			v := *s
			v.SecretName, v.SecretNamespace = name, ns
			x.found.Secrets = append(x.found.Secrets, &v)
		}
	}
}

// creates records the pull secret that a container creates with kubectl, as in jobs that fetch an ECR token every few
// hours. A name or namespace that the shell computes is unknown.
func (x scope) creates(container *yaml.Node) {
	var words []string
	found := false
	for _, field := range []string{"command", "args"} {
		list := tree.Child(container, field)
		if list == nil || list.Kind != yaml.SequenceNode {
			continue
		}
		for _, item := range list.Content {
			if item = tree.Resolve(item); item != nil && item.Kind == yaml.ScalarNode {
				words = append(words, item.Value)
				found = found || strings.Contains(item.Value, "docker-registry")
			}
		}
	}
	if !found {
		return
	}
	words = strings.FieldsFunc(strings.Join(words, " "), func(r rune) bool { return strings.ContainsRune(" \t\r\n\\\"'", r) })
	for i := 3; i < len(words); i++ {
		if words[i-3] != "create" || words[i-2] != "secret" || words[i-1] != "docker-registry" {
			continue
		}
		name := words[i]
		if strings.HasPrefix(name, "-") || isTemplateText(name) {
			x.found.PullSecretInjectors = append(x.found.PullSecretInjectors, x.obj)
			continue
		}
		s := &model.Secret{
			Object: x.obj, SecretName: strings.Clone(name), SecretNamespace: x.obj.Namespace, AnyNamespace: true, SourceKind: x.obj.Kind, Type: dockerJSON,
			TypeSpan: x.obj.Span, ContentUnknown: true, Condition: "the container that creates it has run",
		}
		x.found.Secrets = append(x.found.Secrets, s)
	}
}
