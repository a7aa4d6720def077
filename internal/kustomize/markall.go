package kustomize

import (
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	kyaml "sigs.k8s.io/yaml"

	"github.com/imagelint-dev/imagelint/internal/yamlnode"
)

// markAll marks the files and the inline texts of a kustomization.
func (b *builder) markAll(k *kustomizationFile) {
	y := &k.k
	for _, list := range [][]string{y.Resources, y.Generators} {
		for _, p := range list {
			b.markFile(k, p, AsResource)
		}
	}
	for i := range y.Patches {
		b.markPatch(k, &y.Patches[i], "patches", i)
	}
	for i := range y.PatchesJson6902 {
		b.markPatch(k, &y.PatchesJson6902[i], "patchesJson6902", i)
	}
	for i, p := range y.PatchesStrategicMerge {
		if _, ok := b.fileOf(k, string(p)); ok {
			b.markFile(k, string(p), AsPatch)
		} else if n := yamlnode.Item(yamlnode.Field(k.root, "patchesStrategicMerge"), i); n != nil && n.Value == string(p) {
			if out := b.markText(k.text.inner(n), k, true); out != nil {
				y.PatchesStrategicMerge[i] = types.PatchStrategicMerge(out)
			}
		}
	}
	for i, t := range y.Transformers {
		b.markTransformer(k, i, t)
	}
	y.Replacements = b.markReplacements(k, y.Replacements)
	b.markGenerators(k)
}

// fileOf returns the file that a path leads to. It returns false if there is none.
func (b *builder) fileOf(k *kustomizationFile, p string) (string, bool) {
	if strings.Contains(p, "\n") {
		return "", false
	}
	abs, info, err := b.fs.stat(filepath.Join(k.dir, filepath.FromSlash(p)))
	return abs, err == nil && info.Mode().IsRegular()
}

// markFile replaces a file with a marked copy for kustomize.
func (b *builder) markFile(k *kustomizationFile, p string, r Role) {
	abs, ok := b.fileOf(k, p)
	if !ok || b.fs.overlay[abs] != nil {
		return
	}
	t, err := b.load(abs)
	if err != nil {
		return
	}
	if r == AsResource {
		b.resources = append(b.resources, t)
	}
	if out := b.markText(t, k, r == AsPatch); out != nil {
		b.fs.overlay[abs] = out
	}
}

func (b *builder) markPatch(k *kustomizationFile, p *types.Patch, key string, i int) {
	if p.Path != "" {
		b.markFile(k, p.Path, AsPatch)
		return
	}
	n := yamlnode.Field(yamlnode.Item(yamlnode.Field(k.root, key), i), "patch")
	if n == nil || n.Value != p.Patch {
		return
	}
	if out := b.markText(k.text.inner(n), k, true); out != nil {
		p.Patch = string(out)
	}
}

// markGenerators marks the output of generators.
func (b *builder) markGenerators(k *kustomizationFile) {
	one := func(key string, i int, args *types.GeneratorArgs) {
		n := yamlnode.Item(yamlnode.Field(k.root, key), i)
		at := Span{File: k.text.index}
		if name := yamlnode.Field(n, "name"); name != nil {
			at = k.text.span(name)
		}
		typ := at
		if t := yamlnode.Field(n, "type"); t != nil {
			typ = k.text.span(t)
		}
		o := types.GeneratorOptions{}
		if args.Options != nil {
			o = *args.Options
		}
		with := types.CopyMap(o.Annotations)
		with[annotation] = b.mark(mark{at: at, kust: k, generator: key, typ: typ, namespace: args.Namespace, text: args.Name, inputs: b.inputsOf(k, key, args)})
		o.Annotations = with
		args.Options = &o
		for _, literal := range args.LiteralSources { // KEY=VALUE
			_, value, _ := strings.Cut(literal, "=")
			b.originals = append(b.originals, original{field{}, strings.Trim(value, `"'`)})
		}
	}
	for i := range k.k.ConfigMapGenerator {
		one("configMapGenerator", i, &k.k.ConfigMapGenerator[i].GeneratorArgs)
	}
	for i := range k.k.SecretGenerator {
		one("secretGenerator", i, &k.k.SecretGenerator[i].GeneratorArgs)
	}
}

// inputsOf returns the files of a configMapGenerator. Those of a secretGenerator are secret.
func (b *builder) inputsOf(k *kustomizationFile, key string, args *types.GeneratorArgs) []Input {
	if key != "configMapGenerator" {
		return nil
	}
	var out []Input
	for _, f := range args.FileSources { // KEY=PATH, or only a path
		name, p, ok := strings.Cut(f, "=")
		if !ok {
			name, p = path.Base(f), f
		}
		if abs, info, err := b.fs.stat(filepath.Join(k.dir, filepath.FromSlash(p))); err == nil && info.Mode().IsRegular() {
			out = append(out, Input{Key: name, File: len(b.res.Files)})
			b.res.Files = append(b.res.Files, abs)
		}
	}
	return out
}

// markReplacements adds a second replacement to each one, which writes a mark next to each value
// that the first one writes.
func (b *builder) markReplacements(k *kustomizationFile, list []types.ReplacementField) []types.ReplacementField {
	var out []types.ReplacementField
	for _, r := range list {
		all := []types.Replacement{r.Replacement}
		if r.Path != "" {
			if all = b.replacementFile(k, r.Path); all == nil {
				out = append(out, r)
				continue
			}
		}
		for i := range all {
			if m, ok := b.markTwin(k, &all[i]); ok {
				out = append(out, types.ReplacementField{Replacement: m})
			}
			out = append(out, types.ReplacementField{Replacement: all[i]})
		}
	}
	return out
}

// replacementFile reads a file of replacements. It returns nil for errors that kustomize reports.
func (b *builder) replacementFile(k *kustomizationFile, p string) []types.Replacement {
	abs, ok := b.fileOf(k, p)
	if !ok {
		return nil
	}
	t, err := b.load(abs)
	if err != nil {
		return nil
	}
	var list []types.Replacement
	if kyaml.Unmarshal(t.src.Data, &list) == nil {
		return list
	}
	var one types.Replacement
	if kyaml.Unmarshal(t.src.Data, &one) == nil {
		return []types.Replacement{one}
	}
	return nil
}

// markTwin returns the replacement that writes the mark for another one.
func (b *builder) markTwin(k *kustomizationFile, r *types.Replacement) (types.Replacement, bool) {
	number := b.mark(mark{kust: k, replacement: r})
	m := types.Replacement{SourceValue: &number}
	for _, t := range r.Targets {
		if t == nil {
			continue
		}
		to := types.TargetSelector{Select: t.Select, Reject: t.Reject}
		for _, p := range t.FieldPaths {
			segments := strings.Split(p, ".")
			end := segments[len(segments)-1]
			b.replaced = append(b.replaced, fieldOf(strings.ReplaceAll(p, ".", "/")))
			if _, err := strconv.Atoi(end); err == nil || end == "" || strings.ContainsAny(end, "*[]-") ||
				slices.ContainsFunc(segments, func(s string) bool { return plainMaps[s] || s == "metadata" }) {
				continue
			}
			to.FieldPaths = append(to.FieldPaths, p+suffix)
		}
		if len(to.FieldPaths) > 0 {
			if t.Options != nil && t.Options.Create {
				to.Options = &types.FieldOptions{Create: true}
			}
			m.Targets = append(m.Targets, &to)
		}
	}
	return m, len(m.Targets) > 0
}
