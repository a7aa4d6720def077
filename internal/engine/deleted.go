package engine

import (
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// missingSecret is the rule about Secrets that the input does not have.
const missingSecret = "pull-secret-missing"

// explainDeleted adds to the help of findings about missing Secrets that the revision had them. That does not prove that a pull fails: kubectl apply and
// helm template leave what is not in the manifests any more in the cluster.
func (l *Loaded) explainDeleted(past *past, fresh []lint.Finding) {
	type place struct {
		file   string
		offset int
	}
	at := func(s source.Span) (p place) {
		if s.File() != nil {
			p = place{s.File().Name, s.Start().Offset}
		}
		return p
	}
	missing := map[place]*lint.Finding{}
	for i := range fresh {
		if f := &fresh[i]; f.Rule == missingSecret && f.Severity < lint.Error && f.Span.File() != nil {
			missing[at(f.Span)] = f
		}
	}
	if past.then == nil || len(missing) == 0 {
		return
	}
	had, has := past.then.secrets(), l.secrets()
	for _, set := range l.Sets() {
		planner := plan.New(set, l.linter.Settings.PlanOptions())
		eachSecretName(set, func(namespace string, o *manifests.Object, name *manifests.PullSecretName) {
			if name.Namespace != "" {
				namespace = name.Namespace
			}
			id := plan.SecretID(planner.Namespace(namespace, o), name.Name)
			if f := missing[at(name.Span)]; f != nil && had[id] && !has[id] {
				f.Help = "these changes delete it: kubectl apply leaves it in the cluster, so the pull need not fail, but a GitOps tool that prunes deletes it; " + f.Help
				delete(missing, at(name.Span)) // other objects may share the text
			}
		})
	}
}

// secrets returns the IDs of the Secrets in the inputs, and of those that other objects create.
func (l *Loaded) secrets() map[string]bool {
	out := map[string]bool{}
	for _, set := range l.Sets() {
		planner := plan.New(set, l.linter.Settings.PlanOptions())
		for _, s := range set.Secrets {
			out[plan.SecretID(planner.Namespace(s.SecretNamespace, s.Object), s.SecretName)] = true
		}
	}
	return out
}

// eachSecretName calls a function with each name in a list of pull secrets, and with the namespace and the object of the list.
func eachSecretName(set *manifests.Set, do func(namespace string, o *manifests.Object, name *manifests.PullSecretName)) {
	list := func(namespace string, o *manifests.Object, l *manifests.PullSecretList) {
		if l == nil {
			return
		}
		for i := range l.Names {
			do(namespace, o, &l.Names[i])
		}
	}
	for _, w := range set.Workloads {
		for _, pod := range w.Pods {
			list(w.Namespace, w.Object, pod.ImagePullSecrets)
		}
		for _, l := range w.PullSecrets {
			list(w.Namespace, w.Object, l)
		}
	}
	for _, a := range set.ServiceAccounts {
		list(a.Namespace, a.Object, a.ImagePullSecrets)
	}
}
