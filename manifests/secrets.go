package manifests

import (
	"fmt"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/resources"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// SecretList is a field that names pull secrets, such as imagePullSecrets of a pod.
type SecretList struct {
	Path    string
	Span    source.Span // the key
	Names   []SecretName
	Defects []SecretDefect
	// Unknown says that the field holds a template's text, so that what it names cannot be told.
	Unknown bool
	// Entries is how many entries the list has, readable or not. One is enough to hide those of the service account.
	Entries int
}

// SecretName is one name in a SecretList.
type SecretName struct {
	Name string
	// Namespace is "" where none is written, as in every pod.
	Namespace string
	Span      source.Span
	Path      string
}

// SecretDefect is something in a SecretList that the API server does not take, or that does not do what it was meant to.
type SecretDefect struct {
	Kind SecretDefectKind
	Span source.Span
	Path string
	Text string // the name or key concerned
	Is   string // what a value of the wrong type is: "string", "number", "boolean", "list", "mapping"
	// Whole is a value of the wrong type as it stands in the file; zero where it cannot be replaced.
	Whole Whole
}

// SecretDefectKind names a SecretDefect.
type SecretDefectKind uint8

// The defects.
const (
	DefectNotList   SecretDefectKind = iota // the field is a string or a mapping
	DefectString                            // an item is a string
	DefectNotName                           // an item is a number, a list, or its name is no string
	DefectExtraKey                          // an item has other keys than name
	DefectEmpty                             // an item has no name
	DefectDuplicate                         // a name stands twice
)

// Misplaced is a field of pull secrets at a level, or under a spelling, where Kubernetes drops it.
type Misplaced struct {
	Key   string
	Path  string
	Span  source.Span
	Names []string
	// List says that it holds a list of names as imagePullSecrets does, so that only the key is wrong.
	List bool
	// Level is what it stands in: "container", "workload spec", "pod template", "metadata", "object", "pod spec".
	Level string
	// Want is the path where it belongs.
	Want string
	// Move is how it gets there; nil where that takes more than moving lines.
	Move *Move
}

// AccountName is the service account that a pod names.
type AccountName struct {
	Name string // "" where none is named
	Span source.Span
	Path string
}

// ServiceAccount is an account of the input.
type ServiceAccount struct {
	*Object
	Secrets *SecretList // nil where it names none
}

// Secret is a Secret of the input, or one that something in the input makes.
type Secret struct {
	*Object
	Name string // that of the Secret, which a provider may name otherwise than itself
	// SecretNamespace is where it is; "" where none is written.
	SecretNamespace string
	// AnyNamespace says that it is made in namespaces which the input does not tell; Namespaces are patterns of them, if there are any.
	AnyNamespace bool
	Namespaces   []string
	Type         string      // "" where it is not known
	TypeSpan     source.Span // of the type; zero where none is written
	// Provider is the kind that makes it: ProviderSecret, "ExternalSecret".
	Provider string
	// Merges says that the provider makes no Secret, and only writes into one that exists already.
	Merges bool
	// Condition says what must hold for the Secret to exist; "" where nothing special must.
	Condition string
	// Hashed says that kustomize adds a hash to the name.
	Hashed bool
	// Sealed says that the content cannot be read here: it is encrypted, a template, or made elsewhere.
	Sealed bool
	// Filled says that something fills in the content later, so that what is written is a stand-in.
	Filled bool

	Keys    []SecretKey
	Payload *Payload // what a pull would use; nil for a Secret that is no pull secret, or whose content cannot be read
}

// ProviderSecret is the Provider of a Secret that stands in the input itself.
const ProviderSecret = "Secret"

// SecretKey is one key of a Secret's data.
type SecretKey struct {
	Name string
	Span source.Span
}

// secretList reads a field of pull secrets of the shape that pods have: a list of {name}.
func (x *extractor) secretList(m *yaml.Node, path, name string) *SecretList {
	key, val := get(m, name)
	if key == nil || isNull(val) {
		return nil
	}
	n := resolve(val)
	l := &SecretList{Path: join(path, name), Span: x.span(key)}
	if isTemplateFlow(n) || n.Kind == yaml.ScalarNode && isTemplateText(n.Value) {
		l.Unknown, l.Entries = true, 1
		return l
	}
	if n.Kind != yaml.SequenceNode {
		x.mistyped(l, DefectNotList, n, l.Path)
		return l
	}
	l.Entries = len(n.Content)
	seen := make(map[string]bool, len(n.Content))
	for i, item := range n.Content {
		x.secretItem(l, resolve(item), fmt.Sprintf("%s[%d]", l.Path, i), seen)
	}
	l.Names = slices.Clone(l.Names) // without room for more, since there may be thousands of lists
	return l
}

func (l *SecretList) defect(kind SecretDefectKind, span source.Span, path, text string) {
	l.Defects = append(l.Defects, SecretDefect{Kind: kind, Span: span, Path: path, Text: strings.Clone(text)})
}

// mistyped records a value of the wrong type.
func (x *extractor) mistyped(l *SecretList, kind SecretDefectKind, n *yaml.Node, path string) {
	d := SecretDefect{Kind: kind, Span: x.span(n), Path: path, Text: strings.Clone(n.Value), Is: kindName(n)}
	if d.Is == "string" || d.Is == "mapping" {
		d.Whole = x.wholeOf(n)
	}
	l.Defects = append(l.Defects, d)
}

// secretItem reads one item of a list in which the seen names stood already.
func (x *extractor) secretItem(l *SecretList, item *yaml.Node, path string, seen map[string]bool) {
	switch {
	case item == nil || isNull(item):
		span := l.Span
		if item != nil {
			span = x.span(item)
		}
		l.defect(DefectEmpty, span, path, "")
		return
	case isTemplateFlow(item):
		l.Unknown = true
		return
	case item.Kind == yaml.ScalarNode && scalarType(item) == "string":
		if isTemplateText(item.Value) {
			l.Unknown = true
			return
		}
		x.mistyped(l, DefectString, item, path)
		return
	case item.Kind != yaml.MappingNode:
		x.mistyped(l, DefectNotName, item, path)
		return
	}
	for k := range entries(item) {
		if k.Value != "name" {
			l.defect(DefectExtraKey, x.span(k), join(path, k.Value), k.Value)
		}
	}
	v := child(item, "name")
	switch {
	case isNull(v) || v.Kind == yaml.ScalarNode && v.Value == "":
		span := x.span(item)
		if v != nil && !isNull(v) {
			span = x.span(v)
		}
		l.defect(DefectEmpty, span, path, "")
	case isTemplateFlow(v), v.Kind == yaml.ScalarNode && isTemplateText(v.Value):
		l.Unknown = true
	case v.Kind != yaml.ScalarNode || scalarType(v) != "string":
		x.mistyped(l, DefectNotName, v, join(path, "name"))
	default:
		if seen[v.Value] {
			l.defect(DefectDuplicate, x.span(v), join(path, "name"), v.Value)
			return
		}
		seen[v.Value] = true
		l.Names = append(l.Names, SecretName{Name: keep(v.Value), Span: x.span(v), Path: keep(join(path, "name"))})
	}
}

// isTemplateText reports whether a value is text that a tool replaces before the cluster sees it.
func isTemplateText(s string) bool {
	return strings.Contains(s, "{{") || strings.Contains(s, "${") || strings.Contains(s, "$(") || strings.HasPrefix(s, "ENC[") ||
		strings.HasPrefix(s, "<path:") || strings.HasPrefix(s, "ref+") || strings.HasPrefix(s, "vault:") || strings.HasPrefix(s, "$") && !strings.ContainsAny(s, " \n")
}

// resourceSecrets reads the pull secrets of a custom resource, in the shapes that the table names.
func (x *extractor) resourceSecrets(n *yaml.Node, k *resources.Kind) {
	for _, p := range k.PullSecrets {
		for _, f := range follow(n, p.Path, "") {
			if l := x.shaped(f, p.Shape); l != nil && (l.Unknown || len(l.Names)+len(l.Defects) > 0) {
				x.w.Secrets = append(x.w.Secrets, l)
			}
		}
	}
}

func (x *extractor) shaped(f found, shape resources.Shape) *SecretList {
	n := resolve(f.val)
	if n == nil || isNull(n) || f.key == nil {
		return nil
	}
	l := &SecretList{Path: f.path, Span: x.span(f.key), Entries: 1}
	add := func(v *yaml.Node, namespace, path string) {
		if v = resolve(v); v == nil || v.Kind != yaml.ScalarNode || v.Value == "" || isNull(v) {
			return
		}
		if isTemplateText(v.Value) || isTemplateText(namespace) {
			l.Unknown = true
			return
		}
		l.Names = append(l.Names, SecretName{Name: strings.Clone(v.Value), Namespace: namespace, Span: x.span(v), Path: path})
	}
	switch {
	case shape == resources.ListOfStrings && n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			add(item, "", fmt.Sprintf("%s[%d]", f.path, i))
		}
	case shape == resources.ListOfNames && n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			add(child(item, "name"), "", fmt.Sprintf("%s[%d].name", f.path, i))
		}
	case shape == resources.String:
		add(n, "", f.path)
	case shape == resources.Name:
		add(child(n, "name"), "", join(f.path, "name"))
	case shape == resources.NameNamespace:
		add(child(n, "name"), strAt(n, "namespace"), join(f.path, "name"))
	}
	return l
}

// account reads the service account of a pod spec: serviceAccountName, or else its deprecated alias. ok is false where a template's text stands
// there, so that it cannot be told.
func (x *extractor) account(spec *yaml.Node, path string) (a AccountName, ok bool) {
	a.Path = keep(join(path, "serviceAccountName"))
	for _, name := range []string{"serviceAccountName", "serviceAccount"} {
		v := child(spec, name)
		switch {
		case v == nil:
		case isTemplateFlow(v), v.Kind == yaml.ScalarNode && isTemplateText(v.Value):
			return a, false
		case str(v) != "":
			return AccountName{Name: str(v), Span: x.span(v), Path: keep(join(path, name))}, true
		}
	}
	return a, true
}

// isPullSecretsKey reports whether a key is imagePullSecrets, or a spelling of it that Kubernetes does not know.
func isPullSecretsKey(key string) bool {
	switch strings.ToLower(key) {
	case "imagepullsecrets", "imagepullsecret", "imagespullsecrets", "imagespullsecret", "imagepullsecretes":
		return true
	}
	return false
}

// misplaced records a field of pull secrets in a mapping that takes none, or one that is spelt otherwise.
func (x *extractor) misplaced(m *yaml.Node, path, level, want string, takes bool) {
	for k, v := range entries(m) {
		if !isPullSecretsKey(k.Value) || takes && k.Value == "imagePullSecrets" {
			continue
		}
		mp := Misplaced{Key: k.Value, Path: join(path, k.Value), Span: x.span(k), Level: level, Want: want}
		if !takes {
			mp.Move = x.move(m, k, v)
		}
		if n := resolve(v); n != nil && n.Kind == yaml.SequenceNode {
			mp.List = len(n.Content) > 0
			for _, item := range n.Content {
				if name := strAt(item, "name"); name != "" {
					mp.Names = append(mp.Names, name)
					continue
				}
				mp.List = false
				if s := str(item); s != "" {
					mp.Names = append(mp.Names, s)
				}
			}
		} else if s := str(n); s != "" {
			mp.Names = append(mp.Names, s)
		} else if s := strAt(n, "name"); s != "" {
			mp.Names = append(mp.Names, s)
		}
		x.w.Misplaced = append(x.w.Misplaced, mp)
	}
}

// serviceAccount reads a ServiceAccount.
func (x *extractor) serviceAccount(n *yaml.Node) {
	x.duplicate(n, "", "imagePullSecrets")
	a := &ServiceAccount{Object: x.obj, Secrets: x.secretList(n, "", "imagePullSecrets")}
	if held := child(n, "secrets"); held != nil && held.Kind == yaml.SequenceNode {
		for _, item := range held.Content {
			x.mounts(strAt(item, "name"))
		}
	}
	x.misplaced(n, "", "object", "imagePullSecrets", true)
	x.misplaced(child(n, "metadata"), "metadata", "metadata", "imagePullSecrets", false)
	x.misplaced(child(n, "spec"), "spec", "spec of a ServiceAccount", "imagePullSecrets", false)
	x.out.Accounts = append(x.out.Accounts, a)
}

// mounts records the name of a Secret that is used otherwise than for pulls.
func (x *extractor) mounts(name string) {
	if name != "" {
		mark(&x.out.Mounted, name)
	}
}
