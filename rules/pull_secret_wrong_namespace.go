package rules

import (
	"fmt"
	"sync"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// PullSecretWrongNamespace reports a Secret in imagePullSecrets that is in another namespace.
var PullSecretWrongNamespace = lint.Rule{
	ID: "pull-secret-wrong-namespace", Group: "pull-secret", Severity: lint.Error, Levels: "error, warning or info",
	Check: checkPullSecretWrongNamespace,
	Doc: lint.Doc{
		Title: `imagePullSecrets names a Secret of another namespace`,
		Why:   `The kubelet looks for pull secrets only in the pod's own namespace. If one of the two sets no namespace, it depends on where the manifests are applied, which --namespace tells: then it is a warning, or an info if the Secret's namespace is the only one in all of the manifests and no workload beside the pod sets it, since the manifests are probably applied to it. It is also a warning if they are in distant folders, so that another Secret of that name may have been created by hand, and if every image of the pods that name it is known not to need it.`,
		Bad:   `namespace: build`,
		Good:  `namespace: web`,
		Since: "0.1.0",
	},
}

func checkPullSecretWrongNamespace(p *lint.Pass) {
	failing, spared, renamed := newFailingPulls(p), newSpared(p), newRenamedSecrets(p)
	only := sync.OnceValue(p.Plan.OnlyNamespace)
	writers := sync.OnceValue(func() map[plan.Scope]bool { return namespaceWriters(p) })
	for u := range secretUses(p) {
		if u.Found() || len(u.Elsewhere) == 0 {
			continue
		}
		s := u.Elsewhere[0]
		if u.given && !plan.InSameScope(s.Object, u.object) {
			continue // it may belong to another cluster, and the chart may create one
		}
		if plan.IsStandIn(s.SecretNamespace) || plan.IsStandIn(u.object.Namespace) {
			continue // what replaces the placeholder may be the other's namespace
		}
		other, isGiven := p.Plan.Namespace(s.SecretNamespace, s.Object), false
		if other == "" && u.Namespace != "" { // an overlay places it, which was not built
			other = p.Plan.NamespaceGiven(s.Object)
			isGiven = other != ""
		}
		f := lint.Finding{
			Object: u.object, Span: u.Ref.Span, Path: u.Ref.Path, Severity: lint.Error, Cluster: notRetrieved(u.Ref.Name),
			Message: fmt.Sprintf("%s names %s, which is in %s, not in %s", fieldOf(u.Ref.Path), quote(u.Ref.Name), inNamespace(other), inNamespace(u.Namespace)),
			Help:    fmt.Sprintf("create the Secret in %s, too; %s cannot use a Secret in another namespace", inNamespace(u.Namespace), userOf(u.object)),
			Related: []lint.Related{atFault(s, "the Secret of that name")},
		}
		if hosts := otherRegistries(p, &u); hosts != "" {
			f.Help = fmt.Sprintf("create a Secret for the registry of the pod's images in %s; a copy of this one would not help them, since its keys are for %s only", inNamespace(u.Namespace), hosts)
		}
		switch {
		case u.Namespace == "":
			if f.Severity = lint.Warning; other == only() && !isBeside(u.object, writers()) {
				f.Severity = lint.Info
			}
			f.Message = fmt.Sprintf("%s names %s, which works only in %s, where the Secret is", fieldOf(u.Ref.Path), quote(u.Ref.Name), inNamespace(other))
			f.Help = fmt.Sprintf("if this is applied to %s, run imagelint with --namespace %s; otherwise create the Secret where it is applied, too", inNamespace(other), other)
		case other == "":
			f.Severity = lint.Warning
			f.Message = fmt.Sprintf("%s names %s, which works only if the Secret is applied to %s: it sets no namespace", fieldOf(u.Ref.Path), quote(u.Ref.Name), inNamespace(u.Namespace))
			f.Help = fmt.Sprintf("set namespace: %s in the Secret, or run imagelint with --namespace %s if it is applied there", u.Namespace, u.Namespace)
		}
		if u.Namespace != "" && other != "" {
			renamed.offer(&u, &f)
		}
		if s.AnyNamespace {
			f.Message = fmt.Sprintf("%s names %s, which is not copied to %s", fieldOf(u.Ref.Path), quote(u.Ref.Name), inNamespace(u.Namespace))
			f.Help = fmt.Sprintf("add %s to those that the Secret is copied to", inNamespace(u.Namespace))
		}
		if isGiven || u.Hidden || p.Plan.PullSecretInjector() != nil || p.Plan.MutatingPolicy() != nil || !plan.InSameScope(s.Object, u.object) || s.AnyNamespace && s.SourceKind != manifests.SourceKindSecret {
			f.Severity = min(f.Severity, lint.Warning)
		}
		f.Severity = capByConfidence(f.Severity, u.tier)
		spared.lower(&f, u.Ref)
		if f.Severity == lint.Error {
			working, _ := renamed.of(&u)
			f.Pulls = failing.named(u.Ref, s, working, f.Message)
		}
		p.Report(f)
	}
}

// otherRegistries lists the registries of the Secret that a pod names in the wrong namespace, if none of the pod's images is
// of one of them. It returns "" otherwise, and if that is not known.
func otherRegistries(p *lint.Pass, u *secretUse) string {
	if u.pod == nil {
		return ""
	}
	hosts := ""
	for _, img := range u.w.Images {
		if img.Pod != u.pod {
			continue
		}
		if img.State != manifests.StateString || img.Err != nil || p.Plan.Mutation(u.w, img).Kind != plan.AsWritten {
			return ""
		}
		if _, hosts = p.Plan.Namesake(&u.PullSecret, img.Ref); hosts == "" {
			return ""
		}
	}
	return hosts
}

// namespaceWriters returns the scopes of workloads that set a namespace.
func namespaceWriters(p *lint.Pass) map[plan.Scope]bool {
	out := map[plan.Scope]bool{}
	for _, w := range p.Plan.Workloads() {
		if p.Plan.Namespace(w.Namespace, w.Object) == "" {
			continue
		}
		for _, at := range plan.ScopesOf(w.Object) {
			out[at] = true
		}
	}
	return out
}

// isBeside reports whether an object is in one of the scopes.
func isBeside(o *manifests.Object, scopes map[plan.Scope]bool) bool {
	for _, at := range plan.ScopesOf(o) {
		if at != (plan.Scope{}) && scopes[at] {
			return true
		}
	}
	return false
}
