package live

import (
	"cmp"

	"github.com/imagelint-dev/imagelint/manifests"
)

// names is a set of names.
type names map[string]bool

// needs holds, by namespace, the objects that determine how images are pulled.
type needs struct{ accounts, secrets, pods map[string]names }

// newNeeds returns what the workloads of a set refer to.
func newNeeds(set *manifests.Set) *needs {
	n := &needs{accounts: map[string]names{}, secrets: map[string]names{}, pods: map[string]names{}}
	for _, w := range set.Workloads {
		for _, list := range w.PullSecrets {
			n.addSecrets(w.Namespace, list)
		}
		for _, pod := range w.Pods {
			add(n.accounts, w.Namespace, cmp.Or(pod.ServiceAccount.Name, "default"))
			n.addSecrets(w.Namespace, pod.ImagePullSecrets)
		}
		if w.Kind == "Pod" {
			add(n.pods, w.Namespace, w.Name)
		}
	}
	return n
}

// addSecrets adds the Secrets of a list.
func (n *needs) addSecrets(namespace string, list *manifests.PullSecretList) {
	if list == nil {
		return
	}
	for _, s := range list.Names {
		add(n.secrets, namespace, s.Name)
	}
}

// add adds a name, unless it is invalid: names become arguments of kubectl.
func add(to map[string]names, namespace, name string) {
	if !isName(namespace) || !isName(name) {
		return
	}
	if to[namespace] == nil {
		to[namespace] = names{}
	}
	to[namespace][name] = true
}

// isName reports whether s can name a namespace, service account, Secret or pod.
func isName(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for i, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		case i > 0 && (c == '-' || c == '.'):
		default:
			return false
		}
	}
	return true
}
