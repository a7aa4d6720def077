package rules

import (
	"fmt"
	"iter"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// secretUse is one name in a list of pull secrets, with the object that writes it.
type secretUse struct {
	plan.Use
	object *manifests.Object
	tier   manifests.Tier
	images []*manifests.ImageRef // those that are pulled with it, as far as can be told
}

// secretUses yields every name in every list of pull secrets: of pods, of custom resources, and of service accounts.
func secretUses(p *lint.Pass) iter.Seq[secretUse] {
	return func(yield func(secretUse) bool) {
		for _, w := range p.Set.Workloads {
			for _, pod := range w.Pods {
				pull := p.Plan.Pod(w, pod)
				for _, u := range pull.Secrets {
					if u.From == plan.FromPod && !yield(secretUse{u, w.Object, pod.Tier, imagesOf(w, pod)}) {
						return
					}
				}
			}
			for _, l := range w.Secrets {
				for _, n := range l.Names {
					ns := n.Namespace
					if ns == "" {
						ns = w.Namespace
					}
					if !yield(secretUse{p.Plan.Use(p.Plan.Namespace(ns), n, plan.FromResource, w.Object), w.Object, manifests.Certain, nil}) {
						return
					}
				}
			}
		}
		for _, a := range p.Set.Accounts {
			if a.Secrets == nil || a.Context {
				continue
			}
			for _, n := range a.Secrets.Names {
				if !yield(secretUse{p.Plan.Use(p.Plan.Namespace(a.Namespace), n, plan.FromAccount, a.Object), a.Object, manifests.Certain, nil}) {
					return
				}
			}
		}
	}
}

func imagesOf(w *manifests.Workload, pod *manifests.Pod) []*manifests.ImageRef {
	var out []*manifests.ImageRef
	for _, img := range w.Images {
		if img.Pod == pod && img.State == manifests.Written && img.Err == nil {
			out = append(out, img)
		}
	}
	return out
}

// lists yields every list of pull secrets with its object.
func lists(p *lint.Pass) iter.Seq2[*manifests.Object, *manifests.SecretList] {
	return func(yield func(*manifests.Object, *manifests.SecretList) bool) {
		for _, w := range p.Set.Workloads {
			for _, pod := range w.Pods {
				if pod.Secrets != nil && !yield(w.Object, pod.Secrets) {
					return
				}
			}
		}
		for _, a := range p.Set.Accounts {
			if a.Secrets != nil && !a.Context && !yield(a.Object, a.Secrets) {
				return
			}
		}
	}
}

// notRetrieved is the kubelet's event about a pull secret that it cannot get; the pull goes on without it (pkg/kubelet/kubelet_pods.go,
// getPullSecretsForPod).
func notRetrieved(name string) lint.Cluster {
	return lint.Cluster{
		Stage: lint.StageKubelet, Reason: "FailedToRetrieveImagePullSecret",
		Message: fmt.Sprintf("Unable to retrieve some image pull secrets (%s); attempting to pull the image may not succeed.", name),
	}
}

// inNamespace names a namespace for a message.
func inNamespace(ns string) string {
	if ns == "" {
		return "the namespace that the manifests are applied to"
	}
	return fmt.Sprintf("namespace %q", ns)
}

// ofNamespace is what follows a name that was looked for.
func ofNamespace(ns string) string {
	if ns == "" {
		return ""
	}
	return fmt.Sprintf(" in namespace %q", ns)
}

// isFirm reports whether a Secret and what names it certainly meet: they stand together, or both write their namespace. Two objects
// without a namespace in distant folders may be applied to different ones.
func isFirm(s *manifests.Secret, object *manifests.Object) bool {
	return plan.Near(s.Object, object) || s.SecretNamespace != "" && object.Namespace != ""
}

// isDockerType reports whether the kubelet reads Secrets of a type.
func isDockerType(t string) bool {
	_, ok := pullsecret.KindOf(t)
	return ok
}

// nearSecret finds a pull secret in the same namespace whose name is a slip away from the one that is missing.
func nearSecret(p *lint.Pass, u *secretUse) *manifests.Secret {
	var best *manifests.Secret
	bestAt := 3
	for _, s := range p.Set.Secrets {
		if s.Type != "" && !isDockerType(s.Type) || p.Plan.Namespace(s.SecretNamespace) != u.Namespace {
			continue
		}
		if d := distance(s.Name, u.Ref.Name, bestAt); d < bestAt && d < (len(u.Ref.Name)+1)/3 {
			best, bestAt = s, d
		}
	}
	return best
}

// distance is the number of insertions, deletions, substitutions and swaps of neighbours between two names; limit where it is as much or more.
func distance(a, b string, limit int) int {
	if len(a) > 253 || len(b) > 253 || len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before, last, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(last[j]+1, cur[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, last, cur = last, cur, before
	}
	return min(limit, last[len(b)])
}

// related points at a Secret.
func related(s *manifests.Secret, message string) lint.Related {
	return lint.Related{Span: s.Span, Message: message}
}

// sentence is how a list of names reads.
func sentence(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// atMost lowers a severity to that of what is only likely.
func atMost(s lint.Severity, tier manifests.Tier) lint.Severity {
	if tier != manifests.Certain {
		return min(s, lint.Warning)
	}
	return s
}
