package model

import (
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// PullSecretList is a field that names pull secrets, such as imagePullSecrets of a pod.
type PullSecretList struct {
	Path    string
	Span    source.Span // the key
	Names   []PullSecretName
	Defects []PullSecretDefect
	// Unknown is true if the field holds a template's text, so that what it names cannot be told.
	Unknown bool
	// Entries is how many entries the list has, readable or not. One is enough to hide those of the service account.
	Entries int
	// Shape is what the field takes, and Confidence how sure that is: for a pod and a service account a list of mappings, for certain.
	Shape      PullSecretShape
	Confidence Confidence
}

// PullSecretShape is how a field writes the names of pull secrets.
type PullSecretShape uint8

// The shapes.
const (
	ShapeNames         PullSecretShape = iota // a list of mappings with the key name, as in a pod
	ShapeStrings                              // a list of strings
	ShapeString                               // a string
	ShapeName                                 // a mapping with the key name
	ShapeNameNamespace                        // a mapping with the keys name and namespace
)

// PullSecretName is one name in a PullSecretList.
type PullSecretName struct {
	Name string
	// Namespace is "" where none is written, as in every pod.
	Namespace string
	Span      source.Span
	Path      string
}

// PullSecretDefect is something in a PullSecretList that the API server does not take, or that does not do what it was meant to.
type PullSecretDefect struct {
	Kind      PullSecretDefectKind
	Span      source.Span
	Path      string
	Text      string // the name or key concerned
	ValueType string // what a value of the wrong type is: "string", "number", "boolean", "list", "mapping"
	// Value is a value of the wrong type as it is in the file; zero where it cannot be replaced.
	Value YAMLValue
}

// PullSecretDefectKind names a PullSecretDefect.
type PullSecretDefectKind uint8

// The defects.
const (
	DefectNotList    PullSecretDefectKind = iota // the field is a string or a mapping
	DefectString                                 // an item is a string, where a mapping belongs
	DefectNotName                                // an item is a number, a list, or its name is no string
	DefectExtraKey                               // an item has other keys than name
	DefectEmpty                                  // an item has no name
	DefectDuplicate                              // a name is twice
	DefectNotString                              // the field, or an item, is a mapping or a list, where a string belongs
	DefectNotMapping                             // the field is a string or a list, where a mapping belongs
)

// MisplacedPullSecrets is a field of pull secrets at a level, or under a spelling, where Kubernetes drops it.
type MisplacedPullSecrets struct {
	Key   string
	Path  string
	Span  source.Span
	Names []string
	// IsList is true if it holds a list of names as imagePullSecrets does, so that only the key is wrong.
	IsList bool
	// Level is what it is in: "container", "workload spec", "pod template", "metadata", "object", "pod spec".
	Level string
	// WantPath is the path where it belongs.
	WantPath string
	// Confidence is Certain where the API drops the field for sure, and Likely where the kind is not known well enough to say so.
	Confidence Confidence
	// Move is how it gets there; nil where that takes more than moving lines.
	Move *FieldMove
}

// Secret is a Secret of the input, or one that a secret source in the input creates, such as an ExternalSecret.
type Secret struct {
	*Object
	SecretName string // the Secret's own name; Object.Name is that of its source
	// SecretNamespace is where it is; "" where none is written.
	SecretNamespace string
	// AnyNamespace is true if it is created in namespaces that the input does not name. Namespaces are globs of them; empty for any.
	AnyNamespace bool
	Namespaces   []string
	Type         string      // "" where it is not known
	TypeSpan     source.Span // of the type; zero where none is written
	// SourceKind is the kind that creates it: SourceKindSecret, "ExternalSecret".
	SourceKind string
	// Merges is true if the source creates no Secret, but writes into an existing one.
	Merges bool
	// Condition says what must hold for the Secret to exist; "" where nothing special must.
	Condition string
	// HashSuffix is true if kustomize adds a hash to the name.
	HashSuffix bool
	// ContentUnknown is true if the content is not in the input: it is encrypted, a template, or created elsewhere.
	ContentUnknown bool
	// Placeholder is true if the content is a placeholder that something replaces later.
	Placeholder bool

	Keys    []SecretKey
	Payload *Payload // what a pull would use; nil for a Secret that is not a pull secret, or whose content cannot be read
	// Draft is the content of a template, with placeholders for unknown values; nil if there is a Payload or no template. What is wrong in it
	// is wrong for all values. Its credentials cannot be used for a pull.
	Draft *Payload
}

// SourceKindSecret is the SourceKind of a Secret that is itself in the input.
const SourceKindSecret = "Secret"

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
	// Registries are the places of registries' keys, where the content is plain text and each is in it once.
	Registries map[string]source.Span
	// Partial is true if further keys of registries may be filled in, in a Draft.
	Partial bool
}

// IsRefused reports whether a defect is a value of another type than the field has, so that nothing that holds it is read.
func (d *PullSecretDefect) IsRefused() bool {
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
	// Undecodable is true if the API server cannot even read the Secret, so that it comes to no validation.
	Undecodable bool
	// WantKey is what the key at the Payload's Span has to be called instead; "" where that is not what is wrong.
	WantKey string
}

// Error implements error.
func (e *DataError) Error() string { return e.Reason }
