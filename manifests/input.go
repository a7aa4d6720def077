package manifests

import (
	"fmt"
	"io"

	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// Options are the choices of a Load. The zero value is ready for use.
type Options struct {
	// Guess looks for images where they only may be: arguments, environment, annotations, YAML in strings.
	Guess bool
	// Said keeps what clusters said of images: the statuses of Pods' containers, and Events.
	Said bool
	// Metadata keeps all labels and annotations of objects.
	Metadata bool
	// Kinds are custom resources that the user describes.
	Kinds []resources.Kind
	// NoLookAhead parses every document. It changes no finding; it exists so that this can be proved.
	NoLookAhead bool
	// Workers is how many documents are read at once; 0 means one for each processor.
	Workers int
}

// Input is one stream to read.
type Input struct {
	// Name is shown to the user.
	Name string
	// Open opens the stream; nil opens the file Name.
	Open func() (io.ReadCloser, error)
	// Version changes with the content; "" for an input that is read each time. Only a Cache asks for it.
	Version string
	// Named says that the user named this file himself: that it cannot be read is an error and no skip.
	Named bool
	Stdin bool
	// Context says that the input is read for what exists, and not reported on.
	Context bool
	// Source says that another input holds what is made of this one: only comments that speak to imagelint, and keys that are written twice, count.
	Source bool
	// Values says that what is no Kubernetes object in the input is the values of a chart.
	Values bool
}

// ReadError is an input that could not be read.
type ReadError struct {
	Name string
	Err  error
}

// Error implements error.
func (e *ReadError) Error() string { return fmt.Sprintf("read %s: %v", e.Name, e.Err) }

// Unwrap returns the cause.
func (e *ReadError) Unwrap() error { return e.Err }
