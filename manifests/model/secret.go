package model

import (
	"time"

	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// PullSecretList is a field that names pull secrets, such as imagePullSecrets of a pod.
type PullSecretList struct {
	Path    string
	Span    source.Span // the key
	Names   []PullSecretName
	Defects []PullSecretDefect
	// Unknown is true if the field contains template text, so that its names are unknown.
	Unknown bool
	// Entries is the number of entries, valid or not. A single one hides those of the service account.
	Entries int
	// Shape is the format of the field, and Confidence how certain it is: for pods and service accounts, certainly a
	// list of mappings.
	Shape      PullSecretShape
	Confidence Confidence
}

// PullSecretShape is the format of a field with names of pull secrets.
type PullSecretShape uint8

// Values of PullSecretShape.
const (
	ShapeNames         PullSecretShape = iota // a list of mappings with the key name, as in a pod
	ShapeStrings                              // a list of strings
	ShapeString                               // a string
	ShapeName                                 // a mapping with the key name
	ShapeNameNamespace                        // a mapping with the keys name and namespace
)

// PullSecretName is a name in a PullSecretList.
type PullSecretName struct {
	Name string
	// Namespace is "" if not set, as in every pod.
	Namespace string
	Span      source.Span
	Path      string
}

// PullSecretDefect is a part of a PullSecretList that the API server rejects, or that has no effect.
type PullSecretDefect struct {
	Kind      PullSecretDefectKind
	Span      source.Span
	Path      string
	Text      string // the name or key concerned
	ValueType string // the type of a value with the wrong type: "string", "number", "boolean", "list", "mapping"
	// Value is a value of the wrong type as written; zero if it cannot be replaced.
	Value YAMLValue
}

// PullSecretDefectKind is the kind of a PullSecretDefect.
type PullSecretDefectKind uint8

// Values of PullSecretDefectKind.
const (
	DefectNotList    PullSecretDefectKind = iota // the field is a string or a mapping
	DefectString                                 // an item is a string instead of a mapping
	DefectNotName                                // an item is a number or a list, or its name is not a string
	DefectExtraKey                               // an item has other keys than name
	DefectEmpty                                  // an item has no name
	DefectDuplicate                              // a duplicate name
	DefectNotString                              // the field or an item is a mapping or list instead of a string
	DefectNotMapping                             // the field is a string or list instead of a mapping
)

// MisplacedPullSecrets is a pull secret field in a place, or with a spelling, that Kubernetes drops.
type MisplacedPullSecrets struct {
	Key   string
	Path  string
	Span  source.Span
	Names []string
	// IsList is true if it has the format of imagePullSecrets, so that only the key is wrong.
	IsList bool
	// Level is the kind of its parent: "container", "workload spec", "pod template", "metadata", "object", "pod spec".
	Level string
	// WantPath is the correct path.
	WantPath string
	// Confidence is Certain if the API certainly drops the field, and Likely if the kind is not known well enough.
	Confidence Confidence
	// Move moves it there; nil if that takes more than moving lines.
	Move *FieldMove
}

// Secret is a Secret of the input, or one that a secret source in the input creates, such as an ExternalSecret.
type Secret struct {
	*Object
	SecretName string // the Secret's own name; Object.Name is the name of its source
	// WrittenName is the name that people write for a Secret that a kustomization gives another one, or "".
	WrittenName string
	// SecretNamespace is its namespace, or "" if not set.
	SecretNamespace string
	// AnyNamespace is true if it is created in namespaces that are not in the input. Namespaces are globs of them;
	// empty means any.
	AnyNamespace bool
	Namespaces   []string
	Type         string      // "" if unknown
	TypeSpan     source.Span // of the type; zero if not set
	// SourceKind is the kind that creates it: SourceKindSecret, "ExternalSecret".
	SourceKind string
	// Merges is true if the source creates no Secret, but writes into an existing one.
	Merges bool
	// Condition is what must hold for the Secret to exist, or "".
	Condition string
	// HashSuffix is true if kustomize adds a hash to the name.
	HashSuffix bool
	// ContentUnknown is true if the content is not in the input: it is encrypted, a template, or created elsewhere.
	ContentUnknown bool
	// Written is when the content of a Secret that was read from a cluster was last written; zero if that is unknown, because
	// something may have renewed it in place.
	Written time.Time
	// Placeholder is true if the content is a placeholder that something replaces later.
	Placeholder bool

	Keys    []SecretKey
	Payload *Payload // the data used for pulls; nil for a Secret that is not a pull secret, or whose content cannot be read
	// IgnoredHosts are the registries in the docker config of a Secret of another type, which the kubelet ignores; nil if they are
	// not all known.
	IgnoredHosts []string
	// Draft is the content of a template, with placeholders for unknown values; nil if there is a Payload or no
	// template. Mistakes in it are wrong for all values. Its credentials cannot be used.
	Draft *Payload
}

// SourceKindSecret is the SourceKind of a Secret that is in the input itself.
const SourceKindSecret = "Secret"

// Content returns the Payload, or else the Draft, or nil if the content is unknown.
func (s *Secret) Content() *Payload {
	if s.Payload == nil {
		return s.Draft
	}
	return s.Payload
}

// MayBeForPulls reports whether pods may name the Secret as a pull secret: it has a docker config, or a type that does not say what it is for.
func (s *Secret) MayBeForPulls() bool {
	return s.Content() != nil || s.Type == "" || s.Type == "Opaque"
}

// SecretKey is a key of a Secret's data.
type SecretKey struct {
	Name string
	Span source.Span
}

// Payload is the docker config of a Secret. Passwords are behind functions of Config and cannot be printed.
type Payload struct {
	Config pullsecret.Config
	// Err is why it cannot be used: a *pullsecret.Malformed or a *DataError.
	Err  error
	Span source.Span // the key in data or stringData; if it is missing, the Secret's name
	// Registries maps keys to their positions, if the content is plain text and each key occurs once.
	Registries map[string]source.Span
	// Auths maps keys whose entry contradicts itself to the positions of its auth, under the same conditions.
	Auths map[string]source.Span
	// Partial is true if a Draft may get further keys.
	Partial bool
}

// IsRefused reports whether the defect is a value with the wrong type, so that its object cannot be decoded.
func (d *PullSecretDefect) IsRefused() bool {
	switch d.Kind {
	case DefectNotList, DefectString, DefectNotName, DefectNotString, DefectNotMapping:
		return true
	default:
		return false
	}
}

// DataError is why the API server rejects the data of a Secret.
type DataError struct {
	Reason string // "is not base64"
	Text   string // the API server's text
	Help   string
	// Undecodable is true if the API server cannot even decode the Secret.
	Undecodable bool
	// WantKey is the correct name of the key at the Payload's Span; "" if the name is not the mistake.
	WantKey string
}

// Error implements error.
func (e *DataError) Error() string { return e.Reason }
