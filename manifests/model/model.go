// Package model is what is known of manifests once they have been read: documents, Kubernetes objects, pods, images and Secrets, each with
// its place. It knows neither how they are read nor whether they are right. Package manifests has all of it under the same names; import
// that one.
package model

import "maps"

// Set is everything one run was given. It is read-only once Load has returned.
type Set struct {
	// Workloads are the objects that hold images or pods, by the names of their files and then by their places.
	Workloads []*Workload
	// Context are the workloads of inputs that are read for what exists, and not reported on.
	Context []*Workload
	// Values are images that charts and kustomizations are given: in files of values, in objects that install a chart, and in entries that
	// replace images. A chart may complete or replace them, so that only what is wrong in any is said of them. Numbers are tags among them.
	Values     []*Workload
	NumberTags []*NumberTag
	// Secrets are the Secrets of the input and those that something in it makes; Accounts are its service accounts. Both hold those of the
	// context, too.
	Secrets         []*Secret
	ServiceAccounts []*ServiceAccount
	// PullSecretInjectors are objects that may give pull secrets to pods or namespaces while the cluster runs, under names that cannot be told.
	PullSecretInjectors []*Object
	// FolderNamespaces are the namespaces that kustomizations give to the objects beside them, by folder.
	FolderNamespaces map[string]string
	// MountedSecrets are the names of Secrets that are used otherwise than for pulls: mounted, or held by a service account.
	MountedSecrets map[string]bool
	// Services are the Services of the input, the context's too, as NAMESPACE/NAME.
	Services map[string]bool
	// Mirrors say where the nodes of OpenShift pull from before they ask a registry.
	Mirrors []*Mirror
	// Broken are the documents that look like Kubernetes and could not be read.
	Broken []*Document
	// Duplicates are mappings that write a key twice where it matters.
	Duplicates []DuplicateKey
	// Directives are the comments "# imagelint:...".
	Directives []*Directive
	// Annotated are the objects and pod templates whose annotations are directives of imagelint.
	Annotated []Annotated
	// Kustomizations say what is done to files of the set before a cluster sees them; Settings are ConfigMaps whose values are put into them.
	Kustomizations []*Kustomization
	ConfigMaps     []*ConfigMap
	// BuiltImages are images that tools of the tree build.
	BuiltImages []BuiltImage
	// KustomizeImages are the entries of images in kustomizations that were built.
	KustomizeImages []KustomizeImage
	// OpenShift is true if an object of OpenShift's own API groups is among them, so that the cluster is one of OpenShift.
	OpenShift bool
	// ClusterStatuses is what clusters said of images, where that is asked for: statuses of containers, and Events.
	ClusterStatuses []ClusterStatus
	// Skipped names what was not examined, and why.
	Skipped []Skip
	Stats   Stats
}

// Add appends all of another set.
func (s *Set) Add(t *Set) {
	s.Workloads = append(s.Workloads, t.Workloads...)
	s.Context = append(s.Context, t.Context...)
	s.Values = append(s.Values, t.Values...)
	s.NumberTags = append(s.NumberTags, t.NumberTags...)
	s.Secrets = append(s.Secrets, t.Secrets...)
	s.ServiceAccounts = append(s.ServiceAccounts, t.ServiceAccounts...)
	s.PullSecretInjectors = append(s.PullSecretInjectors, t.PullSecretInjectors...)
	s.Broken = append(s.Broken, t.Broken...)
	s.Duplicates = append(s.Duplicates, t.Duplicates...)
	s.Directives = append(s.Directives, t.Directives...)
	s.Annotated = append(s.Annotated, t.Annotated...)
	s.Skipped = append(s.Skipped, t.Skipped...)
	s.ClusterStatuses = append(s.ClusterStatuses, t.ClusterStatuses...)
	s.FolderNamespaces = union(s.FolderNamespaces, t.FolderNamespaces)
	s.MountedSecrets = union(s.MountedSecrets, t.MountedSecrets)
	s.Services = union(s.Services, t.Services)
	s.Mirrors = append(s.Mirrors, t.Mirrors...)
	s.Kustomizations = append(s.Kustomizations, t.Kustomizations...)
	s.ConfigMaps = append(s.ConfigMaps, t.ConfigMaps...)
	s.BuiltImages = append(s.BuiltImages, t.BuiltImages...)
	s.KustomizeImages = append(s.KustomizeImages, t.KustomizeImages...)
	s.OpenShift = s.OpenShift || t.OpenShift
	s.Stats.Add(t.Stats)
}

// union adds the entries of one map to another, which may be nil.
func union[V any](to, from map[string]V) map[string]V {
	if to == nil {
		return maps.Clone(from) // two sets share no map
	}
	maps.Copy(to, from)
	return to
}

// Stats counts what one run looked at.
type Stats struct {
	Files     int // files read
	Bytes     int64
	Documents int // documents with any content
	Objects   int // Kubernetes objects; the items of a List count, the List does not
	Unparsed  int // objects skipped because nothing in them can be an image or a pull secret
	Workloads int
	Images    int
	Values    int // files of chart values
}

// Add adds what another set counted.
func (s *Stats) Add(t Stats) {
	s.Files += t.Files
	s.Bytes += t.Bytes
	s.Documents += t.Documents
	s.Objects += t.Objects
	s.Unparsed += t.Unparsed
	s.Values += t.Values
	s.Workloads += t.Workloads
	s.Images += t.Images
}
