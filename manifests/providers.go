package manifests

import (
	"slices"
	"strings"
	"sync"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// provider says how objects of one kind make Secrets. Paths are read in the object; an empty path has no value.
type provider struct {
	group, kind string
	// name leads to the Secret's name, or names, below each node of each; else is tried where it leads nowhere ("metadata.name").
	each, name, or string
	// namespace leads to the Secret's namespace; without it, the object's own counts. spread says that the object tells no namespace.
	namespace string
	spread    bool
	// kindOf leads to the Secret's type; byDefault is the type without it, "" where that cannot be told.
	kindOf, byDefault string
	// not leads to a value that says that the object makes no Secret of its own: "path" for anything, "path=value", "path!=value".
	not       string
	condition string
}

const (
	opaque     = "Opaque"
	dockerJSON = "kubernetes.io/dockerconfigjson"
)

// providers lists the kinds that make Secrets, from the projects' own types and documentation.
var providers = []provider{
	{
		group: "external-secrets.io", kind: "ExternalSecret", name: "spec.target.name", or: "metadata.name", kindOf: "spec.target.template.type", byDefault: opaque,
		not: "spec.target.creationPolicy=None", condition: "the ExternalSecret can be synchronized",
	},
	{
		group: "external-secrets.io", kind: "ClusterExternalSecret", name: "spec.externalSecretSpec.target.name", or: "metadata.name", spread: true,
		kindOf: "spec.externalSecretSpec.target.template.type", byDefault: opaque, condition: "the ExternalSecret can be synchronized",
	},
	{group: "bitnami.com", kind: "SealedSecret", name: "metadata.name", kindOf: "spec.template.type", byDefault: opaque, condition: "the cluster holds the key that it was sealed for"},
	{
		group: "secrets-store.csi.x-k8s.io", kind: "SecretProviderClass", each: "spec.secretObjects[*]", name: "secretName", kindOf: "type",
		condition: "a pod that mounts the class is running, which cannot be the one that needs the Secret for its own image",
	},
	{group: "secret-sync.x-k8s.io", kind: "SecretSync", name: "metadata.name", kindOf: "spec.secretObject.type"},
	{group: "secret-sync.gke.io", kind: "SecretSync", name: "metadata.name", kindOf: "spec.secretObject.type"},
	{group: "secrets.hashicorp.com", kind: "VaultStaticSecret", name: "spec.destination.name", kindOf: "spec.destination.type", byDefault: opaque, not: "spec.destination.create!=true"},
	{group: "secrets.hashicorp.com", kind: "VaultDynamicSecret", name: "spec.destination.name", kindOf: "spec.destination.type", byDefault: opaque, not: "spec.destination.create!=true"},
	{group: "secrets.hashicorp.com", kind: "VaultPKISecret", name: "spec.destination.name", kindOf: "spec.destination.type", byDefault: opaque, not: "spec.destination.create!=true"},
	{group: "secrets.hashicorp.com", kind: "HCPVaultSecretsApp", name: "spec.destination.name", kindOf: "spec.destination.type", byDefault: opaque, not: "spec.destination.create!=true"},
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
	{group: "clustersecret.io", kind: "ClusterSecret", name: "metadata.name", spread: true, kindOf: "type"},
	{group: "ops.alexellis.io", kind: "ClusterPullSecret", name: "metadata.name", spread: true, byDefault: dockerJSON},
	{group: "secretgen.carvel.dev", kind: "SecretImport", name: "metadata.name"},
	{group: "secretgen.carvel.dev", kind: "SecretTemplate", name: "metadata.name", kindOf: "spec.template.type"},
	{group: "secretgenerator.mittwald.de", kind: "StringSecret", name: "metadata.name", kindOf: "spec.type", byDefault: opaque},
	{group: "secretgenerator.mittwald.de", kind: "BasicAuth", name: "metadata.name", kindOf: "spec.type", byDefault: opaque},
	{group: "secretgenerator.mittwald.de", kind: "SSHKeyPair", name: "metadata.name", kindOf: "spec.type", byDefault: opaque},
	{group: "ricoberger.de", kind: "VaultSecret", name: "metadata.name", kindOf: "spec.type"},
	{group: "kyverno.io", kind: "ClusterPolicy", each: "spec.rules[*].generate[kind=Secret]", name: "name", spread: true, kindOf: "data.type"},
	{group: "kyverno.io", kind: "Policy", each: "spec.rules[*].generate[kind=Secret]", name: "name", kindOf: "data.type"},
}

// dockerHints are fields of an ExternalSecret that tell that what comes out is a docker config, whatever its type.
var dockerHints = []string{"spec.target.template.data", "spec.encryptedData", "spec.destination.transformation.templates"}

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
	for _, f := range follow(n, pathOf(path), "") {
		if v := resolve(f.val); v != nil && v.Kind == yaml.ScalarNode && !isNull(v) {
			return v.Value, v
		}
	}
	return "", nil
}

// provided records the Secrets that an object makes.
func (x *extractor) provided(n *yaml.Node) {
	for i := range providers {
		p := &providers[i]
		if p.kind != x.obj.Kind || p.group != x.obj.Group() || p.rules(n) {
			continue
		}
		nodes := []*yaml.Node{n}
		if p.each != "" {
			nodes = nil
			for _, f := range follow(n, pathOf(p.each), "") {
				nodes = append(nodes, resolve(f.val))
			}
		}
		for _, m := range nodes {
			x.providedBy(p, n, m)
		}
	}
	if name := x.obj.Annotations["operator.1password.io/item-name"]; name != "" {
		x.out.secrets = append(x.out.secrets, &Secret{Object: x.obj, Name: name, SecretNamespace: x.obj.Namespace, Provider: "1Password operator", Type: opaque, Sealed: true})
	}
}

// rules reports whether the object rules out that it makes a Secret.
func (p *provider) rules(n *yaml.Node) bool {
	if path, want, ok := strings.Cut(p.not, "!="); ok {
		v, _ := at(n, path)
		return v != want
	}
	if path, want, ok := strings.Cut(p.not, "="); ok {
		v, _ := at(n, path)
		return v == want
	}
	return p.kind == "ExternalSecret" && descend(n, "spec", "target", "manifest") != nil
}

func (x *extractor) providedBy(p *provider, n, m *yaml.Node) {
	name, nameNode := at(m, p.name)
	if name == "" && p.or != "" {
		name, nameNode = at(n, p.or)
	}
	if name == "" || isTemplateText(name) {
		return
	}
	s := &Secret{Object: x.obj, Name: name, SecretNamespace: x.obj.Namespace, AnyNamespace: p.spread, Provider: x.obj.Kind, Type: p.byDefault, Sealed: true, Condition: p.condition}
	if ns, _ := at(m, p.namespace); ns != "" {
		s.SecretNamespace = ns
	}
	if t, node := at(m, p.kindOf); t != "" {
		s.Type, s.TypeSpan = t, x.span(node)
	} else if s.Type == opaque && hasDockerHint(n) {
		s.Type = ""
	}
	if isTemplateText(s.Type) {
		s.Type = ""
	}
	if nameNode != nil && s.TypeSpan.IsZero() {
		s.TypeSpan = x.span(nameNode)
	}
	x.out.secrets = append(x.out.secrets, s)
}

// hasDockerHint reports whether a provider writes a docker config, which makes its default type a slip rather than a choice.
func hasDockerHint(n *yaml.Node) bool {
	for _, path := range dockerHints {
		m := n
		for step := range strings.SplitSeq(path, ".") {
			m = child(m, step)
		}
		if child(m, ".dockerconfigjson") != nil || child(m, ".dockercfg") != nil {
			return true
		}
	}
	return false
}

// generated records the Secrets of a kustomization's secretGenerator.
func (x *extractor) generated(n *yaml.Node) {
	list := child(n, "secretGenerator")
	if list == nil || list.Kind != yaml.SequenceNode {
		return
	}
	prefix, suffix := strAt(n, "namePrefix"), strAt(n, "nameSuffix")
	plain := textAt(n, "generatorOptions", "disableNameSuffixHash") == "true"
	for _, item := range list.Content {
		name := strAt(item, "name")
		if name == "" {
			continue
		}
		s := &Secret{
			Object: x.obj, Name: prefix + name + suffix, SecretNamespace: strAt(item, "namespace"), Provider: "secretGenerator", Type: strAt(item, "type"), Sealed: true,
			Hashed: !plain && textAt(resolve(item), "options", "disableNameSuffixHash") != "true",
		}
		if s.SecretNamespace == "" {
			s.SecretNamespace = strAt(n, "namespace")
		}
		if s.Type == "" {
			s.Type = opaque
		}
		if t := child(item, "type"); t != nil {
			s.TypeSpan = x.span(t)
		} else {
			s.TypeSpan = x.span(child(item, "name"))
		}
		x.out.secrets = append(x.out.secrets, s)
		if prefix+suffix != "" {
			// In the files beside it the reference stands without what kustomize adds.
			bare := *s
			bare.Name = name
			x.out.secrets = append(x.out.secrets, &bare)
		}
	}
}

// textAt is the text of a scalar, whatever its type.
func textAt(n *yaml.Node, names ...string) string {
	if v := descend(n, names...); v != nil && v.Kind == yaml.ScalarNode {
		return v.Value
	}
	return ""
}
