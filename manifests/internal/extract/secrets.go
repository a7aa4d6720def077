package extract

import (
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/internal/near"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// secretList reads a field of pull secrets in the format of pods: a list of {name}.
func (x scope) secretList(m *yaml.Node, path, name string) *model.PullSecretList {
	key, val := tree.Get(m, name)
	if key == nil || tree.IsNull(val) {
		return nil
	}
	n := tree.Resolve(val)
	l := &model.PullSecretList{Path: tree.Join(path, name), Span: x.span(key)}
	if tree.IsTemplateFlow(n) || n.Kind == yaml.ScalarNode && isTemplateText(n.Value) {
		l.Unknown, l.Entries = true, 1
		return l
	}
	if n.Kind != yaml.SequenceNode {
		x.mistyped(l, model.DefectNotList, n, l.Path)
		return l
	}
	l.Entries = len(n.Content)
	seen := make(map[string]bool, len(n.Content))
	l.Names = make([]model.PullSecretName, 0, min(len(n.Content), 1024))
	for i, item := range n.Content {
		x.secretItem(l, tree.Resolve(item), tree.Item(l.Path, i, item).Path, seen)
	}
	switch len(l.Names) { // trim the capacity, since there may be thousands of lists
	case 0:
		l.Names = nil
	case cap(l.Names):
	default:
		l.Names = slices.Clone(l.Names)
	}
	return l
}

func defect(l *model.PullSecretList, kind model.PullSecretDefectKind, span source.Span, path, text string) {
	l.Defects = append(l.Defects, model.PullSecretDefect{Kind: kind, Span: span, Path: path, Text: strings.Clone(text)})
}

// mistyped records a value of the wrong type.
func (x scope) mistyped(l *model.PullSecretList, kind model.PullSecretDefectKind, n *yaml.Node, path string) {
	d := model.PullSecretDefect{Kind: kind, Span: x.span(n), Path: path, Text: strings.Clone(n.Value), ValueType: tree.KindName(n)}
	if d.ValueType == "string" || d.ValueType == "mapping" {
		d.Value = x.replaceable(n)
	}
	l.Defects = append(l.Defects, d)
}

// secretItem reads one item of a list. seen contains the names of earlier items.
func (x scope) secretItem(l *model.PullSecretList, item *yaml.Node, path string, seen map[string]bool) {
	switch {
	case item == nil || tree.IsNull(item):
		span := l.Span
		if item != nil {
			span = x.span(item)
		}
		defect(l, model.DefectEmpty, span, path, "")
		return
	case tree.IsTemplateFlow(item):
		l.Unknown = true
		return
	case item.Kind == yaml.ScalarNode && tree.ScalarType(item) == "string":
		if isTemplateText(item.Value) {
			l.Unknown = true
			return
		}
		x.mistyped(l, model.DefectString, item, path)
		return
	case item.Kind != yaml.MappingNode:
		x.mistyped(l, model.DefectNotName, item, path)
		return
	}
	for k := range tree.Entries(item) {
		if k.Value != "name" {
			defect(l, model.DefectExtraKey, x.span(k), tree.Join(path, k.Value), k.Value)
		}
	}
	v := tree.Child(item, "name")
	switch {
	case tree.IsNull(v) || v.Kind == yaml.ScalarNode && v.Value == "":
		span := x.span(item)
		if v != nil && !tree.IsNull(v) {
			span = x.span(v)
		}
		defect(l, model.DefectEmpty, span, path, "")
	case tree.IsTemplateFlow(v), v.Kind == yaml.ScalarNode && isTemplateText(v.Value):
		l.Unknown = true
	case v.Kind != yaml.ScalarNode || tree.ScalarType(v) != "string":
		x.mistyped(l, model.DefectNotName, v, tree.Join(path, "name"))
	default:
		if seen[v.Value] {
			defect(l, model.DefectDuplicate, x.span(v), tree.Join(path, "name"), v.Value)
			return
		}
		seen[v.Value] = true
		l.Names = append(l.Names, model.PullSecretName{Name: x.intern(v.Value), Span: x.span(v).AsName(), Path: x.intern(tree.Join(path, "name"))})
	}
}

// isTemplateText reports whether a value is text that a tool replaces before the cluster sees it.
func isTemplateText(s string) bool {
	return strings.Contains(s, "{{") || strings.Contains(s, "${") || strings.Contains(s, "$(") || strings.HasPrefix(s, "ENC[") ||
		strings.HasPrefix(s, "<path:") || strings.HasPrefix(s, "ref+") || strings.HasPrefix(s, "vault:") || strings.HasPrefix(s, "$") && !strings.ContainsAny(s, " \n")
}

// account reads the service account of a pod spec: serviceAccountName, or its deprecated alias. ok is false if the
// value is template text and so unknown.
func (x scope) account(spec *yaml.Node, path string) (a model.ServiceAccountName, ok bool) {
	for _, name := range []string{"serviceAccountName", "serviceAccount"} {
		v := tree.Child(spec, name)
		switch {
		case v == nil:
		case tree.IsTemplateFlow(v), v.Kind == yaml.ScalarNode && isTemplateText(v.Value):
			return a, false
		case tree.Look(v) != "":
			return model.ServiceAccountName{Name: x.intern(tree.Look(v)), At: &model.FieldSpan{Span: x.span(v), Path: x.intern(tree.Join(path, name))}}, true
		}
	}
	return a, true
}

// isPullSecretsKey reports whether a key is imagePullSecrets, or a misspelling of it that
// Kubernetes does not know.
func isPullSecretsKey(key string) bool {
	if len(key) < len("imagepullsecret") || key[0]|0x20 != 'i' { // like nearly all keys
		return false
	}
	switch strings.ToLower(key) {
	case "imagepullsecrets", "imagepullsecret", "imagespullsecrets", "imagespullsecret", "imagepullsecretes":
		return true
	}
	return false
}

// isNearPullSecretsKey is isPullSecretsKey with any misspelling of up to two typos that keeps the first letter, or drops
// it, for kinds whose fields are all known.
func isNearPullSecretsKey(key string) bool {
	const field = "imagepullsecrets"
	if len(key) < len(field)-2 || len(key) > len(field)+2 || key[0]|0x20 != 'i' && key[0]|0x20 != 'm' || key == "imagePullPolicy" { // like nearly all keys
		return isPullSecretsKey(key)
	}
	return isPullSecretsKey(key) || near.Distance(strings.ToLower(key), field, 2) <= 2
}

// mayMisplace reports whether a mapping may have a field of pull secrets, directly or merged. Nearly all mappings have
// none, and this check is faster than resolving their keys.
func mayMisplace(m *yaml.Node, isKey func(string) bool) bool {
	if m = tree.Resolve(m); m == nil || m.Kind != yaml.MappingNode {
		return false
	}
	for i := 0; i < len(m.Content); i += 2 {
		if k := m.Content[i]; k.Kind != yaml.ScalarNode || tree.IsMerge(k) || isKey(k.Value) {
			return true
		}
	}
	return false
}

// misplaced records a field of pull secrets, as recognized by isKey, in a mapping that has no such field, or a misspelled
// one.
func (x scope) misplaced(m *yaml.Node, path, level, want string, takes bool, isKey func(string) bool) {
	if !mayMisplace(m, isKey) {
		return
	}
	for k, v := range tree.Entries(m) {
		if !isKey(k.Value) || takes && k.Value == "imagePullSecrets" {
			continue
		}
		mp := model.MisplacedPullSecrets{Key: k.Value, Path: tree.Join(path, k.Value), Span: x.span(k), Level: level, WantPath: want}
		if !takes {
			mp.Move = x.move(m, k, v)
		}
		if n := tree.Resolve(v); n != nil && n.Kind == yaml.SequenceNode {
			mp.IsList = len(n.Content) > 0
			for _, item := range n.Content {
				if name := tree.StrAt(item, "name"); name != "" {
					mp.Names = append(mp.Names, name)
					continue
				}
				mp.IsList = false
				if s := tree.Str(item); s != "" {
					mp.Names = append(mp.Names, s)
				}
			}
		} else if s := tree.Str(n); s != "" {
			mp.Names = append(mp.Names, s)
		} else if s := tree.StrAt(n, "name"); s != "" {
			mp.Names = append(mp.Names, s)
		}
		x.w.Misplaced = append(x.w.Misplaced, mp)
	}
}

// serviceAccount reads a ServiceAccount.
func (x scope) serviceAccount(n *yaml.Node) {
	x.duplicate(n, "", "imagePullSecrets")
	a := &model.ServiceAccount{Object: x.obj, ImagePullSecrets: x.secretList(n, "", "imagePullSecrets")}
	if secrets := tree.Child(n, "secrets"); secrets != nil && secrets.Kind == yaml.SequenceNode {
		for i, item := range secrets.Content {
			item = tree.Resolve(item)
			if name := tree.StrAt(item, "name"); name != "" && !isTemplateText(name) {
				path := tree.Join(tree.Item("secrets", i, item).Path, "name")
				a.Secrets = append(a.Secrets, model.PullSecretName{Name: x.intern(name), Span: x.span(tree.Child(item, "name")), Path: x.intern(path)})
			}
		}
	}
	x.misplaced(n, "", "object", "imagePullSecrets", true, isNearPullSecretsKey)
	x.misplaced(tree.Child(n, "metadata"), "metadata", "metadata", "imagePullSecrets", false, isNearPullSecretsKey)
	x.misplaced(tree.Child(n, "spec"), "spec", "spec of a ServiceAccount", "imagePullSecrets", false, isNearPullSecretsKey)
	x.found.ServiceAccounts = append(x.found.ServiceAccounts, a)
}

// mounts records the name of a Secret that is used for something other than pulls.
func (x scope) mounts(name string) {
	if name != "" && !x.found.MountedSecrets[name] {
		mark(&x.found.MountedSecrets, strings.Clone(name))
	}
}
