package engine

import (
	"maps"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/overlay"
)

// contextNeeds selects the workloads of the context that affect findings in the other files: those that share a Secret with
// them, and those that kustomizations merge into them. Who else uses a Secret matters only if its keys are known, because
// they may be meant for the images of others, or if the Secret is in a linted file, because it may be unused.
func contextNeeds(set *manifests.Set) manifests.ContextNeeds {
	need := manifests.ContextNeeds{Files: map[string]bool{}}
	overlays := overlay.New(set)
	for _, list := range [][]*manifests.Workload{set.Workloads, set.Values} {
		for _, w := range list {
			overlays.Patches(w.Object, need.Files)
		}
	}
	shared, isUnusedAsked := sharedSecrets(set, overlays)
	need.SecretUsers = isUnusedAsked
	names := maps.Clone(shared)
	for _, a := range set.ServiceAccounts {
		gives := slices.ContainsFunc(namesIn(a.ImagePullSecrets), func(n string) bool { return means(n, shared) })
		switch {
		case !gives && !(isUnusedAsked && a.ImagePullSecrets != nil):
		case a.Name == defaultAccount || a.Name == "":
			need.All = true // including workloads that name no account
		case gives:
			for _, name := range overlays.Names(a.Object, a.Name) {
				names[name] = true
			}
		}
	}
	need.Names = slices.Sorted(maps.Keys(names))
	return need
}

// sharedSecrets returns the names of the Secrets in linted files that pods may name, and of those with known keys that something there uses, and
// whether there is a pull secret in the linted files, which may be unused.
func sharedSecrets(set *manifests.Set, overlays *overlay.Index) (names map[string]bool, isUnusedAsked bool) {
	used := usedNames(set)
	names = map[string]bool{}
	for _, s := range set.Secrets {
		isLinted := s.Object == nil || !s.Context
		if isLinted && s.SourceKind == manifests.SourceKindSecret && strings.HasPrefix(s.Type, pullSecretTypes) {
			isUnusedAsked = true
		}
		all := overlays.Names(s.Object, s.SecretName)
		isUsed := func() bool { return slices.ContainsFunc(all, func(n string) bool { return used[n] }) }
		if s.SecretName != "" && (isLinted && s.MayBeForPulls() || s.Content() != nil && isUsed()) {
			for _, name := range all {
				names[name] = true
			}
		}
	}
	return names, isUnusedAsked
}

// usedNames returns the names of the pull secrets that linted files use, each also without what may be a hash from kustomize.
func usedNames(set *manifests.Set) map[string]bool {
	out := map[string]bool{}
	use := func(lists ...*manifests.PullSecretList) {
		for _, l := range lists {
			for _, n := range namesIn(l) {
				out[n], out[withoutLast(n)] = true, true
			}
		}
	}
	accounts := map[string]bool{}
	for _, list := range [][]*manifests.Workload{set.Workloads, set.Values} {
		for _, w := range list {
			use(w.PullSecrets...)
			for _, pod := range w.Pods {
				use(pod.ImagePullSecrets)
				accounts[pod.ServiceAccount.Name] = true
			}
		}
	}
	for _, a := range set.ServiceAccounts {
		isDefault := a.Name == defaultAccount || a.Name == ""
		if !a.Context || accounts[a.Name] || isDefault && (accounts[""] || accounts[defaultAccount]) {
			use(a.ImagePullSecrets)
		}
	}
	return out
}

func namesIn(l *manifests.PullSecretList) []string {
	if l == nil {
		return nil
	}
	out := make([]string, len(l.Names))
	for i := range l.Names {
		out[i] = l.Names[i].Name
	}
	return out
}

// means reports whether a name is one of those of Secrets, with or without a hash from kustomize.
func means(name string, secrets map[string]bool) bool {
	return secrets[name] || secrets[withoutLast(name)]
}

// withoutLast returns a name without its last part, which may be a hash from kustomize.
func withoutLast(name string) string { return name[:max(0, strings.LastIndexByte(name, '-'))] }

// defaultAccount is the service account of pods that name none.
const defaultAccount = "default"

// pullSecretTypes begins the types of pull secrets.
const pullSecretTypes = "kubernetes.io/docker"
