// Package model has the types of loaded manifests: documents, Kubernetes objects, pods, images and Secrets, each with
// its position. It knows neither how they are read nor whether they are correct. Package manifests exports all types
// under the same names; import that one.
package model

import (
	"maps"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Set is the complete input of a run. It is read-only once Load has returned.
type Set struct {
	// Workloads are the objects with images or pods, ordered by file name and position.
	Workloads []*Workload
	// Context are the workloads of files that are read but not reported on.
	Context []*Workload
	// Values are images from chart values and from the images of kustomizations. A chart may complete them, so rules
	// report only what is wrong in every case. NumberTags are tags among them that YAML reads as numbers.
	Values     []*Workload
	NumberTags []*NumberTag
	// Secrets are the Secrets of the input and those that a secret source in it creates. ServiceAccounts are those of
	// the input. Both include those of the context.
	Secrets         []*Secret
	ServiceAccounts []*ServiceAccount
	// PullSecretInjectors are operators and policies that may add pull secrets to pods or namespaces in the cluster, under unknown names.
	PullSecretInjectors []*Object
	// FolderNamespaces maps a folder to the namespace that its kustomization sets.
	FolderNamespaces map[string]string
	// MountedSecrets holds names of Secrets that pods mount.
	MountedSecrets map[string]bool
	// Services lists the Services of the input and the context, as NAMESPACE/NAME.
	Services Names
	// Mirrors configure where OpenShift nodes pull from before the registry itself.
	Mirrors []*Mirror
	// ImageStreams are those of the input and the context.
	ImageStreams []*ImageStream
	// NodeRegistries are registries on the local machine that nodes can use.
	NodeRegistries []*NodeRegistry
	// Broken are the documents that look like Kubernetes but could not be read.
	Broken []*Document
	// Duplicates are relevant mappings with a duplicate key.
	Duplicates []DuplicateKey
	// Directives are the comments "# imagelint:...".
	Directives []*Directive
	// Annotated are the objects and pod templates whose annotations are directives of imagelint.
	Annotated []Annotated
	// Kustomizations describe what kustomize, Flux and Argo CD do to files of the set. ConfigMaps hold the values that
	// Flux substitutes.
	Kustomizations []*Kustomization
	ConfigMaps     []*ConfigMap
	// BuiltKustomizations are those whose output is in the set, in place of their files, and the bases of these.
	BuiltKustomizations []*Kustomization
	// BuiltImages are images that Tilt builds.
	BuiltImages []BuiltImage
	// KustomizeImages are the images entries of built kustomizations.
	KustomizeImages []KustomizeImage
	// Installs are the charts in repositories that something in the set installs with values of its own.
	Installs []Install
	// OpenShift is true if the set has an object of an OpenShift API group.
	OpenShift bool
	// ClusterStatuses are the statuses of containers that wait and, if Options.ClusterStatus asks for them, those of others, and Events.
	ClusterStatuses []ClusterStatus
	// Pulled lists images that nodes have, according to the statuses of Pods: as "IMAGE HOST", where IMAGE is as written for the container, and HOST the registry
	// in the name by which the node knows it, or "".
	Pulled Names
	// UnknownKinds are the kinds, as KIND.GROUP, that no table describes and that have something that looks like an image. Others of their images may not be
	// found.
	UnknownKinds map[string]bool
	// Skipped names what was not examined, and why.
	Skipped []Skip
	Stats   Stats
}

// Install is a chart in a repository that a release installs with values of its own.
type Install struct {
	Chart string      // its path from the root of the repository, which is any folder above, with slashes
	Span  source.Span // where the release names it
}

// Add appends all of another set.
func (s *Set) Add(t *Set) {
	add(&s.Workloads, t.Workloads)
	add(&s.Context, t.Context)
	add(&s.Values, t.Values)
	add(&s.NumberTags, t.NumberTags)
	add(&s.Secrets, t.Secrets)
	add(&s.ServiceAccounts, t.ServiceAccounts)
	add(&s.PullSecretInjectors, t.PullSecretInjectors)
	add(&s.Broken, t.Broken)
	add(&s.Duplicates, t.Duplicates)
	add(&s.Directives, t.Directives)
	add(&s.Annotated, t.Annotated)
	add(&s.Skipped, t.Skipped)
	add(&s.ClusterStatuses, t.ClusterStatuses)
	s.FolderNamespaces = union(s.FolderNamespaces, t.FolderNamespaces)
	s.AddUnknownKinds(t)
	s.MountedSecrets = union(s.MountedSecrets, t.MountedSecrets)
	s.Services.Append(t.Services)
	s.Pulled.Append(t.Pulled)
	add(&s.Mirrors, t.Mirrors)
	add(&s.ImageStreams, t.ImageStreams)
	add(&s.NodeRegistries, t.NodeRegistries)
	add(&s.Kustomizations, t.Kustomizations)
	add(&s.BuiltKustomizations, t.BuiltKustomizations)
	add(&s.ConfigMaps, t.ConfigMaps)
	add(&s.BuiltImages, t.BuiltImages)
	add(&s.KustomizeImages, t.KustomizeImages)
	add(&s.Installs, t.Installs)
	s.OpenShift = s.OpenShift || t.OpenShift
	s.Stats.Add(t.Stats)
}

// add appends a list to another. Most documents add nothing to most lists, which is worth a test.
func add[T any](to *[]T, from []T) {
	if len(from) > 0 {
		*to = append(*to, from...)
	}
}

// AddUnknownKinds adds the unknown kinds of another set.
func (s *Set) AddUnknownKinds(t *Set) { s.UnknownKinds = union(s.UnknownKinds, t.UnknownKinds) }

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
