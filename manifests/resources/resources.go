// Package resources knows where Kubernetes kinds hold images, pod specs and pull secrets, as data: the built-in kinds and
// custom resources of public operators. It reads no object and judges none.
package resources

//go:generate go run ./gen

// A Kind says where the objects of one group and kind hold what matters for a pull. An absent list is empty.
// Its slices are shared between callers, who must not write to them.
type Kind struct {
	Group, Kind string // Group is "" for the core group
	// Builtin marks a workload of Kubernetes or OpenShift themselves, or a ServiceAccount: what its API wants is certain.
	Builtin bool
	// Remote marks the object of a cloud API: what it names is pulled outside the cluster, where pull secrets mean nothing.
	Remote bool
	// Skip marks a kind that holds no image to judge, or that a search by shape would misread: policies, mirrors, schemas. Of such a kind
	// no more is read than Containers.
	Skip bool
	// Patch marks pod templates that are laid over others: a container without an image is legal.
	Patch bool
	// Unverified marks what is known from use or documentation only: no schema was read.
	Unverified bool
	// Closed marks a kind whose schema was gone through by hand for this: it has pull secrets at the paths listed here and nowhere else, and the API
	// server drops them anywhere else.
	Closed bool

	Images       []Path        // full references that are run or pulled in the cluster
	Untagged     []Path        // those of Images that rightly have no tag: another field holds it, or it is a repository
	Mirrored     []Path        // full references that tools for mirroring read, and no node pulls
	Parts        []Path        // fragments of references, such as a registry or a name: never judged alone
	ImageObjects []ImageObject // maps that hold a reference in several keys
	// Partial are maps that hold an image in several keys and leave the registry to the operator: what does not parse is wrong, and nothing else can
	// be said of it.
	Partial []ImageObject
	// PodSpecs are objects of the shape of a PodSpec: each stands for its containers, initContainers, ephemeralContainers,
	// image volumes, imagePullSecrets, serviceAccountName and serviceAccount, which the other lists do not repeat.
	PodSpecs        []Path
	Containers      []Path       // containers outside a PodSpec; the path leads to each container, not to their list
	Volumes         []Path       // volumes outside a PodSpec; the path leads to each volume, whose image.reference is an image
	PullSecrets     []PullSecret // names of Secrets that hold registry credentials
	ServiceAccounts []Path       // names of the accounts that pods run under, outside a PodSpec
	Embedded        []Path       // whole objects, with their own apiVersion and kind, or lists of such
	Values          []Path       // free-form chart values: images are there in any shape, under any key
	NotRun          []Path       // pushed, mirrored, matched or overridden: written like images, but not pulled by this object
	NotImage        []Path       // disks and media under keys that sound like images; rbd.image is left out, as it is one nowhere
	Placeholders    []string     // values by which an author leaves the choice of an image to the operator
}

// A Shape is how a field writes the names of pull secrets.
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
	// NameNamespace is one map with the keys name and namespace; without the latter it is the object's own.
	NameNamespace
)

// A PullSecret is a field that names Secrets with registry credentials. Path leads to the whole field, be it a list or not.
type PullSecret struct {
	Path  Path
	Shape Shape
}
