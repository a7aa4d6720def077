package model

import (
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
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
	// Shape is what the field takes, and Tier how sure that is: for a pod and a service account a list of mappings, for certain.
	Shape SecretShape
	Tier  Tier
}

// SecretShape is how a field writes the names of pull secrets.
type SecretShape uint8

// The shapes.
const (
	ShapeNames         SecretShape = iota // a list of mappings with the key name, as in a pod
	ShapeStrings                          // a list of strings
	ShapeString                           // a string
	ShapeName                             // a mapping with the key name
	ShapeNameNamespace                    // a mapping with the keys name and namespace
)

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
	DefectNotList    SecretDefectKind = iota // the field is a string or a mapping
	DefectString                             // an item is a string, where a mapping belongs
	DefectNotName                            // an item is a number, a list, or its name is no string
	DefectExtraKey                           // an item has other keys than name
	DefectEmpty                              // an item has no name
	DefectDuplicate                          // a name stands twice
	DefectNotString                          // the field, or an item, is a mapping or a list, where a string belongs
	DefectNotMapping                         // the field is a string or a list, where a mapping belongs
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
	// Tier is Certain where the API drops the field for sure, and Likely where the kind is not known well enough to say so.
	Tier Tier
	// Move is how it gets there; nil where that takes more than moving lines.
	Move *Move
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
	// Draft is the content as its template has it, with stand-ins for what is filled in later; nil where there is a Payload, or no such template.
	// What is wrong in it is wrong whatever is filled in. Its credentials are none to pull with.
	Draft *Payload
}

// ProviderSecret is the Provider of a Secret that stands in the input itself.
const ProviderSecret = "Secret"

// Content is the Payload, or else the Draft; nil where nothing of the content can be read.
func (s *Secret) Content() *Payload {
	if s.Payload == nil {
		return s.Draft
	}
	return s.Payload
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
	// Registries are the places of registries' keys, where the content is plain text and each stands in it once.
	Registries map[string]source.Span
	// Partial says that further keys of registries may be filled in, in a Draft.
	Partial bool
}

// IsRefused reports whether a defect is a value of another type than the field has, so that nothing that holds it is read.
func (d *SecretDefect) IsRefused() bool {
	switch d.Kind {
	case DefectNotList, DefectString, DefectNotName, DefectNotString, DefectNotMapping:
		return true
	default:
		return false
	}
}

// DataError is a Secret that the API server refuses for its data.
type DataError struct {
	Reason string // "is not base64"
	Text   string // the API server's text
	Help   string
	// Undecodable says that the API server cannot even read the Secret, so that it comes to no validation.
	Undecodable bool
	// Want is what the key at the Payload's Span has to be called instead; "" where that is not what is wrong.
	Want string
}

// Error implements error.
func (e *DataError) Error() string { return e.Reason }
