package manifests

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
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
	// Level is what it stands in: "container", "workload spec", "pod template", "metadata", "object", "pod spec".
	Level string
	// Want is the path where it belongs.
	Want string
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
	// Provider is the kind that makes it: "Secret", "ExternalSecret".
	Provider string
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

// SecretKey is one key of a Secret's data.
type SecretKey struct {
	Name string
	Span source.Span
}

// Payload is the docker config of a Secret. Passwords are behind functions of Config and cannot be printed.
type Payload struct {
	Config pullsecret.Config
	// Err says why it cannot be used: a *pullsecret.Malformed or a *DataError.
	Err  error
	Span source.Span // the key under data or stringData; the Secret's name where the key is missing
}

// DataError is a Secret that the API server refuses for its data.
type DataError struct {
	Reason string // "is not base64"
	Text   string // the API server's text
	Help   string
}

// Error implements error.
func (e *DataError) Error() string { return e.Reason }

// maxSecret is the most bytes that the data of a Secret may have (MaxSecretSize in pkg/apis/core/types.go).
const maxSecret = 1 << 20

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
		l.defect(DefectNotList, x.span(n), l.Path, n.Value)
		return l
	}
	l.Entries = len(n.Content)
	for i, item := range n.Content {
		x.secretItem(l, resolve(item), fmt.Sprintf("%s[%d]", l.Path, i))
	}
	return l
}

func (l *SecretList) defect(kind SecretDefectKind, span source.Span, path, text string) {
	l.Defects = append(l.Defects, SecretDefect{kind, span, path, text})
}

func (x *extractor) secretItem(l *SecretList, item *yaml.Node, path string) {
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
		l.defect(DefectString, x.span(item), path, item.Value)
		return
	case item.Kind != yaml.MappingNode:
		l.defect(DefectNotName, x.span(item), path, item.Value)
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
		l.defect(DefectNotName, x.span(v), join(path, "name"), v.Value)
	default:
		for _, other := range l.Names {
			if other.Name == v.Value {
				l.defect(DefectDuplicate, x.span(v), join(path, "name"), v.Value)
				return
			}
		}
		l.Names = append(l.Names, SecretName{Name: v.Value, Span: x.span(v), Path: join(path, "name")})
	}
}

// isTemplateText reports whether a value is text that a tool replaces before the cluster sees it.
func isTemplateText(s string) bool {
	return strings.Contains(s, "{{") || strings.Contains(s, "${") || strings.Contains(s, "$(") || strings.HasPrefix(s, "ENC[") ||
		strings.HasPrefix(s, "<path:") || strings.HasPrefix(s, "ref+") || strings.HasPrefix(s, "$") && !strings.ContainsAny(s, " \n")
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
		if v = resolve(v); v == nil || v.Kind != yaml.ScalarNode || v.Value == "" {
			return
		}
		if isTemplateText(v.Value) {
			l.Unknown = true
			return
		}
		l.Names = append(l.Names, SecretName{Name: v.Value, Namespace: namespace, Span: x.span(v), Path: path})
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

// account reads the service account of a pod spec: serviceAccountName, or its deprecated alias.
func (x *extractor) account(spec *yaml.Node, path string) AccountName {
	for _, name := range []string{"serviceAccountName", "serviceAccount"} {
		if v := child(spec, name); v != nil && str(v) != "" && !isTemplateText(v.Value) {
			return AccountName{Name: v.Value, Span: x.span(v), Path: join(path, name)}
		}
	}
	return AccountName{Path: join(path, "serviceAccountName")}
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
		if n := resolve(v); n != nil && n.Kind == yaml.SequenceNode {
			for _, item := range n.Content {
				if name := strAt(item, "name"); name != "" {
					mp.Names = append(mp.Names, name)
				} else if s := str(item); s != "" {
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
	x.misplaced(n, "", "object", "imagePullSecrets", true)
	x.misplaced(child(n, "metadata"), "metadata", "metadata", "imagePullSecrets", false)
	x.misplaced(child(n, "spec"), "spec", "spec of a ServiceAccount", "imagePullSecrets", false)
	x.out.accounts = append(x.out.accounts, a)
}

// secret reads a Secret.
func (x *extractor) secret(n *yaml.Node) {
	s := &Secret{Object: x.obj, Name: x.obj.Name, SecretNamespace: x.obj.Namespace, Provider: "Secret", Type: "Opaque"}
	if t := child(n, "type"); t != nil && str(t) != "" {
		s.Type, s.TypeSpan = t.Value, x.span(t)
	}
	x.duplicate(n, "", "type")
	s.Sealed = child(n, "sops") != nil
	for key := range s.Annotations {
		switch {
		case strings.HasPrefix(key, "replicator.v1.mittwald.de/replicate-from"), key == "reflector.v1.k8s.emberstack.com/reflects",
			key == "secretgen.carvel.dev/image-pull-secret":
			s.Filled = true
		}
	}
	for _, field := range []string{"data", "stringData"} {
		for k := range entries(child(n, field)) {
			s.Keys = append(s.Keys, SecretKey{k.Value, x.span(k)})
		}
	}
	if s.Name == "" || isTemplateText(s.Name) {
		return
	}
	x.payload(s, n)
	s.spread()
	x.out.secrets = append(x.out.secrets, s)
}

// spread reads the annotations by which controllers copy a Secret into other namespaces.
func (s *Secret) spread() {
	const reflector, replicator = "reflector.v1.k8s.emberstack.com/", "replicator.v1.mittwald.de/"
	var to []string
	for _, key := range []string{replicator + "replicate-to", reflector + "reflection-auto-namespaces"} {
		for part := range strings.SplitSeq(s.Annotations[key], ",") {
			if part = strings.TrimSpace(part); part != "" {
				to = append(to, part)
			}
		}
	}
	if to == nil && s.Annotations[reflector+"reflection-auto-enabled"] != "true" && s.Annotations[replicator+"replicate-to-matching"] == "" {
		if _, ok := s.Annotations["kubed.appscode.com/sync"]; !ok {
			return
		}
	}
	s.AnyNamespace, s.Namespaces = true, to
}

// payload reads the docker config of a Secret whose type promises one.
func (x *extractor) payload(s *Secret, n *yaml.Node) {
	kind, ok := pullsecret.KindOf(s.Type)
	if !ok || s.Sealed || s.Filled {
		return
	}
	p := &Payload{Span: s.Span}
	s.Payload = p
	text, encoded := "", false
	key, val := get(child(n, "stringData"), kind.DataKey())
	if key == nil {
		key, val = get(child(n, "data"), kind.DataKey())
		encoded = true
	}
	if key == nil {
		p.Err = &DataError{Reason: fmt.Sprintf("has no key %q", kind.DataKey()), Text: fmt.Sprintf("data[%s]: Required value", kind.DataKey()),
			Help: fmt.Sprintf("put the docker config under the key %q", kind.DataKey())}
		if len(s.Keys) > 0 {
			p.Span = s.Keys[0].Span
		}
		return
	}
	x.duplicate(child(n, "data"), "data", kind.DataKey())
	p.Span = x.span(key)
	v := resolve(val)
	switch {
	case v != nil && isTemplateFlow(v):
		s.Sealed, s.Payload = true, nil
		return
	case v == nil || isNull(v):
	case v.Kind != yaml.ScalarNode || scalarType(v) != "string":
		p.Err = &DataError{Reason: fmt.Sprintf("holds a %s, not a string", kindName(v)),
			Text: fmt.Sprintf("json: cannot unmarshal %s into Go struct field Secret of type string", kindName(v)), Help: "write the JSON as one string"}
		return
	case isTemplateText(v.Value):
		s.Sealed, s.Payload = true, nil
		return
	default:
		text = v.Value
	}
	data := []byte(text)
	if encoded {
		var err error
		if data, err = base64.StdEncoding.DecodeString(text); err != nil {
			p.Err = badBase64(text, err)
			return
		}
	}
	if len(data) > maxSecret {
		p.Err = &DataError{Reason: "is larger than 1 MiB", Text: "data: Too long: may not be more than 1048576 bytes", Help: "keep only the registries that are needed"}
		return
	}
	p.Config, p.Err = pullsecret.Parse(kind, data)
}

// badBase64 words what the API server says of data that is not base64, and guesses why.
func badBase64(text string, err error) *DataError {
	e := &DataError{Reason: "is not base64", Help: "encode the JSON with base64, or put it under stringData as it is",
		Text: fmt.Sprintf("Secret in version \"v1\" cannot be handled as a Secret: %v", err)}
	var corrupt base64.CorruptInputError
	if errors.As(err, &corrupt) {
		e.Text = fmt.Sprintf("Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data at input byte %d", int64(corrupt))
	}
	if bytes.HasPrefix(bytes.TrimSpace([]byte(text)), []byte("{")) {
		e.Reason, e.Help = "is JSON, where data wants base64", "put it under stringData instead of data, or encode it with base64"
	}
	return e
}
