package extract

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// provider says how objects of one kind make Secrets. Paths are read in the object, or below each node of each; an empty path has no value.
type provider struct {
	group, kind string
	// name leads to the Secret's name, or names, below each node of each; where it leads nowhere the paths of or are tried in the object.
	each, name string
	or         []string
	// namespace leads to the Secret's namespace; without it, the object's own counts. spread says that the object tells no namespace, and
	// namespaces leads to patterns of them, unless something stands at one of the paths of selectors.
	namespace  string
	spread     bool
	namespaces string
	selectors  []string
	// kindOf leads to the Secret's type; byDefault is the type without it, "" where that cannot be told.
	kindOf, byDefault string
	// contents leads to the template of the Secret's data, as text, below the node of each.
	contents string
	// none is what says that the object makes no Secret: "path" for anything there, "path=value". merges is what says that it only writes into
	// a Secret that exists: "path=value", "path!=value".
	none   []string
	merges string
	// condition says what must hold for the Secret to be there.
	condition string
}

const (
	opaque     = "Opaque"
	dockerJSON = "kubernetes.io/dockerconfigjson"
)

const (
	synchronized = "the ExternalSecret is synchronized"
	unsealed     = "the controller can open what was sealed for it"
	mounting     = "a pod that mounts the class runs, which cannot be the pod that needs it for its own image"
)

// providers lists the kinds that make Secrets, from the projects' own types and documentation.
var providers = []provider{
	{
		group: "external-secrets.io", kind: "ExternalSecret", name: "spec.target.name", or: []string{"metadata.name"}, kindOf: "spec.target.template.type", byDefault: opaque,
		contents: "spec.target.template.data", none: []string{"spec.target.creationPolicy=None", "spec.target.manifest"}, merges: "spec.target.creationPolicy=Merge", condition: synchronized,
	},
	{
		group: "external-secrets.io", kind: "ClusterExternalSecret", name: "spec.externalSecretSpec.target.name", or: []string{"spec.externalSecretName", "metadata.name"},
		spread: true, namespaces: "spec.namespaces[*]", selectors: []string{"spec.namespaceSelector", "spec.namespaceSelectors"},
		kindOf: "spec.externalSecretSpec.target.template.type", byDefault: opaque, contents: "spec.externalSecretSpec.target.template.data",
		none:   []string{"spec.externalSecretSpec.target.creationPolicy=None", "spec.externalSecretSpec.target.manifest"},
		merges: "spec.externalSecretSpec.target.creationPolicy=Merge", condition: synchronized,
	},
	{group: "bitnami.com", kind: "SealedSecret", name: "metadata.name", kindOf: "spec.template.type", byDefault: opaque, contents: "spec.template.data", condition: unsealed},
	{group: "secrets-store.csi.x-k8s.io", kind: "SecretProviderClass", each: "spec.secretObjects[*]", name: "secretName", kindOf: "type", condition: mounting},
	{group: "secret-sync.x-k8s.io", kind: "SecretSync", name: "metadata.name", kindOf: "spec.secretObject.type"},
	{group: "secret-sync.gke.io", kind: "SecretSync", name: "metadata.name", kindOf: "spec.secretObject.type"},
	{group: vault, kind: "VaultStaticSecret", name: "spec.destination.name", kindOf: "spec.destination.type", byDefault: opaque, contents: vaultTemplates, merges: "spec.destination.create!=true"},
	{group: vault, kind: "VaultDynamicSecret", name: "spec.destination.name", kindOf: "spec.destination.type", byDefault: opaque, contents: vaultTemplates, merges: "spec.destination.create!=true"},
	{group: vault, kind: "VaultPKISecret", name: "spec.destination.name", kindOf: "spec.destination.type", byDefault: opaque, contents: vaultTemplates, merges: "spec.destination.create!=true"},
	{group: vault, kind: "HCPVaultSecretsApp", name: "spec.destination.name", kindOf: "spec.destination.type", byDefault: opaque, contents: vaultTemplates, merges: "spec.destination.create!=true"},
	{group: "onepassword.com", kind: "OnePasswordItem", name: "metadata.name", kindOf: "type", byDefault: opaque},
	{
		group: "secrets.infisical.com", kind: "InfisicalSecret", each: "spec.managedSecretReference", name: "secretName", namespace: "secretNamespace",
		kindOf: "secretType", byDefault: opaque,
	},
	{
		group: "secrets.infisical.com", kind: "InfisicalSecret", each: "spec.managedKubeSecretReferences[*]", name: "secretName", namespace: "secretNamespace",
		kindOf: "secretType", byDefault: opaque,
	},
	{group: "secrets.infisical.com", kind: "InfisicalDynamicSecret", each: "spec.managedSecretReference", name: "secretName", namespace: "secretNamespace", kindOf: "secretType"},
	{group: "secrets.infisical.com", kind: "InfisicalStaticSecret", each: "spec.targets[*][kind=Secret]", name: "name", namespace: "namespace", kindOf: "secretType"},
	{group: "secrets.doppler.com", kind: "DopplerSecret", each: "spec.managedSecret", name: "name", namespace: "namespace", kindOf: "type", byDefault: opaque},
	{group: "k8s.bitwarden.com", kind: "BitwardenSecret", name: "spec.secretName", byDefault: opaque},
	{group: "isindir.github.com", kind: "SopsSecret", each: "spec.secretTemplates[*]", name: "name", kindOf: "type", byDefault: opaque},
	{group: "clustersecret.io", kind: "ClusterSecret", name: "metadata.name", spread: true, namespaces: "matchNamespace[*]", kindOf: "type"},
	{group: "ops.alexellis.io", kind: "ClusterPullSecret", name: "metadata.name", spread: true, byDefault: dockerJSON},
	{group: "secretgen.carvel.dev", kind: "SecretImport", name: "metadata.name"},
	{group: "secretgen.carvel.dev", kind: "SecretTemplate", name: "metadata.name", kindOf: "spec.template.type"},
	{group: "secretgenerator.mittwald.de", kind: "StringSecret", name: "metadata.name", kindOf: "spec.type", byDefault: opaque},
	{group: "secretgenerator.mittwald.de", kind: "BasicAuth", name: "metadata.name", kindOf: "spec.type", byDefault: opaque},
	{group: "secretgenerator.mittwald.de", kind: "SSHKeyPair", name: "metadata.name", kindOf: "spec.type", byDefault: opaque},
	{group: "ricoberger.de", kind: "VaultSecret", name: "metadata.name", kindOf: "spec.type"},
	{group: kyverno, kind: "ClusterPolicy", each: "spec.rules[*].generate[kind=Secret]", name: "name", spread: true, kindOf: "data.type"},
	{group: kyverno, kind: "Policy", each: "spec.rules[*].generate[kind=Secret]", name: "name", kindOf: "data.type"},
}

const (
	vault = "secrets.hashicorp.com"

	vaultTemplates = "spec.destination.transformation.templates"
	kyverno        = "kyverno.io"
)

// isProvider reports whether objects of a kind make Secrets.
func isProvider(group, kind string) bool {
	return slices.ContainsFunc(providers, func(p provider) bool { return p.kind == kind && p.group == group })
}

// paths parses the paths of the table, each once.
var paths sync.Map // string -> resources.Path

func pathOf(s string) resources.Path {
	if p, ok := paths.Load(s); ok {
		return p.(resources.Path)
	}
	p, err := resources.ParsePath(s)
	if err != nil {
		panic("manifests: providers: " + err.Error()) // a broken table; a test reads every row
	}
	paths.Store(s, p)
	return p
}

// at is the string a path leads to, and its node.
func at(n *yaml.Node, path string) (string, *yaml.Node) {
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

// provided records the Secrets that an object makes.
func (x scope) provided(n *yaml.Node) {
	for i := range providers {
		p := &providers[i]
		if p.kind != x.obj.Kind || p.group != x.obj.Group() || slices.ContainsFunc(p.none, func(c string) bool { return holds(n, c) }) {
			continue
		}
		nodes := []*yaml.Node{n}
		if p.each != "" {
			nodes = nil
			for _, f := range tree.Follow(n, pathOf(p.each), "") {
				nodes = append(nodes, tree.Resolve(f.Val))
			}
		}
		for _, m := range nodes {
			x.providedBy(p, n, m)
		}
	}
	if name := x.obj.Annotations["operator.1password.io/item-name"]; name != "" {
		s := &model.Secret{Object: x.obj, Name: name, SecretNamespace: x.obj.Namespace, Provider: "1Password operator", Type: opaque, TypeSpan: x.obj.Span, Sealed: true}
		x.found.Secrets = append(x.found.Secrets, s)
	}
	if x.obj.Group() == kyverno {
		x.mutates(n)
	}
}

// holds reports whether a condition holds of an object: "path", "path=value" or "path!=value".
func holds(n *yaml.Node, condition string) bool {
	if path, want, ok := strings.Cut(condition, "!="); ok {
		v, _ := at(n, path)
		return v != want
	}
	if path, want, ok := strings.Cut(condition, "="); ok {
		v, _ := at(n, path)
		return v == want
	}
	return condition != "" && len(tree.Follow(n, pathOf(condition), "")) > 0
}

// mutates records a policy of Kyverno that gives pull secrets to pods, or copies Secrets that it chooses by their labels.
func (x scope) mutates(n *yaml.Node) {
	gives := len(tree.Follow(n, pathOf("spec.rules[*].mutate.**.imagePullSecrets"), "")) > 0
	for _, f := range tree.Follow(n, pathOf("spec.rules[*].mutate.patchesJson6902"), "") {
		gives = gives || strings.Contains(tree.Str(f.Val), "imagePullSecrets")
	}
	for _, f := range tree.Follow(n, pathOf("spec.rules[*].generate.cloneList.kinds[*]"), "") {
		kind := tree.Str(f.Val)
		gives = gives || kind[strings.LastIndexByte(kind, '/')+1:] == "Secret"
	}
	if gives {
		x.found.Patchers = append(x.found.Patchers, x.obj)
	}
}

func (x scope) providedBy(p *provider, n, m *yaml.Node) {
	name, nameNode := at(m, p.name)
	for _, path := range p.or {
		if name == "" {
			name, nameNode = at(n, path)
		}
	}
	if name == "" || isTemplateText(name) {
		return
	}
	s := &model.Secret{
		Object: x.obj, Name: name, SecretNamespace: x.obj.Namespace, AnyNamespace: p.spread, Provider: x.obj.Kind, Type: p.byDefault, Sealed: true,
		Condition: p.condition, Merges: holds(n, p.merges),
	}
	if ns, _ := at(m, p.namespace); ns != "" && !isTemplateText(ns) {
		s.SecretNamespace = ns
	}
	if p.namespaces != "" && !slices.ContainsFunc(p.selectors, func(path string) bool { return holds(n, path) }) {
		for _, f := range tree.Follow(n, pathOf(p.namespaces), "") {
			s.Namespaces = append(s.Namespaces, tree.Str(f.Val))
		}
	}
	if t, node := at(m, p.kindOf); t != "" {
		s.Type, s.TypeSpan = t, x.span(node)
	} else if nameNode != nil {
		s.TypeSpan = x.span(nameNode)
	}
	if isTemplateText(s.Type) {
		s.Type = ""
	}
	x.drafted(s, m, p.contents)
	x.found.Secrets = append(x.found.Secrets, s)
}

// generated records the namespace that a kustomization gives to what stands beside it, and the Secrets of its secretGenerator.
func (x scope) generated(n *yaml.Node) {
	if ns := tree.StrAt(n, "namespace"); ns != "" {
		x.found.Folders = map[string]string{filepath.Dir(x.text.File.Name): ns}
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
			Object: x.obj, Name: name, SecretNamespace: tree.StrAt(item, "namespace"), Provider: "secretGenerator", Type: tree.StrAt(item, "type"), Sealed: true,
			Hashed: !plain && tree.TextAt(tree.Resolve(item), "options", "disableNameSuffixHash") != "true",
		}
		if s.Type == "" {
			s.Type, s.TypeSpan = opaque, x.span(tree.Child(item, "name"))
		} else {
			s.TypeSpan = x.span(tree.Child(item, "type"))
		}
		x.variants(n, &s)
	}
}

// variants records a generated Secret as the build has it, with the kustomization's prefix, suffix and namespace, and as the files beside the
// kustomization have it, where what names it stands without them.
func (x scope) variants(n *yaml.Node, s *model.Secret) {
	names := []string{s.Name}
	if built := tree.StrAt(n, "namePrefix") + s.Name + tree.StrAt(n, "nameSuffix"); built != s.Name {
		names = append(names, built)
	}
	namespaces := []string{s.SecretNamespace}
	if ns := tree.StrAt(n, "namespace"); ns != "" && ns != s.SecretNamespace {
		namespaces = append(namespaces, ns)
	}
	for _, name := range names {
		for _, ns := range namespaces {
			v := *s
			v.Name, v.SecretNamespace = name, ns
			x.found.Secrets = append(x.found.Secrets, &v)
		}
	}
}

// creates records the pull secret that a container makes with kubectl, as jobs do that fetch a token of ECR every few hours. What the shell puts
// in for a name or namespace is not known.
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
			x.found.Patchers = append(x.found.Patchers, x.obj)
			continue
		}
		s := &model.Secret{
			Object: x.obj, Name: strings.Clone(name), SecretNamespace: x.obj.Namespace, AnyNamespace: true, Provider: x.obj.Kind, Type: dockerJSON,
			TypeSpan: x.obj.Span, Sealed: true, Condition: "the container that makes it has run",
		}
		x.found.Secrets = append(x.found.Secrets, s)
	}
}
