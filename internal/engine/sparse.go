package engine

import (
	"slices"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/overlay"
)

// contextNeeds selects the workloads of the context that affect findings in the other files: those that share their
// Secrets, and those that kustomizations merge into them. If nothing in the linted files is or names a Secret, it does
// not matter which other workloads use one.
func contextNeeds(set *manifests.Set) manifests.ContextNeeds {
	need := manifests.ContextNeeds{Files: map[string]bool{}}
	overlays := overlay.New(set)
	accounts := map[string]bool{}
	for _, list := range [][]*manifests.Workload{set.Workloads, set.Values} {
		for _, w := range list {
			overlays.Patches(w.Object, need.Files)
			need.SecretUsers = need.SecretUsers || len(w.PullSecrets)+len(w.Misplaced) > 0
			for _, pod := range w.Pods {
				need.SecretUsers = need.SecretUsers || pod.ImagePullSecrets != nil
				accounts[pod.ServiceAccount.Name] = true
			}
		}
	}
	need.SecretUsers = need.SecretUsers || slices.ContainsFunc(set.Secrets, func(s *manifests.Secret) bool { return s.Object == nil || !s.Context })
	isDefaultGiven := false
	for _, a := range set.ServiceAccounts {
		isGiven, isDefault := a.ImagePullSecrets != nil, a.Name == defaultAccount || a.Name == ""
		isDefaultGiven = isDefaultGiven || isGiven && isDefault
		need.SecretUsers = need.SecretUsers || !a.Context || isGiven && (accounts[a.Name] || isDefault && accounts[""])
	}
	need.All = need.SecretUsers && isDefaultGiven // including workloads that name no account
	return need
}

// defaultAccount is the service account of pods that name none.
const defaultAccount = "default"
