// Package manifests turns streams of YAML and JSON into what imagelint asks about: documents, Kubernetes objects, the pods they
// describe, and every container image reference with its exact place. It records and never judges. Load is the way in; the types are those
// of package model.
package manifests

import "github.com/imagelint-dev/imagelint/manifests/model"

// What a Load returns.
type (
	// Set is everything one run was given.
	Set = model.Set
	// Names is a list of names that takes no more room than their text.
	Names = model.Names
	// Stats counts what one run looked at.
	Stats = model.Stats
	// Skip is something that was not examined.
	Skip = model.Skip
	// Document is one document of a YAML stream.
	Document = model.Document
	// SyntaxError says why a document is not YAML.
	SyntaxError = model.SyntaxError
	// PanicError is a document that imagelint failed on.
	PanicError = model.PanicError
	// DuplicateKey is a key that one mapping writes twice.
	DuplicateKey = model.DuplicateKey
	// Directive is a comment "# imagelint:VERB ARGUMENTS".
	Directive = model.Directive
	// Annotated is an object with annotations that are directives of imagelint.
	Annotated = model.Annotated
	// ClusterStatus is what a cluster said of an image.
	ClusterStatus = model.ClusterStatus
	// ObjectReference names the object that an Event is about.
	ObjectReference = model.ObjectReference
	// Annotation is one annotation with the place of its key.
	Annotation = model.Annotation
)

// Objects and pods.
type (
	// Object is one Kubernetes object.
	Object = model.Object
	// Metadata are the labels and annotations of an object.
	Metadata = model.Metadata
	// Workload is an object that holds images or pods.
	Workload = model.Workload
	// Pod is one pod or pod template in an object.
	Pod = model.Pod
	// Kustomization is what a kustomization, or an object that applies a folder as one, says of the files that it takes.
	Kustomization = model.Kustomization
	// KustomizeImage is an entry of images in a kustomization that was built.
	KustomizeImage = model.KustomizeImage
	// ConfigMap is a ConfigMap that values for ${NAME} may be taken from.
	ConfigMap = model.ConfigMap
	// Substitute is a value that is put in place of ${NAME}.
	Substitute = model.Substitute
	// ServiceAccountName is the service account that a pod names.
	ServiceAccountName = model.ServiceAccountName
	// FieldSpan is the place of a field's value.
	FieldSpan = model.FieldSpan
	// Mirror is an entry of an object that gives nodes mirrors of a registry.
	Mirror = model.Mirror
	// ServiceAccount is an account of the input.
	ServiceAccount = model.ServiceAccount
	// NodeSelection is what a pod requires of the system and the processor of its nodes.
	NodeSelection = model.NodeSelection
	// NodeRequirement is a requirement on kubernetes.io/os or kubernetes.io/arch.
	NodeRequirement = model.NodeRequirement
	// NodeLabel is one of the two labels that are recorded.
	NodeLabel = model.NodeLabel
)

// Images.
type (
	// ImageRef is one image reference and where it stands.
	ImageRef = model.ImageRef
	// Piece is a stretch of an image's text that was put together from several places.
	Piece = model.Piece
	// BuiltImage is an image that a tool builds.
	BuiltImage = model.BuiltImage
	// Part is one piece of a split image.
	Part = model.Part
	// PullPolicy is a written imagePullPolicy.
	PullPolicy = model.PullPolicy
	// NumberTag is a tag without quotes that is a number to YAML.
	NumberTag = model.NumberTag
	// Confidence says how sure it is that a string is an image that will be pulled.
	Confidence = model.Confidence
	// Field says what kind of place an image is in.
	Field = model.Field
	// FieldState says what was found where an image belongs.
	FieldState = model.FieldState
)

// Secrets and the fields that name them.
type (
	// Secret is a Secret of the input, or one that something in the input makes.
	Secret = model.Secret
	// SecretKey is one key of a Secret's data.
	SecretKey = model.SecretKey
	// Payload is the docker config of a Secret.
	Payload = model.Payload
	// DataError is a Secret that the API server refuses for its data.
	DataError = model.DataError
	// PullSecretList is a field that names pull secrets.
	PullSecretList = model.PullSecretList
	// PullSecretName is one name in a PullSecretList.
	PullSecretName = model.PullSecretName
	// PullSecretDefect is something in a PullSecretList that the API server does not take.
	PullSecretDefect = model.PullSecretDefect
	// PullSecretDefectKind names a PullSecretDefect.
	PullSecretDefectKind = model.PullSecretDefectKind
	// PullSecretShape is how a field writes the names of pull secrets.
	PullSecretShape = model.PullSecretShape
	// MisplacedPullSecrets is a field of pull secrets where Kubernetes drops it.
	MisplacedPullSecrets = model.MisplacedPullSecrets
)

// How the text of a file can be changed.
type (
	// FieldMove is how a field gets to the pod spec.
	FieldMove = model.FieldMove
	// YAMLValue is a value with all that belongs to it.
	YAMLValue = model.YAMLValue
	// ScalarStyle is how a string is written whose bytes in the file are not its value.
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
	SkipEmpty         = model.SkipEmpty
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

// How sure it is, from certain on.
const (
	Certain = model.Certain
	Likely  = model.Likely
	Guess   = model.Guess
)

// Fields.
const (
	FieldContainer = model.FieldContainer
	FieldInit      = model.FieldInit
	FieldEphemeral = model.FieldEphemeral
	FieldVolume    = model.FieldVolume
	FieldScalar    = model.FieldScalar
	FieldSplit     = model.FieldSplit
	FieldMirrored  = model.FieldMirrored
)

// What a field can hold.
const (
	StateString    = model.StateString
	StateMissing   = model.StateMissing
	StateNull      = model.StateNull
	StateNotString = model.StateNotString
	StateTemplate  = model.StateTemplate
)

// Defects of a PullSecretList.
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

// Shapes of a PullSecretList.
const (
	ShapeNames         = model.ShapeNames
	ShapeStrings       = model.ShapeStrings
	ShapeString        = model.ShapeString
	ShapeName          = model.ShapeName
	ShapeNameNamespace = model.ShapeNameNamespace
)

// Labels of nodes.
const (
	NodeOS   = model.NodeOS
	NodeArch = model.NodeArch
)

// SourceKindSecret is the SourceKind of a Secret that is itself in the input.
const SourceKindSecret = model.SourceKindSecret
