package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// PullSecretUnused reports: a pull secret that nothing names.
var PullSecretUnused = lint.Rule{
	ID: "pull-secret-unused", Group: "pull-secret", Severity: lint.Warning, Levels: "warning",
	Check: checkPullSecretUnused,
	Doc: lint.Doc{
		Title: `a pull secret that nothing names`,
		Why:   `A pull secret does nothing by being there: a pod or its service account must name it. Reported where the manifests hold pods in its namespace and none of them uses it.`,
		Bad:   `  name: regcred-unused`,
		Good:  `  name: regcred`,
		Since: "0.1.0",
	},
}

func checkPullSecretUnused(p *lint.Pass) {
	if p.Plan.Patcher() != nil {
		return
	}
	used := map[string]bool{}
	for u := range secretUses(p) {
		used[u.Ref.Name] = true
	}
	for _, list := range [][]*manifests.Workload{p.Set.Context, p.Set.Workloads} {
		for _, w := range list {
			for _, m := range w.Misplaced {
				for _, name := range m.Names {
					used[name] = true // the other rule speaks
				}
			}
			for _, pod := range w.Pods {
				markDefects(used, pod.Secrets)
			}
		}
	}
	for _, a := range p.Set.Accounts {
		markDefects(used, a.Secrets)
	}
	for _, w := range p.Set.Context {
		for _, pod := range w.Pods {
			for _, u := range p.Plan.Pod(w, pod).Secrets {
				used[u.Ref.Name] = true
			}
		}
	}
	for _, s := range p.Set.Secrets {
		if !isDockerType(s.Type) || s.Provider != "Secret" || s.Context || s.AnyNamespace || used[s.Name] || !hasPods(p, s) {
			continue
		}
		p.Report(lint.Finding{
			Object: s.Object, Span: s.Span, Path: "metadata.name", Severity: lint.Warning,
			Message: fmt.Sprintf("pull secret %s is named by no pod and no service account", quote(s.Name)),
			Help:    "name it under imagePullSecrets of the pods, or of their service account",
		})
	}
}

// markDefects takes names in lists that the API server does not read for used: another rule speaks of them.
func markDefects(used map[string]bool, l *manifests.SecretList) {
	if l == nil {
		return
	}
	for _, d := range l.Defects {
		used[d.Text] = true
	}
}

// hasPods reports whether pods that write their own list of containers stand near a Secret, in its namespace.
func hasPods(p *lint.Pass, s *manifests.Secret) bool {
	for _, w := range p.Set.Workloads {
		if len(w.Pods) > 0 && p.Plan.Namespace(w.Namespace) == p.Plan.Namespace(s.SecretNamespace) && plan.Near(w.Object, s.Object) {
			return true
		}
	}
	return false
}
