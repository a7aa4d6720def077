package rules

import (
	"cmp"
	"fmt"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// PullSecretUnused reports a pull secret that nothing names.
var PullSecretUnused = lint.Rule{
	ID: "pull-secret-unused", Group: "pull-secret", Severity: lint.Warning, Levels: "warning or info",
	Check: checkPullSecretUnused,
	Doc: lint.Doc{
		Title: `a pull secret that nothing names`,
		Why:   `A pull secret has no effect until a pod or its service account names it. Reported if manifests nearby have pods in its namespace, and nothing names or mounts it. A name under secrets of a service account has no effect on pulls; that is reported if a pod of the account pulls an image that the Secret matches. If kubectl patch adds it to the service account, include that service account in the manifests.`,
		Bad:   `name: regcred-unused`,
		Good:  `name: regcred`,
		Since: "0.1.0",
	},
}

func checkPullSecretUnused(p *lint.Pass) {
	if p.Plan.PullSecretInjector() != nil {
		return
	}
	for _, h := range listedSecrets(p) {
		p.Report(h.finding(p))
	}
	used, listed := usedSecrets(p), listedNames(p)
	pods := sync.OnceValue(func() map[podsPlace]bool { return podsAt(p) })
	images := sync.OnceValue(func() map[string][]wanting { return wantingImages(p) })
	for _, s := range p.Plan.Secrets() {
		if s.Object != nil && s.Live { // nobody edits a dump of a namespace
			continue
		}
		if !isDockerType(s.Type) || s.SourceKind != manifests.SourceKindSecret || s.Context || s.AnyNamespace || used.isNamed(p, s) || listed[s.SecretName] || p.Set.MountedSecrets[s.SecretName] || !hasPods(p, s, pods()) {
			continue
		}
		f := lint.Finding{
			Object: s.Object, Span: s.Span, Path: "metadata.name", Severity: lint.Warning,
			Message: fmt.Sprintf("no pod and no service account in these manifests uses pull secret %s", quote(cmp.Or(s.WrittenName, s.SecretName))),
			Help:    "add it to imagePullSecrets of the pods or their service account",
		}
		nameUsers(&f, s, images()[p.Plan.Namespace(s.SecretNamespace, s.Object)])
		lowerIfInjected(p, &f)
		p.Report(f)
	}
}

// wanting is an image that is pulled without credentials, and may need some.
type wanting struct {
	w   *manifests.Workload
	img *manifests.ImageRef
}

// wantingImages returns the images that may need a pull secret, by namespace.
func wantingImages(p *lint.Pass) map[string][]wanting {
	out := map[string][]wanting{}
	for w, img := range parsed(p) {
		if !isPulledByPod(p, w, img) || isPublic(img) {
			continue
		}
		if pull := p.Plan.Pod(w, img.Pod); p.Plan.Outcome(img, pull) == plan.Anonymous {
			out[pull.Namespace] = append(out[pull.Namespace], wanting{w, img})
		}
	}
	return out
}

// maxWanting bounds the images that are looked up in each unused Secret.
const maxWanting = 100

// nameUsers says in a finding about an unused Secret which workloads beside it have images that it has credentials for.
func nameUsers(f *lint.Finding, s *manifests.Secret, images []wanting) {
	if len(images) > maxWanting || s.Payload == nil || s.Payload.Err != nil {
		return
	}
	ring := plan.KeyringOf(s.SecretName, s)
	var first wanting
	workloads := map[*manifests.Workload]bool{}
	for _, x := range images {
		if len(ring.Lookup(x.img.Ref.Name())) == 0 || !plan.InSameScope(s.Object, x.w.Object) || chartOf(s.Object) != chartOf(x.w.Object) {
			continue
		}
		if len(workloads) == 0 {
			first = x
		}
		workloads[x.w] = true
	}
	if len(workloads) == 0 {
		return
	}
	who, account := fmt.Sprintf("%s %s", first.w.Kind, first.w.Name), "its service account"
	switch more := len(workloads) - 1; more {
	case 0:
	case 1:
		who, account = who+" and 1 other workload", "their service accounts"
	default:
		who, account = fmt.Sprintf("%s and %d other workloads", who, more), "their service accounts"
	}
	f.Help = fmt.Sprintf("add it to imagePullSecrets of %s or %s: it has a key for images that are pulled without credentials", who, account)
	f.Related = append(f.Related, lint.Related{Span: first.img.Span, Message: "an image that it has a key for"})
}

// chartOf returns the name of the chart that an object is rendered from, or "".
func chartOf(o *manifests.Object) string {
	if o.Doc == nil {
		return ""
	}
	chart, _, _ := strings.Cut(o.Doc.Template, "/")
	return chart
}

// inUse holds the Secrets that something names.
type inUse struct {
	secrets map[*manifests.Secret]bool
	ids     map[string]bool // by namespace and name, for exact references
	names   map[string]bool // by name only, for references that another rule reports
}

// isNamed reports whether a list of pull secrets names a Secret, or seems to mean it.
func (u *inUse) isNamed(p *lint.Pass, s *manifests.Secret) bool {
	return u.secrets[s] || u.names[s.SecretName] || u.names[plan.NameToWrite(s)] || u.ids[plan.SecretID(p.Plan.Namespace(s.SecretNamespace, s.Object), s.SecretName)]
}

// usedSecrets returns the Secrets that something names.
func usedSecrets(p *lint.Pass) *inUse {
	return lint.Shared(p, "usedSecrets", func() *inUse { return findUsed(p) })
}

func findUsed(p *lint.Pass) *inUse {
	out := &inUse{map[*manifests.Secret]bool{}, map[string]bool{}, map[string]bool{}}
	aliases := sync.OnceValue(func() secretAliases { return secretAliasesOf(p) })
	mark := func(u *plan.PullSecret) {
		out.ids[plan.SecretID(u.Namespace, u.Ref.Name)] = true
		if u.Secret != nil {
			out.secrets[u.Secret] = true
			return
		}
		out.names[u.Ref.Name] = true // it is missing or in the wrong namespace
		if near, _ := p.Plan.SimilarSecret(u.Namespace, u.Ref.Name); near != nil {
			out.secrets[near] = true
		} else if alias, ok := aliases().of(u.Namespace, u.Ref.Name); ok && alias.secret != nil {
			out.secrets[alias.secret] = true
		}
	}
	for u := range secretUses(p) {
		mark(&u.PullSecret)
	}
	for _, w := range p.Plan.Context() {
		for _, pod := range w.Pods {
			for _, u := range p.Plan.Pod(w, pod).PullSecrets {
				mark(&u)
			}
		}
	}
	for _, list := range [][]*manifests.Workload{p.Plan.Context(), p.Plan.Workloads()} {
		for _, w := range list {
			for _, m := range w.Misplaced {
				for _, name := range m.Names {
					out.names[name] = true // another rule reports it
				}
			}
			for _, pod := range w.Pods {
				out.markList(pod.ImagePullSecrets)
			}
			for _, l := range w.PullSecrets {
				out.markDefects(l)
			}
		}
	}
	for _, a := range p.Plan.ServiceAccounts() {
		out.markList(a.ImagePullSecrets)
	}
	return out
}

// markList marks names as used for which the list does not show which Secret is meant, or that the API server ignores.
func (u *inUse) markList(l *manifests.PullSecretList) {
	if l == nil {
		return
	}
	for _, n := range l.Names {
		if n.Namespace != "" {
			u.names[n.Name] = true
		}
	}
	u.markDefects(l)
}

// markDefects marks names as used that are in fields which the API server ignores.
func (u *inUse) markDefects(l *manifests.PullSecretList) {
	for _, d := range l.Defects {
		u.names[d.Text] = true
	}
}

// podsPlace is a namespace in a scope.
type podsPlace struct {
	namespace string
	at        plan.Scope
}

// podsAt returns the namespaces and scopes that have pods.
func podsAt(p *lint.Pass) map[podsPlace]bool {
	out := map[podsPlace]bool{}
	var last podsPlace
	for _, w := range p.Plan.Workloads() {
		if len(w.Pods) == 0 {
			continue
		}
		at := podsPlace{p.Plan.Namespace(w.Namespace, w.Object), plan.FileScope(w.Object)}
		if at == last && (w.Doc == nil || w.Doc.Template == "") { // another one of a file that is not of a chart
			continue
		}
		last = at
		for _, scope := range plan.ScopesOf(w.Object) {
			out[podsPlace{at.namespace, scope}] = true
		}
	}
	return out
}

// hasPods reports whether there are pods in the namespace and scope of a Secret.
func hasPods(p *lint.Pass, s *manifests.Secret, pods map[podsPlace]bool) bool {
	for _, at := range plan.ScopesOf(s.Object) {
		if at != (plan.Scope{}) && pods[podsPlace{p.Plan.Namespace(s.SecretNamespace, s.Object), at}] {
			return true
		}
	}
	return false
}
