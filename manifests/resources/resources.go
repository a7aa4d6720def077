// Package resources knows where Kubernetes kinds have images, pod specs and pull secrets, as data: the built-in kinds
// and custom resources of public operators. It reads no objects and does not judge.
package resources

//go:generate go run ./gen

// A Kind describes which fields of one group and kind matter for pulls. A missing list is empty. Its slices
// are shared between callers, who must not write to them.
type Kind struct {
	Group, Kind string // Group is "" for the core group
	// Builtin marks a workload of Kubernetes or OpenShift itself, or a ServiceAccount: the
	// requirements of its API are known.
	Builtin bool
	// Remote marks the object of a cloud API. Its images are pulled outside of the cluster, where
	// pull secrets do not apply.
	Remote bool
	// Fetched marks a kind whose images and artifacts a controller in the cluster fetches, with the pull secrets that the
	// object names. No kubelet pulls them.
	Fetched bool
	// Skip marks a kind without images to check, or that a search by shape would misread: policies, mirrors, schemas.
	// Only its Containers are read.
	Skip bool
	// Patch marks pod templates that are merged into others, where a container needs no image.
	Patch bool
	// Unverified marks entries based on use or documentation only, not on a schema.
	Unverified bool
	// Closed marks a kind whose schema was checked by hand: it has pull secrets at the paths listed here and nowhere
	// else, and the API server drops them anywhere else.
	Closed bool

	Images       []Path        // full references that are run or pulled in the cluster
	Untagged     []Path        // those Images that need no tag: another field has it, or the value is a repository
	Mirrored     []Path        // full references that mirroring tools read and that no node pulls
	Parts        []Path        // fragments of references, such as a registry or a name, which are not checked alone
	ImageObjects []ImageObject // maps that hold a reference in several keys
	// Partial are maps that hold an image in several keys and leave the registry to the operator. Values that do not
	// parse are wrong; nothing else can be checked.
	Partial []ImageObject
	// PodSpecs are objects in the format of a PodSpec. Each stands for its containers, initContainers,
	// ephemeralContainers, image volumes, imagePullSecrets, serviceAccountName and serviceAccount, which the other
	// lists do not repeat.
	PodSpecs        []Path
	Containers      []Path       // containers outside a PodSpec; the path leads to each container, not to their list
	Volumes         []Path       // volumes outside a PodSpec; the path leads to each volume, whose image.reference is an image
	PullSecrets     []PullSecret // names of Secrets that hold registry credentials
	ServiceAccounts []Path       // names of the accounts that pods run under, outside a PodSpec
	Embedded        []Path       // whole objects, with their own apiVersion and kind, or lists of such
	Values          []Path       // free-form chart values: images may be in any shape, under any key
	NotRun          []Path       // pushed, mirrored, matched or overridden: written like images, but not pulled by this object
	NotImage        []Path       // disks and media under keys that look like images; rbd.image is not listed, because it is never an image
	Placeholders    []string     // values with which an author leaves the choice of an image to the operator
}

// A Shape is the format in which a field lists pull secrets.
type Shape uint8

const (
	// ListOfNames is a list of maps with the key name, as in a PodSpec.
	ListOfNames Shape = iota
	// ListOfStrings is a list of names.
	ListOfStrings
	// String is one name.
	String
	// Name is one map with the key name.
	Name
	// NameNamespace is one map with the keys name and namespace. Without namespace, it means the
	// object's own.
	NameNamespace
)

// A PullSecret is a field that names Secrets with registry credentials. Path leads to the whole
// field, whether or not it is a list.
type PullSecret struct {
	Path  Path
	Shape Shape
}
