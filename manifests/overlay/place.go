package overlay

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
)

// Place puts objects into the targetNamespace of the Flux Kustomizations that apply them, as Flux does: whatever namespace they or their kustomizations
// set. Where these Kustomizations set different namespaces, the objects exist in each of them, and have no namespace. Objects that something else also
// applies, or perhaps does, keep theirs. more are Kustomizations of other sets, which were built apart from this one.
func Place(set *manifests.Set, more ...*manifests.Kustomization) {
	all := *set
	all.Kustomizations = slices.Concat(set.Kustomizations, more)
	if !slices.ContainsFunc(all.Kustomizations, places) {
		return
	}
	p := placer{x: New(&all), moved: map[*manifests.Object]*manifests.Object{}}
	set.Workloads, set.Context = p.workloads(set.Workloads), p.workloads(set.Context)
	set.Secrets = slices.Clone(set.Secrets)
	for i, s := range set.Secrets {
		set.Secrets[i] = p.secret(s)
	}
	set.ServiceAccounts = slices.Clone(set.ServiceAccounts)
	for i, a := range set.ServiceAccounts {
		if o := p.object(a.Object); o != a.Object {
			own := *a
			own.Object = o
			set.ServiceAccounts[i] = &own
		}
	}
	set.Annotated = slices.Clone(set.Annotated)
	for i, a := range set.Annotated {
		set.Annotated[i].Object = p.object(a.Object)
	}
}

// places reports whether a kustomization puts what it applies into a namespace, whatever that has itself.
func places(k *manifests.Kustomization) bool { return k.Tool == flux && k.Namespace != "" }

// placer replaces objects by those in other namespaces.
type placer struct {
	x     *Index
	moved map[*manifests.Object]*manifests.Object
}

// object returns an object in the namespace where it is applied: the same one if that is its own.
func (p *placer) object(o *manifests.Object) *manifests.Object {
	if o == nil {
		return nil
	}
	if to, ok := p.moved[o]; ok {
		return to
	}
	written := o.AsWritten() // an earlier call may have placed it, with fewer Kustomizations
	to := written
	if ns, ok := p.x.place(written); ok && ns != written.Namespace {
		own := *written
		own.Namespace, own.Written = ns, written
		to = &own
	}
	if to.Namespace == o.Namespace {
		return o
	}
	p.moved[o] = to
	return to
}

func (p *placer) workloads(list []*manifests.Workload) []*manifests.Workload {
	list = slices.Clone(list)
	for i, w := range list {
		o := p.object(w.Object)
		if o == w.Object {
			continue
		}
		own := *w
		own.Object = o
		list[i] = &own
	}
	return list
}

// secret returns a Secret in the namespace where it is applied. One whose source names its namespace stays there.
func (p *placer) secret(s *manifests.Secret) *manifests.Secret {
	generated := s.SourceKind == "secretGenerator" // the transformer also moves generated Secrets with a namespace of their own
	switch {
	case s.Object == nil, s.AnyNamespace && s.SourceKind != manifests.SourceKindSecret, !generated && s.SecretNamespace != s.Namespace:
		return s
	}
	o := p.object(s.Object)
	if o == s.Object && !generated {
		return s
	}
	own := *s
	own.Object = o
	if !generated {
		own.SecretNamespace = o.Namespace
	} else if ns, ok := p.x.place(s.Object); ok {
		own.SecretNamespace = ns
	}
	return &own
}

// place returns the namespace in which Flux applies an object, or "" if there are several or it is not known. It returns false if something else may apply
// the object, too.
func (x *Index) place(o *manifests.Object) (string, bool) {
	to := x.placedIn(o)
	switch {
	case len(to) == 0:
		return "", false
	case len(to) > 1 || !IsNamespace(to[0]):
		return "", true
	}
	return to[0], true
}

// placedIn returns the namespaces in which Flux applies an object; nil if something else may apply it, too.
func (x *Index) placedIn(o *manifests.Object) []string {
	if !x.places || o == nil || o.Outer != nil || isClusterScoped(o) {
		return nil
	}
	return x.over(o).targets
}

// IsNamespace reports whether a text can be the name of a namespace, and is no variable.
func IsNamespace(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { // faster than a set of characters
		return (r < 'a' || 'z' < r) && (r < '0' || '9' < r) && r != '-'
	})
}

// isClusterScoped reports whether an object without a namespace can have none, as far as that is known.
func isClusterScoped(o *manifests.Object) bool {
	rest, ok := strings.CutPrefix(o.Kind, "Cluster")
	ok = ok && rest != "" && 'A' <= rest[0] && rest[0] <= 'Z' || o.Group() == "pkg.crossplane.io" || o.Kind == "Namespace" || o.Kind == "Node"
	return ok && o.AsWritten().Namespace == ""
}

// targets returns the namespaces that Flux Kustomizations set for the objects of a file. It returns nil if something may apply them without one of these: a
// Flux Kustomization without a targetNamespace, a kustomization that none of them applies, or more than are looked at.
func (x *Index) targets(file string, all []*manifests.Kustomization) []string {
	if file == "" || len(all) == 0 || len(all) >= maxKustomizations {
		return nil
	}
	folder := folderOf(file)
	if len(x.users[file]) == 0 && !isKustomization(file) {
		if x.listing[folder] {
			return nil // a kustomization that does not use the file
		}
		return x.targetsOf(folder)
	}
	var out []string
	// under adds those of a folder, unless a kustomization uses it, whose folder then counts. It returns false if there are none.
	under := func(folder string) bool {
		if len(x.users[folder]) > 0 {
			return true
		}
		to := x.targetsOf(folder)
		for _, ns := range to {
			if !slices.Contains(out, ns) {
				out = append(out, ns)
			}
		}
		return to != nil
	}
	if isKustomization(file) && !under(folder) {
		return nil
	}
	for _, k := range all {
		if k.Path == "" && !under(k.Folder) {
			return nil
		}
	}
	return out
}

// targetsOf is targets for the files of a folder that no kustomization uses, or for what the kustomization in it builds.
func (x *Index) targetsOf(folder string) []string {
	if known, ok := x.placed[folder]; ok {
		return known
	}
	var out []string
	for _, k := range x.applying(folder) {
		if k.Tool != flux || !x.appliesFolder(k, folder) {
			continue
		}
		if k.Namespace == "" {
			out = nil
			break
		}
		if !slices.Contains(out, k.Namespace) {
			out = append(out, k.Namespace)
		}
	}
	x.placed[folder] = out
	return out
}

// flux is the tool of Flux's Kustomizations.
const flux = "Flux"

// appliesFolder reports whether a Flux Kustomization applies a folder with its own files: its path, or a folder below it if no folder between them is a
// kustomization, which would list what it uses. The path is relative to the root of the repository, which is a parent of the Kustomization. It cannot be the
// root itself, since a Kustomization without a path mostly applies another repository.
func (x *Index) appliesFolder(k *manifests.Kustomization, folder string) bool {
	for at := folder; ; at = folderOf(at) {
		if at != folder && x.listing[at] {
			return false
		}
		if isPathOf(k, at) {
			return true
		}
		if at == folderOf(at) {
			return false
		}
	}
}

// isPathOf reports whether a folder is what a Flux Kustomization applies: its path, relative to the root of a repository that has the Kustomization.
func isPathOf(k *manifests.Kustomization, folder string) bool {
	root, ok := strings.CutSuffix(folder, k.Path)
	switch {
	case !ok || k.Path == ".":
		return false
	case root == "":
		root = "."
	case root == "/":
	case root[len(root)-1] != '/':
		return false
	default:
		root = root[:len(root)-1]
	}
	return isBelow(k.Folder, root)
}
