package model

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// ImageRef is an image reference and its position.
type ImageRef struct {
	// Raw is the value as the cluster reads it; for a split object, the joined parts.
	Raw string
	// ValueType is the type of a value with StateNotString: "number", "boolean", "list", "mapping".
	ValueType  string
	Span       source.Span // of Raw in the file, without quotes; if State is Missing, of the container's name
	Path       string      // "spec.template.spec.containers[0].image"
	State      FieldState  // small fields are adjacent to save memory: there is one struct per image
	Field      Field
	Confidence Confidence
	// Untagged is true if the field takes a name without a tag, which another field or an operator adds.
	Untagged bool
	// Before is the text of the value in front of the reference, such as "nginx=" in an entry of Argo CD that replaces an image.
	Before string
	// Remote is true if the image is not pulled by this cluster's nodes.
	Remote bool
	// Plain is true if the value has no quotes.
	Plain bool
	// Redacted is true if a password was removed from Raw.
	Redacted bool
	// PostRendered is true if an entry of the object's own post-renderer replaces the image after its chart is rendered.
	PostRendered bool
	// Triggered is true if a trigger of the object, a DeploymentConfig, names the container to set its image.
	Triggered bool
	// Container is the container's name, or "" outside of containers.
	Container string
	// Pod is the pod that uses the image; nil for a field of a custom resource outside of pod specs.
	Pod *Pod
	// PullPolicy is the container's imagePullPolicy.
	PullPolicy *PullPolicy
	// Assembly is how Raw was assembled; nil if it is one text in the file, as nearly always.
	Assembly *Assembly
	// Style describes how the value is written if Span is not exact; nil if it is exact, or the value cannot be
	// replaced as a whole.
	Style *ScalarStyle

	Ref imageref.Ref
	Err *imageref.Error // from imageref.Parse; if set, Ref is zero
}

// Assembly is how an image was assembled from several texts.
type Assembly struct {
	// Parts are the parts of a split object, in the order registry, repository, tag, digest.
	Parts []Part
	// EmptyDigest is the position of the empty digest field of a split object; nil if there is none.
	EmptyDigest *source.Span
	// Unsubstituted is the text in the file if another tool substitutes its variables, which gives Raw; else "".
	// Pieces are then the parts of Raw in order.
	Unsubstituted string
	Pieces        []Piece
	// Undefined is a variable in Raw that has no value; nil if there is none, or it is not known.
	Undefined *Undefined
	// Processed is what the processing of an OpenShift Template makes of an invalid image.
	Processed Processed
	// Rename is how to replace the name of an image that an entry of images selects by it; nil for any other image.
	Rename *Rename
	// ValuesPolicy is a text beside an image in values that charts print as its pull policy. It is only kept if it is not a valid one.
	ValuesPolicy *PullPolicy
	// Front is the registry that other values of the chart put in front of an image without one; nil if none is known.
	Front *Part
	// Complete is true if the chart's own values, which are known, put no registry in front of an image without one.
	Complete bool
}

// Processed is what the processing of an OpenShift Template makes of an image with parameters.
type Processed uint8

// Values of Processed.
const (
	ProcessedUnknown Processed = iota // the values of parameters are not known
	ProcessedNothing                  // it has no parameter of the Template, and stays as it is
	ProcessedInvalid                  // it is invalid, whatever values the parameters get; Raw has the parameters
	ProcessedDefault                  // it is invalid with the default values of the parameters, which Raw has
)

// Processed returns what the processing of an OpenShift Template makes of an image.
func (i *ImageRef) Processed() Processed {
	if i.Assembly == nil {
		return ProcessedUnknown
	}
	return i.Assembly.Processed
}

// Undefined is a variable for which no source of values has a value, though all of them are known.
type Undefined struct {
	Name     string
	From, To int      // of the name in the text
	Defined  []string // the variables that have values, sorted
	By       *Object  // the Kustomization of Flux, or the OpenShift Template, which leaves the text as it is
}

// Undefined returns the variable of an image that Flux replaces with nothing, or that an OpenShift Template does not have, or nil.
func (i *ImageRef) Undefined() *Undefined {
	if i.Assembly == nil {
		return nil
	}
	return i.Assembly.Undefined
}

// Rename is how an entry of images gets a new name. The one in the entry has to stay: it selects the images to replace.
type Rename struct {
	Name string // as in the entry, without a tag
	// At is where the new name goes, after Before and before After. It is zero if there is no place that is certain.
	At            source.Span
	Before, After string
}

// Rename returns how to replace the name of an image that an entry selects by it, or nil.
func (i *ImageRef) Rename() *Rename {
	if i.Assembly == nil {
		return nil
	}
	return i.Assembly.Rename
}

// Parts returns the parts of a split object; nil for any other image.
func (i *ImageRef) Parts() []Part {
	if i.Assembly == nil {
		return nil
	}
	return i.Assembly.Parts
}

// ChangedPart returns the one part of a split object to change, and its new value, so that the image becomes text. ok is false if it takes more than
// that.
func (i *ImageRef) ChangedPart(text string) (part Part, value string, ok bool) {
	if i.Assembly != nil && i.Assembly.Front != nil {
		rest, same := strings.CutPrefix(text, i.Assembly.Front.Value+"/")
		if !same && imageref.HasHost(text) {
			return Part{}, "", false // it takes another registry, too
		}
		text = rest
	}
	for n, p := range i.Parts() {
		if n == 0 && i.Rename() != nil {
			continue // the name stays
		}
		at := strings.LastIndex(i.Raw, p.Value)
		if at < 0 {
			continue
		}
		rest, begins := strings.CutPrefix(text, i.Raw[:at])
		value, ends := strings.CutSuffix(rest, i.Raw[at+len(p.Value):])
		if strings.Contains(value, "@") && !strings.Contains(p.Value, "@") {
			continue // a digest has its own part, or none
		}
		if begins && ends && value != "" && value != p.Value {
			return p, value, true
		}
	}
	return Part{}, "", false
}

// MayBeFronted reports whether an image is in values without a registry, so that a chart may put one in front of it.
func (i *ImageRef) MayBeFronted() bool {
	return i.Field == FieldSplit && i.Confidence != Certain && i.Rename() == nil && !slices.ContainsFunc(i.Parts(), func(p Part) bool { return p.Name == "registry" })
}

// Pieces returns the parts of a text whose variables were substituted; nil for any other image.
func (i *ImageRef) Pieces() []Piece {
	if i.Assembly == nil {
		return nil
	}
	return i.Assembly.Pieces
}

// InPodSpec reports whether the image belongs to a container or volume in a pod spec, not to another field of a custom
// resource.
func (i *ImageRef) InPodSpec() bool {
	return i.Pod != nil && i.Field != FieldScalar && i.Field != FieldSplit
}

// ValuesPolicy returns the invalid pull policy beside an image in values, or nil.
func (i *ImageRef) ValuesPolicy() *PullPolicy {
	if i.Assembly == nil {
		return nil
	}
	return i.Assembly.ValuesPolicy
}

// At returns the span of the bytes [from, to) of Raw: a part of the reference's span, or of the part of a split object
// that contains them.
func (i *ImageRef) At(from, to int) source.Span {
	for _, p := range i.Pieces() {
		if from >= p.From && to <= p.To {
			return p.Span.Sub(from-p.From, to-p.From)
		}
	}
	if i.Field != FieldSplit {
		return i.Span.Sub(from, to)
	}
	touched := i.Span
	for _, p := range i.Parts() {
		at := strings.LastIndex(i.Raw, p.Value)
		if at >= 0 && from >= at && to <= at+len(p.Value) {
			return p.Span.Sub(from-at, to-at)
		}
		if at >= 0 && from < at+len(p.Value) && to > at { // separators between parts have no position
			touched = p.Span.Sub(max(from-at, 0), min(to-at, len(p.Value)))
		}
	}
	return touched
}

// Piece is a section of an image that was assembled from several places.
type Piece struct {
	From, To int         // in Raw
	Span     source.Span // the place to edit
	Variable source.Span // the variable that it replaces; zero for literal text
}

// PullPolicy is an explicit imagePullPolicy. Span is empty if it is never reported: for Always, and for IfNotPresent
// with a version tag, which most containers have.
type PullPolicy struct {
	Value     string
	State     FieldState
	ValueType string
	Span      source.Span
	Path      string
}

// Part is a part of a split image.
type Part struct {
	Name  string // the key: "repository"
	Value string
	// ValueType is the type of a value that is not a string: "number", "boolean". It is "" for a string.
	ValueType string
	Span      source.Span
}

// Confidence is how certain it is that a string is an image that will be pulled.
type Confidence uint8

// Values of Confidence, most certain first.
const (
	Certain Confidence = iota // a pod spec of a built-in kind, or a field of a known custom resource
	Likely                    // shaped like a pod spec, or under a key such as image, in an unknown custom resource
	Guess                     // in arguments, environment, annotations, or YAML inside strings
)

// String returns the name of the tier in output.
func (t Confidence) String() string {
	return [...]string{"certain", "likely", "guess"}[t]
}

// Field is the kind of field that contains an image.
type Field uint8

// Values of Field.
const (
	FieldContainer Field = iota // an item of containers
	FieldInit                   // an item of initContainers
	FieldEphemeral              // an item of ephemeralContainers
	FieldVolume                 // volumes[].image.reference
	FieldScalar                 // any other string field
	FieldSplit                  // an object with repository and tag or digest
	FieldMirrored               // an item of a list for mirroring tools
)

// FieldState is what an image field contains.
type FieldState uint8

// Values of FieldState.
const (
	StateString    FieldState = iota // a string
	StateMissing                     // no key
	StateNull                        // an empty key, or null
	StateNotString                   // a number, a boolean, a list or a mapping
	StateTemplate                    // `{{ x }}`, which YAML reads as a mapping
)

// JSONType returns encoding/json's name for a type, which the API server uses in messages: "object" for "mapping",
// "array" for "list", "bool" for "boolean", and other names unchanged.
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

// NumberTag is an unquoted tag that YAML reads as a number, which changes it.
type NumberTag struct {
	Object *Object // with ValuesFile set if it is in a values file
	Path   string
	// Name is the image's name, or "" if there is none next to the tag; Text is the tag as written.
	Name, Text string
	Span       source.Span
	// Printed is what Helm prints for the number; "" if a string is required, and a number is rejected.
	Printed string
}
