// Package manifests loads streams of YAML and JSON: documents, Kubernetes objects, their pods, and every container
// image reference with its exact position. It records and does not judge. Call Load; the types are those of package
// model.
package manifests

import "github.com/imagelint-dev/imagelint/manifests/model"

// Results of Load.
type (
	// Set is the complete input of a run.
	Set = model.Set
	// Names is a compact list of names.
	Names = model.Names
	// Stats counts what a run examined.
	Stats = model.Stats
	// Skip is something that was not examined.
	Skip = model.Skip
	// Document is one document of a YAML stream.
	Document = model.Document
	// SyntaxError is why a document is not YAML.
	SyntaxError = model.SyntaxError
	// PanicError marks a document on which imagelint itself failed.
	PanicError = model.PanicError
	// DuplicateKey is a key that occurs twice in a mapping.
	DuplicateKey = model.DuplicateKey
	// Directive is a comment "# imagelint:VERB ARGUMENTS".
	Directive = model.Directive
	// Annotated is an object with annotations that are imagelint directives.
	Annotated = model.Annotated
	// ClusterStatus is what a cluster reported about an image.
	ClusterStatus = model.ClusterStatus
	// ObjectReference is the object that an Event is about.
	ObjectReference = model.ObjectReference
	// Annotation is an annotation with the position of its key.
	Annotation = model.Annotation
)

// Objects and pods.
type (
	// Object is a Kubernetes object.
	Object = model.Object
	// Metadata has the labels and annotations of an object.
	Metadata = model.Metadata
	// Workload is an object with images or pods.
	Workload = model.Workload
	// LabelRequirement is a part of a label selector.
	LabelRequirement = model.LabelRequirement
	// Pod is a pod or pod template in an object.
	Pod = model.Pod
	// Kustomization describes what a kustomization, or an object that applies a folder, does to its files.
	Kustomization = model.Kustomization
	// KustomizeEntry is an entry that replaces images: the name that it replaces, and where it is.
	KustomizeEntry = model.KustomizeEntry
	// KustomizeImage is an images entry of a built kustomization.
	KustomizeImage = model.KustomizeImage
	// Build is the output of a kustomization.
	Build = model.Build
	// ConfigMap is a ConfigMap that may provide values for ${NAME}.
	ConfigMap = model.ConfigMap
	// Substitute is a value for ${NAME}.
	Substitute = model.Substitute
	// ServiceAccountName is the name of a pod's service account.
	ServiceAccountName = model.ServiceAccountName
	// FieldSpan is the position of a field's value.
	FieldSpan = model.FieldSpan
	// NodeRegistry is a registry on the local machine that nodes can use.
	NodeRegistry = model.NodeRegistry
	// Mirror configures mirrors of a registry for OpenShift nodes.
	Mirror = model.Mirror
	// ImageStream is an image stream of OpenShift.
	ImageStream = model.ImageStream
	// ServiceAccount is a service account in the input.
	ServiceAccount = model.ServiceAccount
	// NodeSelection is what a pod requires of the operating system and architecture of its nodes.
	NodeSelection = model.NodeSelection
	// NodeRequirement is a requirement on kubernetes.io/os or kubernetes.io/arch.
	NodeRequirement = model.NodeRequirement
	// NodeLabel is one of the two recorded labels.
	NodeLabel = model.NodeLabel
)

// Images.
type (
	// ImageRef is an image reference and its position.
	ImageRef = model.ImageRef
	// Assembly is how an image was assembled from several texts.
	Assembly = model.Assembly
	// Rename is how an entry of images gets a new name.
	Rename = model.Rename
	// Undefined is a variable of an image that no source of values defines.
	Undefined = model.Undefined
	// Processed is what the processing of an OpenShift Template makes of an image.
	Processed = model.Processed
	// Piece is a section of an image that was assembled from several places.
	Piece = model.Piece
	// BuiltImage is an image that a tool builds.
	BuiltImage = model.BuiltImage
	// Part is a part of a split image.
	Part = model.Part
	// PullPolicy is an explicit imagePullPolicy.
	PullPolicy = model.PullPolicy
	// NumberTag is an unquoted tag that YAML reads as a number.
	NumberTag = model.NumberTag
	// Confidence is how certain it is that a string is an image that will be pulled.
	Confidence = model.Confidence
	// Field is the kind of field that contains an image.
	Field = model.Field
	// FieldState is what an image field contains.
	FieldState = model.FieldState
)

// Secrets, and fields that name them.
type (
	// Secret is a Secret of the input, or one that a secret source in the input creates.
	Secret = model.Secret
	// SecretKey is a key of a Secret's data.
	SecretKey = model.SecretKey
	// Install is a chart in a repository that a release installs with values of its own.
	Install = model.Install
	// Payload is the docker config of a Secret.
	Payload = model.Payload
	// DataError is why the API server rejects the data of a Secret.
	DataError = model.DataError
	// PullSecretList is a field that names pull secrets.
	PullSecretList = model.PullSecretList
	// PullSecretName is a name in a PullSecretList.
	PullSecretName = model.PullSecretName
	// PullSecretDefect is a part of a PullSecretList that the API server rejects, or that has no effect.
	PullSecretDefect = model.PullSecretDefect
	// PullSecretDefectKind is the kind of a PullSecretDefect.
	PullSecretDefectKind = model.PullSecretDefectKind
	// PullSecretShape is the format of a field with names of pull secrets.
	PullSecretShape = model.PullSecretShape
	// UnknownField is a key of a pod spec or a container that Kubernetes does not know.
	UnknownField = model.UnknownField
	// MisplacedPullSecrets is a pull secret field in a place where Kubernetes drops it.
	MisplacedPullSecrets = model.MisplacedPullSecrets
)

// Edits of a file.
type (
	// FieldMove moves a field into the pod spec.
	FieldMove = model.FieldMove
	// YAMLValue is the text of a value with its quotes, tag and anchor.
	YAMLValue = model.YAMLValue
	// ScalarStyle describes a string whose bytes in the file differ from its value.
	ScalarStyle = model.ScalarStyle
)

// Reasons for a Skip.
const (
	SkipNotKubernetes = model.SkipNotKubernetes
	SkipTemplate      = model.SkipTemplate
	SkipChart         = model.SkipChart
	SkipKustomization = model.SkipKustomization
	SkipPart          = model.SkipPart
	SkipLibrary       = model.SkipLibrary
	SkipNoEngine      = model.SkipNoEngine
	SkipNotRendered   = model.SkipNotRendered
	SkipPartial       = model.SkipPartial
	SkipEmpty         = model.SkipEmpty
	SkipInvalid       = model.SkipInvalid
	SkipTooLarge      = model.SkipTooLarge
	SkipListAlias     = model.SkipListAlias
	SkipValues        = model.SkipValues
	SkipValuesFrom    = model.SkipValuesFrom
	SkipHelmHidden    = model.SkipHelmHidden
	SkipUnreadable    = model.SkipUnreadable
	SkipNotRegular    = model.SkipNotRegular
	SkipSymlink       = model.SkipSymlink
	SkipOutside       = model.SkipOutside
	SkipExcluded      = model.SkipExcluded
	SkipIgnored       = model.SkipIgnored
	SkipVendor        = model.SkipVendor
)

// Values of Confidence, most certain first.
const (
	Certain = model.Certain
	Likely  = model.Likely
	Guess   = model.Guess
)

// Values of Field.
const (
	FieldContainer = model.FieldContainer
	FieldInit      = model.FieldInit
	FieldEphemeral = model.FieldEphemeral
	FieldVolume    = model.FieldVolume
	FieldScalar    = model.FieldScalar
	FieldSplit     = model.FieldSplit
	FieldMirrored  = model.FieldMirrored
)

// Values of FieldState.
const (
	StateString    = model.StateString
	StateMissing   = model.StateMissing
	StateNull      = model.StateNull
	StateNotString = model.StateNotString
	StateTemplate  = model.StateTemplate

	ProcessedUnknown = model.ProcessedUnknown
	ProcessedNothing = model.ProcessedNothing
	ProcessedInvalid = model.ProcessedInvalid
	ProcessedDefault = model.ProcessedDefault
)

// Values of PullSecretDefectKind.
const (
	DefectNotList    = model.DefectNotList
	DefectString     = model.DefectString
	DefectNotName    = model.DefectNotName
	DefectExtraKey   = model.DefectExtraKey
	DefectEmpty      = model.DefectEmpty
	DefectDuplicate  = model.DefectDuplicate
	DefectNotString  = model.DefectNotString
	DefectNotMapping = model.DefectNotMapping
)

// Values of PullSecretShape.
const (
	ShapeNames         = model.ShapeNames
	ShapeStrings       = model.ShapeStrings
	ShapeString        = model.ShapeString
	ShapeName          = model.ShapeName
	ShapeNameNamespace = model.ShapeNameNamespace
)

// Values of NodeLabel.
const (
	NodeOS   = model.NodeOS
	NodeArch = model.NodeArch
)

// SourceKindSecret is the SourceKind of a Secret that is in the input itself.
const SourceKindSecret = model.SourceKindSecret
