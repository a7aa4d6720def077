package model

import "github.com/imagelint-dev/imagelint/manifests/source"

// Kustomization describes what a kustomization.yaml, a Flux Kustomization or an Argo CD Application does to the files
// that it applies.
type Kustomization struct {
	// Tool is its name in messages: "kustomize", "Flux", "Argo CD".
	Tool string
	// Folder is the folder of its file, in the form of Parts.
	Folder string
	// Path is the folder that an object applies, relative to the root of its repository: "apps/web", or "." for all of
	// it; "" for a kustomization.yaml.
	Path string
	// Parts are the files and folders that it builds on, including components, with slashes and relative like names of
	// inputs. Patches are patch files.
	Parts, Components, Patches []string
	// Images are the names of the entries that replace images, Variables the names of its vars.
	Images, Variables []string
	// Entries are the entries of Images of a Flux Kustomization, and Object is that Kustomization. There are none if its components may bring more images.
	Entries []KustomizeEntry
	Object  *Object
	// Retagged are those of Images whose entries all set a tag or a digest, so that the tag in a manifest is not used.
	Retagged []string
	// Namespace is the namespace that it sets for all objects, or "".
	Namespace string
	// NamePrefix and NameSuffix are added to the names of all objects.
	NamePrefix, NameSuffix string
	// Rewrites is true if only a build shows how it changes images: by an inline patch, a replacement or a
	// transformer.
	Rewrites bool
	// AddsPullSecrets is true if an inline patch is about imagePullSecrets.
	AddsPullSecrets bool
	// Substitutes is true if it substitutes ${NAME} in all files. Values are its inline values, and From the
	// ConfigMaps and Secrets with more, in the namespace In.
	Substitutes     bool
	Values          map[string]Substitute
	ValuesFrom      []string
	ValuesNamespace string
}

// KustomizeEntry is an entry that replaces images: the name that it replaces, what it sets, and where it is.
type KustomizeEntry struct {
	Name, Path              string
	Span                    source.Span // of the name
	NewName, NewTag, Digest string
	// Unclear is true if it sets something else, or what it sets is not text.
	Unclear bool
}

// Substitute is a value for ${NAME}.
type Substitute struct {
	Value string
	Span  source.Span
}

// KustomizeImage is an images entry of a built kustomization, or one of a Flux Kustomization that matches nothing. Used is true if it changed, or may have changed, an
// image in some build. Builds are those that it is part of, including builds in other sets; none means all workloads of the set.
type KustomizeImage struct {
	Span   source.Span
	Name   string
	Used   bool
	Builds []*Build
	// Kept is an image of a build whose tag and digest the entry should have set, and that no entry set; "" if there is none. Empty is the
	// key that would have set them, but that has no value; "" if the entry has only a name. EmptyAt is its position, or that of the name.
	Kept, Empty string
	EmptyAt     source.Span
}

// Build is the output of a kustomization.
type Build struct{ Workloads []*Workload }

// BuiltImage is an image that a tool builds and then replaces in the manifests of its folder.
type BuiltImage struct {
	Tool   string // the tool
	Folder string // of the file that defines it, in the form of Kustomization.Parts
	Image  string
}

// ConfigMap is a ConfigMap that may provide values for ${NAME}.
type ConfigMap struct {
	Namespace, Name string
	Data            map[string]Substitute
}
