package manifests

import (
	"fmt"
	"io"

	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// Options are the options of Load. The zero value gives the defaults.
type Options struct {
	// Guess also looks for images in arguments, environment variables, annotations, and YAML in strings.
	Guess bool
	// ClusterStatus keeps what clusters reported about images: container statuses of Pods, and Events. Statuses of containers that wait are always kept.
	ClusterStatus bool
	// Metadata keeps all labels and annotations of objects.
	Metadata bool
	// Kinds are custom resources described by the user.
	Kinds []resources.Kind
	// NoLookAhead parses every document. It changes no finding, and exists to prove that.
	NoLookAhead bool
	// AllBroken also keeps broken documents that do not look like Kubernetes, if all documents are parsed.
	AllBroken bool
	// Workers is the number of concurrent readers; 0 means one per processor.
	Workers int
	// Needs returns which workloads of the context matter, once everything else was read. Others are not parsed and
	// not in Set.Context. Its Set has the Workloads, Values, Secrets, ServiceAccounts and Kustomizations of the input
	// and, except for those workloads, of the context. nil reads everything.
	Needs func(*Set) ContextNeeds
}

// ContextNeeds selects the workloads of the context that a run needs.
type ContextNeeds struct {
	// All selects all workloads, SecretUsers those that may name a Secret or a service account.
	All, SecretUsers bool
	// Names selects the workloads that may name a Secret or a service account with one of these names, with or without
	// a hash from kustomize.
	Names []string
	// Files selects all workloads of files, given as clean paths with slashes.
	Files map[string]bool
}

// Input is a stream to read.
type Input struct {
	// Name is the name in messages.
	Name string
	// Open opens the stream; nil opens the file Name.
	Open func() (io.ReadCloser, error)
	// Version changes with the content; "" if unknown. Only a Cache uses it.
	Version string
	// Named is true for a path given by the user; failing to read it is an error, not a skip.
	Named    bool
	InMemory bool
	// Context is true if the input is read but not reported on.
	Context bool
	// RenderedElsewhere is true if another input contains the rendered output: only directives in comments and
	// duplicate keys are used.
	RenderedElsewhere bool
	// ChartValues treats documents that are not Kubernetes objects as chart values.
	ChartValues bool
	// Local is true for a regular file in a folder that files.IsLocal, which can be read in a cheaper way. It changes nothing else.
	Local bool
}

// ReadError is the error for an input that could not be read.
type ReadError struct {
	Name string
	Err  error
}

// Error implements error.
func (e *ReadError) Error() string { return fmt.Sprintf("read %s: %v", e.Name, e.Err) }

// Unwrap returns the cause.
func (e *ReadError) Unwrap() error { return e.Err }
