package resources

import (
	"sort"
	"strings"
	"sync/atomic"
)

// decoded caches the rows read so far. A run needs few kinds, so the others are never decoded.
var decoded [len(table)]atomic.Pointer[Kind]

// Lookup is Find for a Kind of its own; it returns false if there is none.
func Lookup(apiVersion, kind string) (Kind, bool) {
	if k := Find(apiVersion, kind); k != nil {
		return *k, true
	}
	return Kind{}, false
}

// Find returns the entry for a kind, which must not be modified, or nil. It compares the group of apiVersion and the kind. It ignores the version, and
// the case of kinds whose source had them in lower case. For a kind without a row in a group of SkipGroup or in one of
// Kubernetes' own groups, it returns a Kind with Skip.
func Find(apiVersion, kind string) *Kind {
	group, _, found := strings.Cut(apiVersion, "/")
	if !found {
		group = ""
	}
	if i := find(group, kind); i >= 0 {
		return row(i)
	}
	remote := isRemoteGroup(group)
	if remote || SkipGroup(group) || isWorkloadGroup(group) {
		return &Kind{Group: group, Kind: kind, Remote: remote, Skip: true, Patch: true}
	}
	return nil
}

// SkipGroup reports whether the kinds of an API group are not searched for images: objects of cloud APIs, policies
// (whose images are patterns), machine images, and Kubernetes' own groups without workloads. A kind in such a group
// that has a row in the table, such as the Docker machines of Cluster API, is an exception that Lookup handles.
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

// isRemoteGroup reports whether a group controls a cloud from a cluster: Config Connector, the AWS controllers,
// the Azure Service Operator and Upbound's providers.
func isRemoteGroup(group string) bool {
	return strings.HasSuffix(group, ".cnrm.cloud.google.com") || strings.HasSuffix(group, ".services.k8s.aws") ||
		strings.HasSuffix(group, ".azure.com") || strings.HasSuffix(group, ".upbound.io")
}

// isWorkloadGroup reports whether a group is one of Kubernetes' own with rows in the table. Its
// other kinds have no images.
func isWorkloadGroup(group string) bool {
	return group == "" || group == "apps" || group == "batch" || group == "extensions"
}

// find returns the index of a row in the table, or -1. It allocates nothing, because it runs once
// for each object in the input.
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
	case i == 0 || table[i-1].group != group: // rows of the group would be around i
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
	decoded[i].Store(k) // two concurrent readers write the same
	return k
}
