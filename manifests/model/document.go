package model

import "github.com/imagelint-dev/imagelint/manifests/source"

// Document is one document of a YAML stream.
type Document struct {
	Span source.Span // its first line
	// Template is the file that Helm rendered the document from, from the comment "# Source:".
	Template string
	// Unrendered is true if the file is a template, seen by markers in it that are no YAML.
	Unrendered bool
	// Err says why the document could not be read.
	Err error
}

// SyntaxError says why a document is not YAML, in imagelint's words, with the place.
type SyntaxError struct {
	Span    source.Span
	Message string // "a value is missing after ..."
	Help    string
}

// Error implements error.
func (e *SyntaxError) Error() string { return e.Message }

// PanicError is a document that imagelint failed on: the fault is not the document's. What the panic said is not kept, since it may hold
// something of the document.
type PanicError struct{}

// Error implements error.
func (*PanicError) Error() string { return "imagelint failed while reading it" }

// DuplicateKey is a key that one mapping writes twice; readers such as kubectl keep the last one silently.
type DuplicateKey struct {
	Object *Object
	Key    string
	Path   string
	First  source.Span // the key that loses
	Span   source.Span // the key that wins
	// MissingSeparator is true if the mapping is two objects with no "---" between them.
	MissingSeparator bool
}

// Directive is a comment "# imagelint:VERB ARGUMENTS", or one that was meant so, such as "# imagelint-ignore RULE".
type Directive struct {
	Span source.Span // the directive, from "imagelint:" on
	Text string      // the same, as text
	// Line is the line the directive speaks about; From and To widen it to a container or an object.
	Line, From, To int
	Doc            *Document
	Object         *Object
}

// Annotated is an object with annotations that are directives of imagelint, its own or its pod templates'.
type Annotated struct {
	Object  *Object
	Ignores []Annotation
}

// Annotation is one annotation with the place of its key.
type Annotation struct {
	Key, Value string
	Span       source.Span
	// Scope is the path of what is annotated: "" for the object, "spec.template" for its pod template.
	Scope string
}

// Reasons for a Skip.
const (
	SkipNotKubernetes = "not-kubernetes" // the file holds no Kubernetes object
	SkipTemplate      = "template"       // a template that was not rendered, so not YAML
	SkipChart         = "helm-chart"     // the templates of a chart: render them first
	SkipKustomization = "kustomization"  // a kustomization that was not built
	SkipPart          = "part"           // a file that a kustomization, which could not be built, names; Detail says as what
	SkipLibrary       = "library-chart"  // a chart that renders nothing by itself
	SkipNoEngine      = "no-engine"      // the program that would render it is missing
	SkipNotRendered   = "not-rendered"   // a chart or a kustomization that could not be rendered; Detail says why
	SkipEmpty         = "empty"          // nothing in the file
	SkipTooLarge      = "too-large"      // a document over the limit that does not look like Kubernetes
	SkipListAlias     = "list-alias"     // an item of a large List that uses an anchor of another item
	SkipValues        = "values"         // values of a chart that are not YAML
	SkipValuesFrom    = "values-from"    // values that a HelmRelease takes from a ConfigMap or a Secret
	SkipHelmHidden    = "hidden-by-helm" // `helm install --hide-secret` printed a comment in place of a Secret
	SkipUnreadable    = "unreadable"     // a file met on the way that could not be read
	SkipNotRegular    = "not-a-file"     // a socket, device or named pipe met on the way
	SkipSymlink       = "symlink"        // a link to a directory, not followed
	SkipOutside       = "outside"        // a link to a file outside of the tree, met on the way
	SkipExcluded      = "excluded"       // a glob of the user excludes it
	SkipIgnored       = "gitignored"     // .gitignore names it, and git does not track it
	SkipVendor        = "vendor"         // a folder of that name, met on the way
)

// Skip is something that was not examined. Line is 0 where the whole file (or folder) is meant.
type Skip struct {
	File   string
	Line   int
	Reason string
	// Detail says more; "" where the reason says all.
	Detail string
}
