package cluster

import (
	"fmt"
	"slices"
	"strings"
)

// checkAllEvents is checkEvents for several pods.
const checkAllEvents = "kubectl get events -n {namespace} --field-selector involvedObject.kind=Pod,type=Warning --sort-by=.lastTimestamp"

// maxDeleted limits how many pods one command deletes.
const maxDeleted = 5

// pods returns the commands' names of the pods of a group, and the number of their namespaces.
func (gr *group) pods() (names []string, namespaces int) {
	pods, spaces := map[string]bool{}, map[string]bool{}
	for _, f := range gr.failures {
		if f.Name == "" || f.Kind != "" {
			continue
		}
		spaces[f.Namespace] = true
		if id := f.Namespace + "/" + f.Name; !pods[id] {
			pods[id] = true
			names = append(names, plain(f.Name, "POD"))
		}
	}
	return names, len(spaces)
}

// check is Fill for a group: a command for all of its pods, or one that says that it is for one of them.
func (gr *group) check(command string, f *Failure) string {
	if slices.ContainsFunc(gr.failures, func(other *Failure) bool { return other.List != f.List }) {
		one := *f
		one.List = ""
		f = &one
	}
	pods, namespaces := gr.pods()
	if len(pods) > 1 && command == checkEvents {
		command = checkAllEvents
	}
	switch {
	case len(pods) > 1 && strings.Contains(command, "{pod}"):
		separator := "    # "
		if strings.Contains(command, separator) {
			separator = "; "
		}
		return Fill(command, f) + fmt.Sprintf("%sone of %d pods", separator, len(pods))
	case namespaces > 1 && !strings.Contains(command, "{secret}"):
		command = strings.ReplaceAll(command, "-n {namespace}", "-A")
	}
	return Fill(command, f)
}

// noOwner stands for the owner of a pod that has none.
const noOwner = "none"

// isRecreated reports whether a controller makes a new pod when one is deleted, and whether that is known. A pod whose owner is not in the input is taken
// for one of a controller if its name ends as theirs do.
func (f *Failure) isRecreated() (recreated, known bool) {
	switch {
	case f.Owner == noOwner, strings.HasPrefix(f.Owner, "Node/"):
		return false, true
	case f.Owner != "":
		return true, true
	}
	i := strings.LastIndexByte(f.Name, '-')
	if i < 0 {
		return false, false
	}
	end := f.Name[i+1:]
	isLike := isNumber(end) || len(end) == 5 && strings.Trim(end, "bcdfghjklmnpqrstvwxz2456789") == ""
	return isLike, isLike
}

// Workload returns the controller of a pod as KIND/NAME, or the pod itself if it has none. The static pods of a node are workloads of their own.
func (f *Failure) Workload() string {
	if f.Owner == "" || f.Owner == noOwner || strings.HasPrefix(f.Owner, "Node/") {
		return "Pod/" + f.Name
	}
	return f.Owner
}

// again says how pods of a group pull at once. Nothing replaces a deleted pod without a controller.
func (gr *group) again(f *Failure) string {
	pods, namespaces := gr.pods()
	all, known := true, true
	for _, one := range gr.failures {
		recreated, isKnown := one.isRecreated()
		all, known = all && recreated, known && isKnown
	}
	switch {
	case len(pods) < 2 && strings.HasPrefix(f.Owner, "Node/"):
		return "the pod is static, so only the kubelet can restart it: move its manifest out of the node's folder and back to try at once"
	case len(pods) < 2 && !all && known:
		return Fill("no controller replaces this pod if it is deleted; to try at once: kubectl get pod {pod} -n {namespace} -o yaml | kubectl replace --force -f -", f)
	case len(pods) < 2 && !all:
		return Fill("if a controller owns the pod, a new one tries at once: kubectl delete pod {pod} -n {namespace}", f)
	case !all:
		return "new pods of controllers try at once, so delete these; nothing replaces pods without a controller"
	case len(pods) < 2:
		return "a new pod tries at once: " + Fill("kubectl delete pod {pod} -n {namespace}", f)
	case namespaces > 1 || len(pods) > maxDeleted:
		return "new pods try at once, so delete these"
	}
	return "new pods try at once: " + Fill("kubectl delete pod "+strings.Join(pods, " ")+" -n {namespace}", f)
}
