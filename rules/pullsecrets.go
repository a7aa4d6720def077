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

// secretUse is a name in a list of pull secrets, with the object that has it.
type secretUse struct {
	plan.PullSecret
	object *manifests.Object
	tier   manifests.Confidence
	// given is true if the name is a chart value: the chart may create a Secret of that name.
	given bool
	// w and pod are those that name the Secret; pod is nil for a name outside of a pod spec.
	w   *manifests.Workload
	pod *manifests.Pod
}

// secretUses yields every name in every list of pull secrets: in pods, custom resources, service accounts and chart values.
func secretUses(p *lint.Pass) iter.Seq[secretUse] {
	return func(yield func(secretUse) bool) {
		for _, w := range p.Plan.Workloads() {
			if !namesOfPods(p, w, yield) {
				return
			}
			for _, l := range w.PullSecrets {
				if !namesOf(p, l, secretUse{object: w.Object}, plan.FromResource, yield) {
					return
				}
			}
		}
		for _, w := range p.Set.Values {
			for _, l := range w.PullSecrets {
				if !namesOf(p, l, secretUse{object: w.Object, tier: manifests.Likely, given: true}, plan.FromResource, yield) {
					return
				}
			}
		}
		for _, a := range p.Plan.ServiceAccounts() {
			if a.ImagePullSecrets != nil && !a.Context && !namesOf(p, a.ImagePullSecrets, secretUse{object: a.Object}, plan.FromServiceAccount, yield) {
				return
			}
		}
	}
}

// secretUsers yields the uses of secretUses, and then those in the context of Secrets that are checked: a mistake in such a Secret is the same whoever uses
// it.
func secretUsers(p *lint.Pass) iter.Seq[secretUse] {
	return func(yield func(secretUse) bool) {
		for u := range secretUses(p) {
			if !yield(u) {
				return
			}
		}
		checked := func(u secretUse) bool { return u.Secret == nil || u.Secret.Context || yield(u) }
		for _, w := range p.Plan.Context() {
			if !namesOfPods(p, w, checked) {
				return
			}
		}
		for _, a := range p.Plan.ServiceAccounts() {
			if a.ImagePullSecrets != nil && a.Context && !namesOf(p, a.ImagePullSecrets, secretUse{object: a.Object}, plan.FromServiceAccount, checked) {
				return
			}
		}
	}
}

// namesOfPods yields the names in the lists of a workload's pods. It returns false when yield does.
func namesOfPods(p *lint.Pass, w *manifests.Workload, yield func(secretUse) bool) bool {
	for _, pod := range w.Pods {
		if pod.ImagePullSecrets == nil { // as in most pods, so do not even look up what the planner knows of them
			continue
		}
		for _, u := range p.Plan.Pod(w, pod).PullSecrets {
			if u.From == plan.FromPod && !yield(secretUse{u, w.Object, pod.Confidence, false, w, pod}) {
				return false
			}
		}
	}
	return true
}

// namesOf yields the names in a list, with the other fields copied from like. It returns false when yield does.
func namesOf(p *lint.Pass, l *manifests.PullSecretList, like secretUse, from string, yield func(secretUse) bool) bool {
	for i := range l.Names {
		n := &l.Names[i]
		ns := n.Namespace
		if ns == "" {
			ns = like.object.Namespace
		}
		u := like
		if u.PullSecret = p.Plan.Resolve(p.Plan.Namespace(ns, u.object), n, from, u.object); !yield(u) {
			return false
		}
	}
	return true
}

// parsed yields the valid images, in the order of the file names.
func parsed(p *lint.Pass) iter.Seq2[*manifests.Workload, *manifests.ImageRef] {
	return func(yield func(*manifests.Workload, *manifests.ImageRef) bool) {
		for _, w := range p.Plan.Workloads() {
			for _, img := range w.Images {
				if img.State == manifests.StateString && img.Err == nil && !yield(w, img) {
					return
				}
			}
		}
	}
}

// everyImage yields the images of the input and of the context.
func everyImage(p *lint.Pass) iter.Seq2[*manifests.Workload, *manifests.ImageRef] {
	return func(yield func(*manifests.Workload, *manifests.ImageRef) bool) {
		for _, list := range [][]*manifests.Workload{p.Plan.Workloads(), p.Plan.Context()} {
			for _, w := range list {
				for _, img := range w.Images {
					if !yield(w, img) {
						return
					}
				}
			}
		}
	}
}

// list is the list of pull secrets of a pod or service account.
type list struct {
	*manifests.PullSecretList
	object *manifests.Object
	pod    *manifests.Pod // nil for a service account
	w      *manifests.Workload
}

// lists yields the lists that are certainly Kubernetes' own: those of pods and service accounts.
func lists(p *lint.Pass) iter.Seq[list] {
	return func(yield func(list) bool) {
		for _, w := range p.Plan.Workloads() {
			for _, pod := range w.Pods {
				if pod.ImagePullSecrets != nil && pod.Confidence == manifests.Certain && !yield(list{pod.ImagePullSecrets, w.Object, pod, w}) {
					return
				}
			}
		}
		for _, a := range p.Plan.ServiceAccounts() {
			if a.ImagePullSecrets != nil && !a.Context && !yield(list{a.ImagePullSecrets, a.Object, nil, nil}) {
				return
			}
		}
	}
}

// isChecked reports whether the API server knows the fields of the list, as it does for its own kinds.
func (l list) isChecked() bool { return l.pod != nil && isBuiltin(l.w) }

// fieldOf returns the key of the list in a name's path: "imagePullSecrets" in "spec.imagePullSecrets[0].name".
func fieldOf(path string) string {
	path = strings.TrimSuffix(path, ".name")
	if i := strings.LastIndexByte(path, '['); i > 0 && strings.HasSuffix(path, "]") {
		path = path[:i]
	}
	return path[strings.LastIndexByte(path, '.')+1:]
}

// userOf names what uses the pull secrets of an object: a pod, unless a controller fetches what the object names.
func userOf(o *manifests.Object) string {
	if o.Fetched {
		return "the " + o.Kind
	}
	return "a pod"
}

// notRetrieved returns the kubelet's event about a pull secret that it cannot get. The pull continues without it (pkg/kubelet/kubelet_pods.go,
// getPullSecretsForPod).
func notRetrieved(name string) lint.ClusterError {
	return lint.ClusterError{
		Stage: lint.StageKubelet, Reason: "FailedToRetrieveImagePullSecret",
		Message: fmt.Sprintf("Unable to retrieve some image pull secrets (%s); attempting to pull the image may not succeed.", name),
	}
}

// withoutCredentials returns the error of a pull without matching credentials: the kubelet reports nothing, and the registry denies the pull.
func withoutCredentials() lint.ClusterError {
	return lint.ClusterError{Stage: lint.StageRuntime, Reason: "ErrImagePull", Message: denied}
}

// inNamespace describes a namespace in a message.
func inNamespace(ns string) string {
	if ns == "" {
		return "the namespace that the manifests are applied to"
	}
	return fmt.Sprintf("namespace %q", ns)
}

// ofNamespace returns the text after a name that was looked up.
func ofNamespace(ns string) string {
	if ns == "" {
		return ""
	}
	return fmt.Sprintf(" in namespace %q", ns)
}

// isDockerType reports whether the kubelet reads Secrets of a type.
func isDockerType(t string) bool {
	_, ok := pullsecret.KindOf(t)
	return ok
}

// lowerIfInjected lowers a finding about a pod without pull secrets if a policy may add some.
func lowerIfInjected(p *lint.Pass, f *lint.Finding) {
	if policy := p.Plan.MutatingPolicy(); policy != nil {
		f.Severity = lint.Info
		f.Related = append(f.Related, lint.Related{Span: policy.Span, Message: fmt.Sprintf("%s %s may add pull secrets in the cluster", policy.Kind, policy.Name)})
	}
}

// related points to a Secret.
func related(s *manifests.Secret, message string) lint.Related {
	return lint.Related{Span: s.Span, Message: message}
}

// atFault points to a Secret that makes the pull fail.
func atFault(s *manifests.Secret, message string) lint.Related {
	return lint.Related{Span: s.Span, Message: message, AtFault: true}
}

// sentence joins names: "a, b and c".
func sentence(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// capByConfidence lowers a severity to a warning unless the object is certain.
func capByConfidence(s lint.Severity, tier manifests.Confidence) lint.Severity {
	if tier != manifests.Certain {
		return min(s, lint.Warning)
	}
	return s
}

// isSecretName reports whether a name is valid for a Secret: a DNS subdomain (RFC 1123).
func isSecretName(name string) bool {
	if len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
	}
	return true
}
