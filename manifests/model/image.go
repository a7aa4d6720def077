package model

import (
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// ImageRef is one image reference and where it stands.
type ImageRef struct {
	// Raw is the value as the cluster reads it; for a split object, its parts joined.
	Raw string
	// ValueType names what a value of StateNotString is: "number", "boolean", "list", "mapping".
	ValueType  string
	Span       source.Span // of Raw in the file, without quotes; of the container's name where State is Missing
	Path       string      // "spec.template.spec.containers[0].image"
	State      FieldState  // these small fields are side by side, for there is one of these structs for each image
	Field      Field
	Confidence Confidence
	// Container is the container's name; "" for a field that is not a container's.
	Container string
	// Pod is the pod the image is pulled for; nil for a field of a custom resource that is in no pod spec.
	Pod *Pod
	// PullPolicy is the container's imagePullPolicy.
	PullPolicy *PullPolicy
	// Parts are the pieces of a split object, in the order registry, repository, tag, digest.
	Parts []Part
	// EmptyDigest is the place of the digest of a split object that has the field and nothing in it; nil for any other.
	EmptyDigest *source.Span
	// Untagged is true if the field takes a name without a tag: another field or an operator adds it.
	Untagged bool
	// Remote is true if something other than this cluster's nodes pulls the image, if anything does.
	Remote bool
	// Plain is true if the value is written without quotes.
	Plain bool
	// Redacted is true if Raw leaves out a password that the file holds.
	Redacted bool
	// Style is how the value is written where Span is not exact; nil where it is, and where the value cannot be replaced as a whole.
	Style *ScalarStyle

	// Unsubstituted is the text that is in the file, where another tool puts values in place of its variables and Raw is what comes of that; else "".
	// Pieces are then the parts of Raw in their order.
	Unsubstituted string
	Pieces        []Piece

	Ref imageref.Ref
	Err *imageref.Error // from imageref.Parse; Ref is then zero
}

// InPodSpec reports whether the image is a container's or a volume's in a pod spec, and not a field that a custom resource has beside them.
func (i *ImageRef) InPodSpec() bool {
	return i.Pod != nil && i.Field != FieldScalar && i.Field != FieldSplit
}

// At is the span of the bytes [from, to) of Raw: a part of the reference's own span, or of the piece of a split object that holds them.
func (i *ImageRef) At(from, to int) source.Span {
	for _, p := range i.Pieces {
		if from >= p.From && to <= p.To {
			return p.Span.Sub(from-p.From, to-p.From)
		}
	}
	if i.Field != FieldSplit {
		return i.Span.Sub(from, to)
	}
	touched := i.Span
	for _, p := range i.Parts {
		at := strings.LastIndex(i.Raw, p.Value)
		if at >= 0 && from >= at && to <= at+len(p.Value) {
			return p.Span.Sub(from-at, to-at)
		}
		if at >= 0 && from < at+len(p.Value) && to > at { // what joins the parts has no place of its own
			touched = p.Span.Sub(max(from-at, 0), min(to-at, len(p.Value)))
		}
	}
	return touched
}

// Piece is a stretch of an image's text that was put together from several places.
type Piece struct {
	From, To int         // in Raw
	Span     source.Span // where the user edits it
	Variable source.Span // the variable that it stands for; zero for text that is in the image itself
}

// PullPolicy is a written imagePullPolicy. Its Span is empty where it is never reported: for Always, and for IfNotPresent beside a
// version, which is what nearly every container has.
type PullPolicy struct {
	Value     string
	State     FieldState
	ValueType string
	Span      source.Span
	Path      string
}

// Part is one piece of a split image.
type Part struct {
	Name  string // the key: "repository"
	Value string
	Span  source.Span
}

// Confidence says how sure it is that a string is an image that will be pulled.
type Confidence uint8

// How sure it is, from certain on.
const (
	Certain Confidence = iota // a pod spec of a built-in kind, or a field of a known custom resource
	Likely                    // of pod-spec shape, or under a key such as image, in an unknown custom resource
	Guess                     // in arguments, environment, annotations, or YAML inside strings
)

// String is the tier's name in output.
func (t Confidence) String() string {
	return [...]string{"certain", "likely", "guess"}[t]
}

// Field says what kind of place an image is in.
type Field uint8

// Fields.
const (
	FieldContainer Field = iota // an item of containers
	FieldInit                   // an item of initContainers
	FieldEphemeral              // an item of ephemeralContainers
	FieldVolume                 // volumes[].image.reference
	FieldScalar                 // any other string field
	FieldSplit                  // an object with repository and tag or digest
	FieldMirrored               // an item of a list for tools that mirror images
)

// FieldState says what was found where an image belongs.
type FieldState uint8

// What a field can hold.
const (
	StateString    FieldState = iota // a string
	StateMissing                     // no such key
	StateNull                        // the key with nothing, or null
	StateNotString                   // a number, a boolean, a list or a mapping
	StateTemplate                    // `{{ x }}`, which YAML reads as a mapping
)

// JSONType is encoding/json's word, which the API server answers with, for a kind of value: "object" for "mapping", "array" for "list",
// "bool" for "boolean"; any other as it is.
func JSONType(kind string) string {
	switch kind {
	case "mapping":
		return "object"
	case "list":
		return "array"
	case "boolean":
		return "bool"
	}
	return kind
}

// NumberTag is a tag without quotes that is a number to YAML, where that makes something else of it than what is written.
type NumberTag struct {
	Object *Object // Values is set where it is in a file of values
	Path   string
	// Name is the image's name, "" where none is next to the tag; Text is the tag as written.
	Name, Text string
	Span       source.Span
	// Printed is what Helm makes of the number; "" where a string is wanted, and the number is refused.
	Printed string
}
