// Package manifests turns streams of YAML and JSON into what imagelint asks about: documents, Kubernetes objects, the pods they
// describe, and every container image reference with its exact place. It records and never judges. Load is the way in; the types are those
// of package model.
package manifests

import "github.com/imagelint-dev/imagelint/manifests/model"

// What a Load returns.
type (
	// Set is everything one run was given.
	Set = model.Set
	// Stats counts what one run looked at.
	Stats = model.Stats
	// Skip is something that was not looked into.
	Skip = model.Skip
	// Document is one document of a YAML stream.
	Document = model.Document
	// SyntaxError says why a document is not YAML.
	SyntaxError = model.SyntaxError
	// PanicError is a document that imagelint failed on.
	PanicError = model.PanicError
	// Duplicate is a key that one mapping writes twice.
	Duplicate = model.Duplicate
	// Directive is a comment "# imagelint:VERB ARGUMENTS".
	Directive = model.Directive
	// Annotated is an object with annotations that speak to imagelint.
	Annotated = model.Annotated
	// Said is what a cluster said of an image.
	Said = model.Said
	// About names an object that an Event is about.
	About = model.About
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
	// Entry is an entry of images in a kustomization that was built.
	Entry = model.Entry
	// Settings is a ConfigMap that values for ${NAME} may be taken from.
	Settings = model.Settings
	// Substitute is a value that is put in place of ${NAME}.
	Substitute = model.Substitute
	// AccountName is the service account that a pod names.
	AccountName = model.AccountName
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
	// Built is an image that a tool builds.
	Built = model.Built
	// Part is one piece of a split image.
	Part = model.Part
	// Policy is a written imagePullPolicy.
	Policy = model.Policy
	// NumberTag is a tag without quotes that is a number to YAML.
	NumberTag = model.NumberTag
	// Tier says how sure it is that a string is an image that will be pulled.
	Tier = model.Tier
	// Field says what kind of place an image stands in.
	Field = model.Field
	// State says what was found where an image belongs.
	State = model.State
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
	// SecretList is a field that names pull secrets.
	SecretList = model.SecretList
	// SecretName is one name in a SecretList.
	SecretName = model.SecretName
	// SecretDefect is something in a SecretList that the API server does not take.
	SecretDefect = model.SecretDefect
	// SecretDefectKind names a SecretDefect.
	SecretDefectKind = model.SecretDefectKind
	// SecretShape is how a field writes the names of pull secrets.
	SecretShape = model.SecretShape
	// Misplaced is a field of pull secrets where Kubernetes drops it.
	Misplaced = model.Misplaced
)

// How the text of a file can be changed.
type (
	// Move is how a field gets to the pod spec.
	Move = model.Move
	// Whole is a value with all that belongs to it.
	Whole = model.Whole
	// Token is how a string is written whose bytes in the file are not its value.
	Token = model.Token
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
	SkipIgnored       = model.SkipIgnored
	SkipVendor        = model.SkipVendor
)

// Tiers, from the surest on.
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

// States.
const (
	Written   = model.Written
	Missing   = model.Missing
	Null      = model.Null
	NotString = model.NotString
	Template  = model.Template
)

// Defects of a SecretList.
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

// Shapes of a SecretList.
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

// ProviderSecret is the Provider of a Secret that stands in the input itself.
const ProviderSecret = model.ProviderSecret
