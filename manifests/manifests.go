// Package manifests turns streams of YAML and JSON into what imagelint asks about: documents, Kubernetes objects, the pods they
// describe, and every container image reference with its exact place. It records and never judges.
package manifests

import (
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Set is everything one run was given. It is read-only once Load has returned.
type Set struct {
	// Workloads are the objects that hold images or pods, by the names of their files and then by their places.
	Workloads []*Workload
	// Context are the workloads of inputs that are read for what exists, and not reported on.
	Context []*Workload
	// Values are images that charts and kustomizations are given: in files of values, in objects that install a chart, and in entries that
	// replace images. A chart may complete or replace them, so that only what is wrong in any is said of them. Numbers are tags among them.
	Values  []*Workload
	Numbers []*NumberTag
	// Secrets are the Secrets of the input and those that something in it makes; Accounts are its service accounts. Both hold those of the
	// context, too.
	Secrets  []*Secret
	Accounts []*ServiceAccount
	// Patchers are objects that may give pull secrets to pods or namespaces while the cluster runs, under names that cannot be told.
	Patchers []*Object
	// Folders are the namespaces that kustomizations give to the objects beside them, by folder.
	Folders map[string]string
	// Mounted are the names of Secrets that are used otherwise than for pulls: mounted, or held by a service account.
	Mounted map[string]bool
	// Broken are the documents that look like Kubernetes and could not be read.
	Broken []*Document
	// Duplicates are mappings that write a key twice where it matters.
	Duplicates []Duplicate
	// Directives are the comments that speak to imagelint.
	Directives []*Directive
	// Annotated are the objects and pod templates whose annotations speak to imagelint.
	Annotated []Annotated
	// Kustomizations say what is done to files of the set before a cluster sees them; Settings are ConfigMaps whose values are put into them.
	Kustomizations []*Kustomization
	Settings       []*Settings
	// Built are images that tools of the tree build.
	Built []Built
	// Entries are the entries of images in kustomizations that were built.
	Entries []Entry
	// Skipped names what was not looked into, and why.
	Skipped []Skip
	Stats   Stats
}

// Entry is an entry of images in a kustomization that was built. Used says that it changed an image in one of the builds, or may have.
type Entry struct {
	Span source.Span
	Name string
	Used bool
}

// Stats counts what one run looked at.
type Stats struct {
	Files     int // files read
	Bytes     int64
	Documents int // documents with any content
	Objects   int // Kubernetes objects; the items of a List count, the List does not
	Unparsed  int // objects passed over because nothing in them can be an image or a pull secret
	Workloads int
	Images    int
	Values    int // files of chart values
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
)

// Skip is something that was not looked into. Line is 0 where the whole file (or folder) is meant.
type Skip struct {
	File   string
	Line   int
	Reason string
	// Detail says more; "" where the reason says all.
	Detail string
}

// Document is one document of a YAML stream.
type Document struct {
	Span source.Span // its first line
	// Template is the file that Helm rendered the document from, from the comment "# Source:".
	Template string
	// Unrendered says that the file is a template, seen by markers in it that are no YAML.
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

// Duplicate is a key that one mapping writes twice; readers such as kubectl keep the last one without a word.
type Duplicate struct {
	Object *Object
	Key    string
	Path   string
	First  source.Span // the key that loses
	Span   source.Span // the key that wins
	// Glued says that the mapping is two objects with no "---" between them.
	Glued bool
}

// Directive is a comment "# imagelint:VERB ARGUMENTS".
type Directive struct {
	Span source.Span // the directive, from "imagelint:" on
	Text string      // the same, as text
	// Line is the line the directive speaks about; From and To widen it to a container or an object.
	Line, From, To int
	Doc            *Document
	Object         *Object
}

// Annotated is an object with annotations that speak to imagelint, its own or its pod templates'.
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

// Object is one Kubernetes object.
type Object struct {
	Doc              *Document
	APIVersion, Kind string
	Namespace, Name  string
	// Span is the object's name, or the key "kind" where it has none.
	Span source.Span
	// Annotations are those that change what a rule says; see keptAnnotations.
	Annotations map[string]string
	// Context says that the object is not reported on.
	Context bool
	// Values says that it is no object, but a file of values: it has neither kind nor name.
	Values bool
	// Outer is the object that this one stands in, as in an OpenShift Template or a ManifestWork; nil for most.
	Outer *Object
	// Whole says that there is proof that the object is not a patch for another one.
	Whole bool
}

// Group is the API group, "" for the core group.
func (o *Object) Group() string { return group(o.APIVersion) }

// Workload is an object that holds images or pods.
type Workload struct {
	*Object
	Images []*ImageRef
	Pods   []*Pod
	// Secrets are the pull secrets that a custom resource names outside of its pod specs.
	Secrets []*SecretList
	// Misplaced are fields of pull secrets where Kubernetes drops them.
	Misplaced []Misplaced
}

// Pod is one pod or pod template in an object: the unit for which the kubelet gathers credentials.
type Pod struct {
	Object *Object
	Path   string // of the pod spec: "spec.template.spec"
	Tier   Tier
	// Annotations are those of the pod template.
	Annotations map[string]string
	// Account is the service account that the pod runs under; OwnAccount says that an operator chooses it where none is named.
	Account    AccountName
	OwnAccount bool
	// Secrets is the pod's own imagePullSecrets; nil where it writes none.
	Secrets *SecretList
	// Nodes is what the pod requires of the platform of its nodes.
	Nodes NodeSelection
}

// Tier says how sure it is that a string is an image that will be pulled.
type Tier uint8

// Tiers, from the surest on.
const (
	Certain Tier = iota // a pod spec of a built-in kind, or a field of a known custom resource
	Likely              // of pod-spec shape, or under a key such as image, in an unknown custom resource
	Guess               // in arguments, environment, annotations, or YAML inside strings
)

// String is the tier's name in output.
func (t Tier) String() string {
	return [...]string{"certain", "likely", "guess"}[t]
}

// Field says what kind of place an image stands in.
type Field uint8

// Fields.
const (
	FieldContainer Field = iota // an item of containers
	FieldInit                   // an item of initContainers
	FieldEphemeral              // an item of ephemeralContainers
	FieldVolume                 // volumes[].image.reference
	FieldScalar                 // any other string field
	FieldSplit                  // an object with repository and tag or digest
)

// State says what was found where an image belongs.
type State uint8

// States.
const (
	Written   State = iota // a string
	Missing                // no such key
	Null                   // the key with nothing, or null
	NotString              // a number, a boolean, a list or a mapping
	Template               // `{{ x }}`, which YAML reads as a mapping
)

// ImageRef is one image reference and where it stands.
type ImageRef struct {
	// Raw is the value as the cluster reads it; for a split object, its parts joined.
	Raw   string
	State State
	// Is names what a NotString value is: "number", "boolean", "list", "mapping".
	Is    string
	Span  source.Span // of Raw in the file, without quotes; of the container's name where State is Missing
	Path  string      // "spec.template.spec.containers[0].image"
	Field Field
	Tier  Tier
	// Container is the container's name; "" for a field that is no container's.
	Container string
	// Pod is the pod the image is pulled for; nil for a scalar field of a custom resource.
	Pod *Pod
	// Policy is the container's imagePullPolicy.
	Policy *Policy
	// Parts are the pieces of a split object, in the order registry, repository, tag, digest.
	Parts []Part
	// Digest is the place of the digest of a split object that has the field and nothing in it.
	Digest source.Span
	// Untagged says that the field takes a name without a tag: another field or an operator adds it.
	Untagged bool
	// Remote says that something other than this cluster pulls the image.
	Remote bool
	// Plain says that the value is written without quotes.
	Plain bool
	// Redacted says that Raw leaves out a password that the file holds.
	Redacted bool
	// Token is how the value is written where Span is not exact; nil where it is, and where the value cannot be replaced as a whole.
	Token *Token

	// Written is the text that stands in the file, where another tool puts values in place of its variables and Raw is what comes of that; else "".
	// Pieces are then the parts of Raw in their order.
	Written string
	Pieces  []Piece

	Ref imageref.Ref
	Err *imageref.Error // from imageref.Parse; Ref is then zero
}

// Piece is a stretch of an image's text that was put together from several places.
type Piece struct {
	From, To int         // in Raw
	Span     source.Span // where a person edits it
	Made     source.Span // the variable that it stands for; zero for text that stands in the image itself
}

// Policy is a written imagePullPolicy. Its place is not kept where there is nothing to say of it: for Always, and for IfNotPresent beside a
// version, which is what nearly every container has.
type Policy struct {
	Value string
	State State
	Is    string
	Span  source.Span
	Path  string
}

// Part is one piece of a split image.
type Part struct {
	Name  string // the key: "repository"
	Value string
	Span  source.Span
}
