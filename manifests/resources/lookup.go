package resources

import (
	"sort"
	"strings"
	"sync/atomic"
)

// decoded holds what was read of each row of the table so far: a run meets few kinds, so that nothing is paid for the others.
var decoded [len(table)]atomic.Pointer[Kind]

// Lookup returns what is known of a kind. It goes by the group of apiVersion and the kind: the version makes no difference,
// and neither does the case of a kind whose source had it in lower case. For a kind that has no row, but is in a group
// of SkipGroup or in one that Kubernetes owns, it returns a Kind that says Skip. It reports false for any other.
func Lookup(apiVersion, kind string) (Kind, bool) {
	group, _, found := strings.Cut(apiVersion, "/")
	if !found {
		group = ""
	}
	if i := find(group, kind); i >= 0 {
		return *row(i), true
	}
	remote := isRemoteGroup(group)
	if remote || SkipGroup(group) || isWorkloadGroup(group) {
		return Kind{Group: group, Kind: kind, Remote: remote, Skip: true, Patch: true}, true
	}
	return Kind{}, false
}

// SkipGroup reports whether the kinds of an API group are not to be searched for images: objects of cloud APIs, policies
// (whose images are patterns), machine images, and those of Kubernetes' own groups that have no workloads. A kind of such a
// group that has a row in the table, as the Docker machines of Cluster API have, is an exception that Lookup knows.
func SkipGroup(group string) bool {
	switch group {
	case "constraints.gatekeeper.sh", "templates.gatekeeper.sh", "mutations.gatekeeper.sh", "expansion.gatekeeper.sh",
		"kyverno.io", "policies.kyverno.io", "cli.kyverno.io", "policy.sigstore.dev", "wgpolicyk8s.io",
		"config.openshift.io",
		"infrastructure.cluster.x-k8s.io", "metal3.io", "rke-machine-config.cattle.io",
		"kustomize.config.k8s.io", "kubelet.config.k8s.io",
		"admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "authentication.k8s.io",
		"authorization.k8s.io", "autoscaling", "certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io",
		"events.k8s.io", "flowcontrol.apiserver.k8s.io", "imagepolicy.k8s.io", "internal.apiserver.k8s.io",
		"metrics.k8s.io", "networking.k8s.io", "node.k8s.io", "policy", "rbac.authorization.k8s.io", "resource.k8s.io",
		"scheduling.k8s.io", "storage.k8s.io", "storagemigration.k8s.io":
		return true
	}
	return strings.HasPrefix(group, "karpenter.") || isRemoteGroup(group)
}

// isRemoteGroup knows the groups by which clouds are driven from a cluster: Config Connector, the AWS controllers,
// the Azure Service Operator and Upbound's providers.
func isRemoteGroup(group string) bool {
	return strings.HasSuffix(group, ".cnrm.cloud.google.com") || strings.HasSuffix(group, ".services.k8s.aws") ||
		strings.HasSuffix(group, ".azure.com") || strings.HasSuffix(group, ".upbound.io")
}

// isWorkloadGroup knows Kubernetes' own groups that have rows in the table: their other kinds hold no images.
func isWorkloadGroup(group string) bool {
	return group == "" || group == "apps" || group == "batch" || group == "extensions"
}

// find returns the index of a row of the table, or -1. It allocates nothing: it runs once for each object of the input.
func find(group, kind string) int {
	i, end := 0, len(table)
	for i < end { // sort.Search, without its calls
		mid := i + (end-i)/2
		if c := strings.Compare(table[mid].group, group); c < 0 || c == 0 && table[mid].kind < kind {
			i = mid + 1
		} else {
			end = mid
		}
	}
	switch {
	case i < len(table) && table[i].group == group:
		if table[i].kind == kind {
			return i
		}
	case i == 0 || table[i-1].group != group: // rows of the group would lie around i
		return -1
	}
	for f := sort.Search(len(folded), func(f int) bool { return table[folded[f]].group >= group }); f < len(folded); f++ {
		e := &table[folded[f]]
		if e.group != group {
			break
		}
		if strings.EqualFold(e.kind, kind) {
			return int(folded[f])
		}
	}
	return -1
}

func row(i int) *Kind {
	if k := decoded[i].Load(); k != nil {
		return k
	}
	k := table[i].decode()
	decoded[i].Store(k) // two readers at once write the same
	return k
}
