package model

import "github.com/imagelint-dev/imagelint/manifests/source"

// Document is one document of a YAML stream.
type Document struct {
	File  *source.File
	Start source.Pos
	// Template is the file that Helm rendered the document from, taken from the comment "# Source:".
	Template string
	// Unrendered is true if the file is a template with markers that are not YAML.
	Unrendered bool
	// Err is why the document could not be read, or nil.
	Err error
}

// Span returns the position of the document's start. It has no excerpt.
func (d *Document) Span() source.Span {
	return source.NewSpan(d.File, d.Start, d.Start, source.Excerpt{})
}

// SyntaxError is why a document is not YAML, in imagelint's own words, with the position.
type SyntaxError struct {
	Span    source.Span
	Message string // "a value is missing after ..."
	Help    string
}

// Error implements error.
func (e *SyntaxError) Error() string { return e.Message }

// PanicError marks a document on which imagelint itself failed. The panic's text is not kept, because it may quote the
// document.
type PanicError struct{}

// Error implements error.
func (*PanicError) Error() string { return "imagelint failed while reading it" }

// DuplicateKey is a key that occurs twice in a mapping; readers such as kubectl silently keep the last one.
type DuplicateKey struct {
	Object *Object
	Key    string
	Path   string
	First  source.Span // the key that is lost
	Span   source.Span // the key that is kept
	// Same is true if both values are the same scalar.
	Same bool
	// MissingSeparator is true if the mapping is two objects with no "---" between them.
	MissingSeparator bool
}

// Directive is a comment "# imagelint:VERB ARGUMENTS", or a misspelled one such as "# imagelint-ignore RULE".
type Directive struct {
	Span source.Span // the directive, starting at "imagelint:"
	Text string      // the same, as text
	// Line is the line that the directive applies to; From and To extend it to a container or an object.
	Line, From, To int
	Doc            *Document
	Object         *Object
}

// Annotated is an object with annotations that are imagelint directives, on itself or its pod templates.
type Annotated struct {
	Object  *Object
	Ignores []Annotation
}

// Annotation is an annotation with the position of its key.
type Annotation struct {
	Key, Value string
	Span       source.Span
	// Scope is the annotated path: "" for the object, "spec.template" for its pod template.
	Scope string
}

// Reasons for a Skip.
const (
	SkipNotKubernetes = "not-kubernetes"  // the file contains no Kubernetes object
	SkipTemplate      = "template"        // a template that was not rendered, so not YAML
	SkipChart         = "helm-chart"      // the templates of a chart: render them first
	SkipKustomization = "kustomization"   // a kustomization that was not built
	SkipPart          = "part"            // a file used by a kustomization that could not be built; Detail is its role
	SkipLibrary       = "library-chart"   // a chart that renders nothing by itself
	SkipNoEngine      = "no-engine"       // the program that would render it is missing
	SkipNotRendered   = "not-rendered"    // a chart or a kustomization that could not be rendered; Detail is the reason
	SkipPartial       = "partly-rendered" // a chart or a kustomization that was rendered without some part; Detail is which
	SkipEmpty         = "empty"           // an empty file
	SkipInvalid       = "invalid-yaml"    // in lists of images, a document that is not YAML; linting reports it as a finding
	SkipTooLarge      = "too-large"       // a document over the limit that does not look like Kubernetes
	SkipListAlias     = "list-alias"      // an item of a large List that uses an anchor of another item
	SkipValues        = "values"          // values of a chart that are not YAML
	SkipValuesFrom    = "values-from"     // values that a HelmRelease takes from a ConfigMap or a Secret
	SkipHelmHidden    = "hidden-by-helm"  // `helm install --hide-secret` printed a comment instead of a Secret
	SkipUnreadable    = "unreadable"      // an unreadable file in a folder
	SkipNotRegular    = "not-a-file"      // a socket, device or named pipe in a folder
	SkipSymlink       = "symlink"         // a link to a directory, not followed
	SkipOutside       = "outside"         // a link in a folder to a file outside of the tree
	SkipExcluded      = "excluded"        // excluded by a glob of the user
	SkipIgnored       = "gitignored"      // ignored by .gitignore and not tracked by git
	SkipVendor        = "vendor"          // a folder with that name
)

// Skip is something that was not examined. Line is 0 for a whole file or folder.
type Skip struct {
	File   string
	Line   int
	Reason string
	// Detail gives more information, or is "".
	Detail string
	// Missing is the program that SkipNoEngine is about: "helm" or "kustomize".
	Missing string
}
