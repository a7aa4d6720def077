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
	// ClusterStatus keeps what clusters said of images: the statuses of Pods' containers, and Events.
	ClusterStatus bool
	// Metadata keeps all labels and annotations of objects.
	Metadata bool
	// Kinds are custom resources that the user describes.
	Kinds []resources.Kind
	// NoLookAhead parses every document. It changes no finding; it exists so that this can be proved.
	NoLookAhead bool
	// Workers is how many documents are read at once; 0 means one for each processor.
	Workers int
	// Needs says which workloads of the context matter, once all else was read: the others are not parsed, and Set.Context lacks them. Its Set holds
	// the Workloads, Values, Secrets, ServiceAccounts and Kustomizations of the input and, but for those workloads, of the context. nil reads all.
	Needs func(*Set) ContextNeeds
}

// ContextNeeds are the workloads of the context that a run cannot do without.
type ContextNeeds struct {
	// All are all workloads. SecretUsers are those that may name a Secret or a service account.
	All, SecretUsers bool
	// Files are those whose workloads matter whatever they name, as clean paths with slashes.
	Files map[string]bool
}

// Input is one stream to read.
type Input struct {
	// Name is shown to the user.
	Name string
	// Open opens the stream; nil opens the file Name.
	Open func() (io.ReadCloser, error)
	// Version changes with the content; "" for an input that is read each time. Only a Cache asks for it.
	Version string
	// Named is true for a path given by the user; failing to read it is an error, not a skip.
	Named    bool
	InMemory bool
	// Context is true if the input is read for what exists, and not reported on.
	Context bool
	// RenderedElsewhere is true if another input holds what is made of this one: only comments that are directives of imagelint, and keys that are written twice, count.
	RenderedElsewhere bool
	// ChartValues treats documents that are not Kubernetes objects as chart values.
	ChartValues bool
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
