package engine

import (
	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/manifests"
)

// shareLayers adds the Secrets and service accounts of kustomizations to the layers that lack them, as context. Overlays with a common base are in
// different layers, so that a Secret of one does not serve the pods of another. Pods of others may use the Secrets of all, by their namespaces. What is in
// a namespace in which the layer has an overlay of the same base is not added: it may be meant for another cluster.
func (l *Loaded) shareLayers(sets []*manifests.Set) {
	if len(sets) < 2 {
		return
	}
	type place struct{ group, namespace string }
	groups := make([]map[string]string, len(sets)) // the group of each kustomization, by the name of its output
	taken := make([]map[place]bool, len(sets))
	secrets, accounts := make([][]*manifests.Secret, len(sets)), make([][]*manifests.ServiceAccount, len(sets))
	for i, set := range sets {
		groups[i], taken[i] = map[string]string{}, map[place]bool{}
		for _, o := range l.outputs[i] {
			if o.Kind == render.Kustomization {
				groups[i][o.File()] = l.groups[o.Path]
			}
		}
		note := func(o *manifests.Object) bool {
			group, ok := groups[i][builtIn(o)]
			if ok {
				taken[i][place{group, o.Namespace}] = true
			}
			return ok && o.Namespace != "" && !o.Context
		}
		for _, w := range set.Workloads {
			note(w.Object)
		}
		for _, s := range set.Secrets {
			if note(s.Object) {
				secrets[i] = append(secrets[i], s)
			}
		}
		for _, a := range set.ServiceAccounts {
			if note(a.Object) {
				accounts[i] = append(accounts[i], a)
			}
		}
	}
	for i, set := range sets {
		for j := range sets {
			isFree := func(o *manifests.Object) bool { return !taken[i][place{groups[j][builtIn(o)], o.Namespace}] }
			for _, s := range secrets[j] {
				if i != j && isFree(s.Object) {
					more := *s
					more.Object = asContext(s.Object)
					set.Secrets = append(set.Secrets, &more)
				}
			}
			for _, a := range accounts[j] {
				if i != j && isFree(a.Object) {
					more := *a
					more.Object = asContext(a.Object)
					set.ServiceAccounts = append(set.ServiceAccounts, &more)
				}
			}
		}
	}
}

// builtIn returns the name of the rendered output that an object is in, or "".
func builtIn(o *manifests.Object) string {
	if o == nil || o.Span.File() == nil || !o.Span.File().InMemory {
		return ""
	}
	return o.Span.File().Name
}

// asContext returns a copy of an object that is not reported on.
func asContext(o *manifests.Object) *manifests.Object {
	out := *o
	out.Context = true
	return &out
}
