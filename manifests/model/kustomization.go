package model

import "github.com/imagelint-dev/imagelint/manifests/source"

// Kustomization is what a kustomization, or an object that applies a folder as one, says of the files that it takes: a kustomization.yaml, Flux's
// Kustomization, and Argo CD's Application.
type Kustomization struct {
	// Tool names it in messages: "kustomize", "Flux", "Argo CD".
	Tool string
	// Folder is the folder of the file that holds it, in the form of Parts.
	Folder string
	// Path is the folder that an object applies, from the root of its repository: "apps/web", or "." for all of it; "" for a kustomization.yaml.
	Path string
	// Parts are the files and folders that it builds on, its components among them, with slashes and as seen from where the names of inputs are.
	// Patches are files that it applies to others.
	Parts, Components, Patches []string
	// Images are the names of images that it replaces, Variables the names of its vars.
	Images, Variables []string
	// Namespace is the one into which it puts all objects; "" for none.
	Namespace string
	// Rewrites is true if it may write images in a way that only building it shows: by a patch that is written out, a replacement, a transformer.
	Rewrites bool
	// Substitutes is true if it puts values in place of ${NAME} in all files; Values are those that it writes out, and From are ConfigMaps and
	// Secrets that hold more, in the namespace In.
	Substitutes     bool
	Values          map[string]Substitute
	ValuesFrom      []string
	ValuesNamespace string
}

// Substitute is a value that is put in place of ${NAME}.
type Substitute struct {
	Value string
	Span  source.Span
}

// KustomizeImage is an entry of images in a kustomization that was built. Used says that it changed an image in one of the builds, or may have.
type KustomizeImage struct {
	Span source.Span
	Name string
	Used bool
}

// BuiltImage is an image that a tool builds, and puts under its full name into the manifests of its folder.
type BuiltImage struct {
	Tool   string // the tool
	Folder string // of the file that says so, in the form of Kustomization.Parts
	Image  string
}

// ConfigMap is a ConfigMap that values for ${NAME} may be taken from.
type ConfigMap struct {
	Namespace, Name string
	Data            map[string]Substitute
}
