package kustomize

import (
	"slices"

	yaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/types"
	kyaml "sigs.k8s.io/yaml"

	"github.com/imagelint-dev/imagelint/internal/yamlnode"
)

// plugins visits the generators or transformers of a kustomization. It keeps those built into kustomize, and omits
// those that would start a program or fetch something.
func (b *builder) plugins(k *kustomizationFile, key string, list []string) []string {
	var out []string
	for i, p := range list {
		n, at := k.node(key, i)
		t, ok := b.find(k, p, at)
		switch {
		case !ok:
		case t.remote:
			b.leaveOut(OmittedRemote, p, at)
		case t.isDir:
			b.leaveOut(OmittedPlugin, p, at)
		case t.inline:
			configs := builtinConfigs([]byte(p))
			if configs == nil {
				b.leaveOut(OmittedPlugin, nameOf(n), at)
				continue
			}
			b.patchRoles(k, key, configs)
			out = append(out, p)
		default:
			var configs []*yaml.Node
			if data, err := b.load(t.abs); err == nil {
				configs = builtinConfigs(data.src.Data)
			}
			if configs == nil {
				b.leaveOut(OmittedPlugin, p, at)
				continue
			}
			b.role(t.abs, AsPlugin)
			b.patchRoles(k, key, configs)
			out = append(out, plainPath(p))
		}
	}
	return out
}

// patchRoles records the files of patches that transformers name.
func (b *builder) patchRoles(k *kustomizationFile, key string, configs []*yaml.Node) {
	if key != "transformers" {
		return
	}
	for _, d := range configs {
		for _, p := range patchFiles(d) {
			if abs, ok := b.fileOf(k, p); ok {
				b.role(abs, AsPatch)
			}
		}
	}
}

// patchFiles returns the files of patches that the configuration of a transformer names.
func patchFiles(d *yaml.Node) []string {
	var out []string
	switch yamlnode.Text(d, "kind") {
	case "PatchTransformer", "PatchJson6902Transformer":
		out = append(out, yamlnode.Text(d, "path"))
	case "PatchStrategicMergeTransformer":
		out = append(out, yamlnode.Text(d, "path"))
		for _, p := range yamlnode.Items(yamlnode.Field(d, "paths")) {
			out = append(out, p.Value)
		}
	}
	return slices.DeleteFunc(out, func(p string) bool { return p == "" })
}

func nameOf(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	docs, err := documents([]byte(n.Value))
	if err != nil || len(docs) == 0 {
		return ""
	}
	return yamlnode.Text(docs[0], "kind")
}

// builtins are the kinds that only read their configuration and files in the tree.
var builtins = map[string]bool{
	"AnnotationsTransformer": true, "LabelTransformer": true, "NamespaceTransformer": true, "PrefixTransformer": true, "SuffixTransformer": true,
	"PrefixSuffixTransformer": true, "ReplicaCountTransformer": true, "ImageTagTransformer": true, "PatchTransformer": true, "PatchJson6902Transformer": true,
	"PatchStrategicMergeTransformer": true, "ReplacementTransformer": true, "ValueAddTransformer": true, "SortOrderTransformer": true, "HashTransformer": true,
	"ConfigMapGenerator": true, "SecretGenerator": true,
}

// builtinConfigs returns the documents of a text if all of them configure built-in plugins that fetch nothing, or nil.
func builtinConfigs(data []byte) []*yaml.Node {
	docs, err := documents(data)
	if err != nil {
		return nil
	}
	for _, d := range docs {
		if yamlnode.Text(d, "apiVersion") != "builtin" || !builtins[yamlnode.Text(d, "kind")] || fetches(d, 0) {
			return nil
		}
		meta := yamlnode.Field(d, "metadata")
		if a := yamlnode.Field(meta, "annotations"); yamlnode.Field(a, "config.kubernetes.io/function") != nil || yamlnode.Field(a, "config.k8s.io/function") != nil {
			return nil
		}
	}
	return docs
}

// fetches reports whether a scalar may be an address to fetch.
func fetches(n *yaml.Node, depth int) bool {
	if n = yamlnode.Resolve(n); n == nil || depth > maxDepth {
		return n != nil
	}
	if n.Kind == yaml.ScalarNode {
		return address().MatchString(n.Value)
	}
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			continue
		}
		if n.Kind == yaml.MappingNode && (n.Content[i-1].Value == "imageTag" || n.Content[i-1].Value == "patch" || n.Content[i-1].Value == "literals") {
			continue
		}
		if fetches(c, depth+1) {
			return true
		}
	}
	return false
}

// markTransformer marks the patches and replacements of a built-in transformer.
func (b *builder) markTransformer(k *kustomizationFile, i int, p string) {
	t, abs := b.transformerText(k, p)
	if t == nil {
		return
	}
	docs, err := documents(t.src.Data)
	if err != nil {
		return
	}
	for _, d := range docs {
		b.markConfig(k, t, d)
	}
	switch data, ok := write(docs); {
	case !ok:
	case abs != "":
		b.fs.overlay[abs] = data
	default:
		k.k.Transformers[i] = string(data)
	}
}

// transformerText returns the text of a transformer, and its file if it has one.
func (b *builder) transformerText(k *kustomizationFile, p string) (*text, string) {
	if abs, ok := b.fileOf(k, p); ok {
		t, err := b.load(abs)
		if err != nil {
			return nil, ""
		}
		return t, abs
	}
	for _, n := range yamlnode.Items(yamlnode.Field(k.root, "transformers")) {
		if n = yamlnode.Resolve(n); n != nil && n.Value == p {
			return k.text.inner(n), ""
		}
	}
	return nil, ""
}

func (b *builder) markConfig(k *kustomizationFile, t *text, d *yaml.Node) {
	for _, p := range patchFiles(d) {
		b.markFile(k, p, AsPatch)
	}
	inline := map[string]string{"PatchTransformer": "patch", "PatchJson6902Transformer": "jsonOp", "PatchStrategicMergeTransformer": "patches"}
	kind := yamlnode.Text(d, "kind")
	if kind == "ReplacementTransformer" {
		b.markReplacementConfig(k, d)
	}
	if n := yamlnode.Field(d, inline[kind]); n != nil && n.Kind == yaml.ScalarNode && n.Value != "" {
		if out := b.markText(t.inner(n), k, true); out != nil {
			n.Value, n.Style = string(out), yaml.DoubleQuotedStyle
		}
	}
}

// markReplacementConfig marks the replacements of a transformer.
func (b *builder) markReplacementConfig(k *kustomizationFile, d *yaml.Node) {
	n := yamlnode.Field(d, "replacements")
	if n == nil {
		return
	}
	data, err := marshal(n)
	if err != nil {
		return
	}
	var list []types.ReplacementField
	if kyaml.Unmarshal(data, &list) != nil {
		return
	}
	if data, err = kyaml.Marshal(b.markReplacements(k, list)); err != nil {
		return
	}
	if docs, err := documents(data); err == nil && len(docs) == 1 {
		*n = *docs[0]
	}
}
